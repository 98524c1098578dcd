// What the pipeline goes by, besides its tables. Offsets in bytes; little endian.
export const SIZE = 264;
/** Where they are: below all else, in the page that the kernels have from the start. */
export const AT = 1024;

/** 16 bits: what records were taught under another one is void. */
export const EPOCH = 0;
/** 32 bits; see below. */
export const FLAGS = 4;
/** How many links and nodes there are, 32 bits. */
export const LINKS = 8;
export const NODES = 12;
/** Non-specific ports, host order, 16 bits: both ends; and the algorithm. */
export const PORTS_FROM = 16;
export const PORTS_TO = 18;
export const PORTS_ALGORITHM = 20;
/** Idle milliseconds, 64-bit floating point; 0 for what never may be. */
export const NEVER = 56;
export const TCP_TRANSITORY = 24;
export const TCP_ESTABLISHED = 32;
export const UDP = 40;
/** Times last seen are written again at most so often. */
export const LAST_SEEN_GRAIN = 48;
/** The least of these times: after less, nothing is over. */
export const JUST_NOW = 256;
/** Programs whose calls begin with a filehandle: entries of three words, a program of 0 ends them. */
export const PROGRAMS = 64;
export const PROGRAM_SIZE = 12;
export const PROGRAM = 0;
export const VERSION = 4;
/** Bit p: procedure p takes a filehandle. */
export const PROCEDURES = 8;
export const MOST_PROGRAMS = 15;

// Flags.
/** The pipeline is at work; else `decide` has every frame. */
export const AT_WORK = 1;
/** Hosts of connections without a node may be heard of (A21). */
export const ORPHANS = 2;
/** A host could know the cluster by more than one address; and of some it is remembered by which (A13). */
export const HAS_CHOICE = 4;
export const WAYS = 8;
/** Non-specific ports are the nodes' as they are: packets to them are left alone (A14). */
export const DIRECT = 16;

export const NO_PORTS = 0;
export const MODULO = 1;
export const RANGES = 2;
