// TUNSETIFF: a descriptor of /dev/net/tun becomes one end of an interface (linux/if_tun.h).
import * as E from 'fp-ts/lib/Either.js';
import { EACCES, EBUSY, EINVAL, ENODEV, ENOENT, EPERM, explainErrno } from '../linux/errno.ts';
import { interfaceIndex, interfaceRequest } from '../linux/interface.ts';
import { O_CLOEXEC, O_NONBLOCK, O_RDWR, libc } from '../linux/libc.ts';
import { tunQueues } from '../linux/tun-queues.ts';
import type { Offloads } from '../opened.ts';
import { features, negotiate } from './offload.ts';
import type { Queues } from './queues.ts';
import { addQueues, steer } from './queues.ts';

export const CLONE_DEVICE = '/dev/net/tun';
export const TUNSETIFF = 0x400454ca;
export const IFF_TUN = 0x0001;
export const IFF_TAP = 0x0002;
/** Frames come as they are, without four bytes of packet information before them. */
export const IFF_NO_PI = 0x1000;
/** But with a header that says what is left to be done: assembly/layout/offload.ts. */
export const IFF_VNET_HDR = 0x4000;
export const IFF_MULTI_QUEUE = 0x0100;

const LONGEST_NAME = 15;

/** The `struct ifreq` that TUNSETIFF takes; `more` flags besides. */
export const tapRequest = (name: string, kind: 'tap' | 'tun', more = 0): Buffer => {
  const request = interfaceRequest(name);
  request.writeUInt16LE((kind === 'tap' ? IFF_TAP : IFF_TUN) | IFF_NO_PI | more, 16);
  return request;
};

/** What is wrong with an interface's name, or null. The kernel takes `%` for a pattern. */
const nameFault = (name: string): string | null => {
  if (name === '') return 'the device has no name';
  if (Buffer.byteLength(name) > LONGEST_NAME)
    return `"${name}" is too long for an interface: ${LONGEST_NAME} bytes are the most`;
  return name === '.' || name === '..' || /[\s/:%]/.test(name)
    ? `"${name}" cannot be an interface's name: no spaces, slashes, colons or percent signs`
    : null;
};

/** What stands in the way of opening the clone device. */
const openFault = (errno: number): string => {
  switch (errno) {
    case ENOENT:
      return `${CLONE_DEVICE} is not there: load the tun module (modprobe tun), or give the container the device`;
    case ENODEV:
      return `${CLONE_DEVICE} has no driver behind it: load the tun module (modprobe tun)`;
    case EACCES:
    case EPERM:
      return `${CLONE_DEVICE} may not be opened by this user (${explainErrno(errno)}): run as root`;
    default:
      return `${CLONE_DEVICE} does not open (${explainErrno(errno)})`;
  }
};

const attachFault = (name: string, kind: 'tap' | 'tun', errno: number): string => {
  switch (errno) {
    case EPERM:
      return `opening a ${kind.toUpperCase()} needs CAP_NET_ADMIN: run as root, or give ${name} to this user beforehand (ip tuntap add ${name} mode ${kind} user USER)`;
    case EBUSY:
      return `another process has ${name}: is a second gateway running?`;
    case EINVAL:
      return `${name} is there already, but is not a ${kind.toUpperCase()}: name another, which is made, and put it in a bridge with ${name} if ${name} is a network card`;
    default:
      return `cannot open the ${kind.toUpperCase()} ${name} (${explainErrno(errno)})`;
  }
};

interface Claim {
  readonly name: string;
  readonly kind: 'tap' | 'tun';
  readonly descriptor: number;
  /** IFF_VNET_HDR, or nothing. */
  readonly header: number;
}

export interface Attached {
  /** Non-blocking; one for each queue. */
  readonly descriptors: readonly number[];
  readonly offloads: Offloads;
  /** Why there is one queue where several were wanted; null: there are as many as were. */
  readonly single: string | null;
}

