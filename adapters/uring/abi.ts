// The kernel's interface of io_uring: numbers and places of linux/io_uring.h. Places in bytes, little endian.

// System calls, the same on all architectures since Linux 5.1.
export const IO_URING_SETUP = 425;
export const IO_URING_ENTER = 426;
export const IO_URING_REGISTER = 427;

// Flags of io_uring_setup(2).
export const SETUP_CQSIZE = 1 << 3;
export const SETUP_SUBMIT_ALL = 1 << 7;
export const SETUP_SINGLE_ISSUER = 1 << 12;
export const SETUP_DEFER_TASKRUN = 1 << 13;
export const SETUP_TASKRUN_FLAG = 1 << 9;
/** Linux 6.5: the rings lie in memory that the caller gives. */
export const SETUP_NO_MMAP = 1 << 14;
/** Linux 6.6: entries are submitted in their order, without an array that says which. */
export const SETUP_NO_SQARRAY = 1 << 16;

/** `struct io_uring_params`. */
export const PARAMS_LENGTH = 120;
export const PARAMS_CQ_ENTRIES = 4;
export const PARAMS_FLAGS = 8;
/** `struct io_sqring_offsets` and `struct io_cqring_offsets`: 32-bit places in the memory of the rings. */
export const SQ_OFFSETS = 40;
export const CQ_OFFSETS = 80;
export const OF_HEAD = 0;
export const OF_TAIL = 4;
export const OF_SQ_FLAGS = 16;
export const OF_CQ_OVERFLOW = 16;
export const OF_CQES = 20;
/** Where the caller's memory is, 64 bits: of the entries to submit, and of the rings. */
export const OF_USER_ADDRESS = 32;

/** The kernel has work that is done at the next io_uring_enter(2). */
export const SQ_TASKRUN = 1 << 2;
/** Completions wait for room in their ring. */
export const SQ_CQ_OVERFLOW = 1 << 1;

/** `struct io_uring_sqe`. */
export const SQE_LENGTH = 64;
export const SQE_OPCODE = 0;
export const SQE_FLAGS = 1;
export const SQE_DESCRIPTOR = 4;
export const SQE_OFFSET = 8;
export const SQE_ADDRESS = 16;
export const SQE_LENGTH_FIELD = 24;
export const SQE_OPERATION_FLAGS = 28;
export const SQE_USER_DATA = 32;
export const SQE_BUFFER_GROUP = 40;

/** The kernel takes a buffer of the group. */
export const SQE_BUFFER_SELECT = 1 << 5;

export const OP_POLL_ADD = 6;
export const OP_ASYNC_CANCEL = 14;
export const OP_WRITE = 23;
/** Linux 6.7. */
export const OP_READ_MULTISHOT = 49;

/** A poll that tells every time. */
export const POLL_ADD_MULTI = 1 << 0;
/** All operations on the descriptor. */
export const CANCEL_ALL = 1 << 0;
export const CANCEL_DESCRIPTOR = 1 << 1;

/** `struct io_uring_cqe`: what the entry said, what came of it, and flags. */
export const CQE_LENGTH = 16;
export const CQE_RESULT = 8;
export const CQE_FLAGS = 12;
/** The operation goes on: more completions will follow. */
export const CQE_MORE = 1 << 1;
export const CQE_BUFFER_SHIFT = 16;

export const ENTER_GETEVENTS = 1 << 0;
/** Linux 5.11: a `struct io_uring_getevents_arg` says how long to wait. */
export const ENTER_EXT_ARG = 1 << 3;
/** A mask of signals (64 bits), its size (32), 32 bits, and the address of a time (64). */
export const GETEVENTS_ARG_LENGTH = 24;
export const GETEVENTS_TIME = 16;
/** `struct __kernel_timespec`: seconds and nanoseconds, 64 bits each. */
export const TIMESPEC_LENGTH = 16;

/** Linux 5.19: a ring of buffers for reads. */
export const REGISTER_PBUF_RING = 22;
/** `struct io_uring_buf_reg`: address (64 bits), entries (32), group (16). */
export const BUF_REG_LENGTH = 40;
export const BUF_REG_ENTRIES = 8;
export const BUF_REG_GROUP = 12;
/** `struct io_uring_buf`: address (64 bits), length (32), number (16); the ring's tail (16) lies in the first. */
export const BUF_LENGTH = 16;
export const BUF_LENGTH_FIELD = 8;
export const BUF_NUMBER = 12;
export const BUF_RING_TAIL = 14;