export interface AttachSettings {
  readonly name: string;
  readonly kind: 'tap' | 'tun';
  /** Whether checksums and cutting may be left, as far as the kernel offers it. */
  readonly offloads: boolean;
  /** Several queues, where they can be had; null: one. */
  readonly queues: Queues | null;
}

type Shared = Pick<Attached, 'descriptors' | 'single'>;

/** Whether another process has queues of an interface, in a sentence; null: nobody has. */
const othersOf = (name: string): string | null => {
  const index = interfaceIndex(name);
  const queues = E.isRight(index) ? tunQueues(index.right) : 0;
  return queues > 1
    ? `another process has ${queues - 1} of the queues of ${name}, and would get some of the frames: end it, or name another device and put both in a bridge`
    : null;
};

const claims = ({ name, kind, descriptor, header }: Claim, flags: number): boolean =>
  libc().ioctl(descriptor, TUNSETIFF, tapRequest(name, kind, header | flags)) >= 0;

/** Attaches the descriptor; says what stands in the way, or null. */
const own = (claim: Claim): string | null => {
  if (claims(claim, 0)) return null;
  const failed = libc().errno();
  // One of several queues says so each time; whether others are in use is seen only when one has a queue, too.
  if (failed !== EINVAL || !claims(claim, IFF_MULTI_QUEUE))
    return attachFault(claim.name, claim.kind, failed);
  return othersOf(claim.name);
};

const ownOne = (claim: Claim): E.Either<string, Shared> => {
  const failed = own(claim);
  return failed === null
    ? E.right({ descriptors: [claim.descriptor], single: null })
    : E.left(failed);
};

const openClone = (): E.Either<string, number> => {
  const c = libc();
  const descriptor = c.open(CLONE_DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  return descriptor < 0 ? E.left(openFault(c.errno())) : E.right(descriptor);
};

/** The first queue of several, and the others where they can be had. */
const ownSeveral = (claim: Claim, { count, program }: Queues): E.Either<string, Shared> => {
  const { name, kind, descriptor, header } = claim;
  const alone = (single: string): E.Either<string, Shared> =>
    E.right({ descriptors: [descriptor], single });
  if (!claims(claim, IFF_MULTI_QUEUE)) {
    const failed = own(claim);
    return failed === null
      ? alone(
          `${name} is there with one queue: make it with several (ip tuntap add ${name} mode ${kind} multi_queue)`,
        )
      : E.left(failed);
  }
  const others = othersOf(name);
  if (others !== null) return E.left(others);
  // Before there are others: no frame comes to a queue that is not its own.
  const unsteered = steer(descriptor, program);
  if (unsteered !== null) return alone(unsteered);
  const descriptors = addQueues(descriptor, count, () => {
    const next = openClone();
    if (E.isLeft(next) || claims({ ...claim, descriptor: next.right }, IFF_MULTI_QUEUE))
      return next;
    const failed = libc().errno();
    libc().close(next.right);
    return E.left(`${name} has no ${count} queues (${explainErrno(failed)})`);
  });
  if (E.isLeft(descriptors)) return alone(descriptors.left);
  for (const one of descriptors.right) negotiate(one, header !== 0);
  return E.right({ descriptors: descriptors.right, single: null });
};

/**
 * The interface `name` in the calling thread's namespace, with a descriptor for each queue: attached to if it is
 * there, made if not. It is not made persistent.
 */
export const attach = (settings: AttachSettings): E.Either<string, Attached> => {
  const { name, kind, offloads, queues } = settings;
  const fault = nameFault(name);
  if (fault !== null) return E.left(fault);
  const opened = openClone();
  if (E.isLeft(opened)) return opened;
  const descriptor = opened.right;
  const header = offloads ? features(descriptor) & IFF_VNET_HDR : 0;
  const claim = { name, kind, descriptor, header };
  const shared = queues === null ? ownOne(claim) : ownSeveral(claim, queues);
  if (E.isRight(shared))
    return E.right({ ...shared.right, offloads: negotiate(descriptor, header !== 0) });
  libc().close(descriptor);
  return shared;
};
