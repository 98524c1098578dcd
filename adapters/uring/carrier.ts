// Frames by io_uring: read by the kernel straight into slots, handled there, and written from there. One
// system call for a batch.

import { performance } from 'node:perf_hooks';
import * as E from 'fp-ts/lib/Either.js';
import type { Link } from '../../core/decision/topology.ts';
import { LENGTH as OFFLOAD_LENGTH } from '../../assembly/layout/offload.ts';
import { frameOffset } from '../device.ts';
import type { Opened } from '../opened.ts';
import type { Carrier, Pass } from '../gateway/carrier.ts';
import type { Counters } from '../gateway/counters.ts';
import { countLost, countSent } from '../gateway/counters.ts';
import type { Memory } from '../gateway/memory.ts';
import { makeTidings } from '../gateway/tidings.ts';
import { EBADFD, ECANCELED, ENETDOWN, ENOBUFS } from '../linux/errno.ts';
import { F_GETFL, F_SETFL, O_NONBLOCK, libc } from '../linux/libc.ts';
import { lossOf } from '../linux/loss.ts';
import * as abi from './abi.ts';
import type { Port } from './port.ts';
import { DONE, HANDLED, LEAVING, giveBack, makePort } from './port.ts';
import type { Ring } from './ring.ts';
import { RING_BYTES, makeRing } from './ring.ts';

const PAGE = 65536;
/** How often it is looked for work before the time is looked at. */
const LOOKS = 8;

// A token's upper byte says what completed; the rest which slot, or which port and which of its devices.
const READ = 1 << 24;
const WRITE = 2 << 24;
const BELL = 3 << 24;
const CANCEL = 4 << 24;
const WHICH = 0xffffff;
const PORT_BITS = 12;
const MOST_PORTS = 1 << PORT_BITS;

/** How many slots each link has: a power of two, or 0. */
export type Shares = readonly number[];

/** Bytes of memory besides slots, from a page on, for so many links. */
export const carrierBytes = (links: number): number => RING_BYTES + links * PAGE;

interface Places {
  readonly memory: Memory;
  readonly counters: Counters;
  readonly shares: Shares;
  readonly spares: number;
  /** An eventfd(2): written to, it wakes the carrier. */
  readonly bell: number;
}

/** A carrier without devices yet. Left: why io_uring cannot be had. */
export const makeRingCarrier = (
  buffer: ArrayBuffer,
  { memory, counters, shares, spares, bell }: Places,
): E.Either<string, Carrier> => {
  const { slots, extraAt } = memory;
  const made = makeRing(buffer, slots.address, extraAt);
  if (E.isLeft(made)) return made;
  const ring: Ring = made.right;
  const c = libc();
  const view = new DataView(buffer);
  const slotCount = slots.capacity + spares;
  const states = new Uint8Array(slotCount).fill(DONE);
  /** Of frames that leave: by which link, and how long they are. */
  const egresses = new Uint16Array(slotCount);
  const lengths = new Uint32Array(slotCount);
  const freeSpares = Array.from({ length: spares }, (_, index) => slots.capacity + index);
  const rung = Buffer.alloc(8);
  const rungAddress = c.addressOf(rung);
  const tidings = makeTidings();

  let first = 0;
  const ports: Port[] = [];
  for (const [link, count] of shares.entries()) {
    ports.push(makePort(link, first, count, extraAt + RING_BYTES + link * PAGE));
    first += count;
  }
  for (const port of ports) {
    if (port.count === 0) continue;
    const provided = ring.provide(port.link, slots.address + port.ringAt, port.count);
    if (E.isLeft(provided)) {
      ring.close();
      return provided;
    }
  }

  const portOf = (link: Link): Port => ports[link] as Port;

  const refill = (port: Port): void => {
    const at = slots.address + slots.base + port.start;
    const { stride } = slots;
    giveBack(port, states, view, (slot) => at + slot * stride, stride - port.start);
    if (port.isRead || port.descriptor < 0 || port.free < port.count >> 2) return;
    port.isRead = true;
    ring.prepareRead(port.descriptor, port.link, READ | (port.device << PORT_BITS) | port.link);
  };

  const lose = (port: Port, errno: number): void => {
    port.descriptor = -1;
    tidings.lose({ link: port.link, errno });
  };

  const readCompleted = (which: number, result: number, flags: number): void => {
    const port = portOf(which & (MOST_PORTS - 1));
    if ((flags & abi.CQE_MORE) === 0) port.isRead = false;
    if (result > 0) {
      const slot = port.first + (flags >>> abi.CQE_BUFFER_SHIFT);
      states[slot] = HANDLED;
      slots.lengths[slot] = Math.max(0, result - port.header);
      port.free--;
      port.came++;
      return;
    }
    // Buffers ran out: when some come back it is read again. One that is down may come up.
    if (result === -ENOBUFS || result === -ENETDOWN || result === -ECANCELED) return;
    // What an earlier device says at its end is no news of the one that replaced it.
    if (port.descriptor < 0 || which >>> PORT_BITS !== port.device) return;
    lose(port, result === 0 ? EBADFD : -result);
  };

  const writeCompleted = (slot: number, result: number): void => {
    const port = portOf(egresses[slot] ?? 0);
    port.leaving--;
    const length = lengths[slot] ?? 0;
    if (result < 0) countLost(counters, port.link, lossOf(-result));
    else countSent(counters, port.link, length);
    states[slot] = DONE;
    if (slot >= slots.capacity) freeSpares.push(slot);
  };

  const completed = (token: number, result: number, flags: number): void => {
    const which = token & WHICH;
    const what = token & ~WHICH;
    if (what === WRITE) writeCompleted(which, result);
    else if (what === READ) readCompleted(which, result, flags);
    else if (what === BELL) {
      c.read(bell, rungAddress, rung.length);
      tidings.ring();
      if ((flags & abi.CQE_MORE) === 0) ring.preparePoll(bell, BELL);
    }
  };

  const handle = (port: Port, pass: Pass): number => {
    let came = 0;
    while (port.came > 0) {
      const index = port.arriving & (port.count - 1);
      const run = Math.min(port.came, port.count - index);
      const start = port.first + index;
      port.came -= run;
      port.arriving += run;
      came += run;
      pass(port.link, start, run);
      for (let slot = start; slot < start + run; slot++)
        if (states[slot] === HANDLED) states[slot] = DONE;
    }
    return came;
  };

  ring.preparePoll(bell, BELL);

  /** Frames that were given to the kernel leave while it is called, all that a device has room for. */
  const flush = (): void => {
    ring.enter(0);
    ring.reap(completed);
  };

  /** Whether a frame may be given to the kernel: a device that takes none has no more than so many waiting. */
  const hasRoom = (port: Port): boolean => {
    const most = Math.max(1, slots.capacity >> 1);
    if (port.leaving >= most) flush();
    return port.leaving < most;
  };

  return E.right({
    way: 'io_uring',
    hasOffloads: (link) => portOf(link).header > 0,
    spare: () => {
      if (freeSpares.length === 0) flush();
      return freeSpares.pop() ?? -1;
    },
    send: (link, slot, offset, length) => {
      const port = portOf(link);
      if (port.descriptor < 0 || !hasRoom(port)) {
        countLost(counters, link, port.descriptor < 0 ? 'gone' : 'full');
        if (slot >= slots.capacity) freeSpares.push(slot);
        return;
      }
      states[slot] = LEAVING;
      egresses[slot] = link;
      lengths[slot] = length;
      port.leaving++;
      const { header } = port;
      ring.prepareWrite(
        port.descriptor,
        slots.address + offset - header,
        length + header,
        WRITE | slot,
      );
    },
    turn: (pass) => {
      if (!ring.hasWork) return 0;
      // Frames are read while the kernel is called.
      if (ring.reap(completed) === 0) {
        ring.enter(0);
        ring.reap(completed);
      }
      let handled = 0;
      for (const port of ports) {
        if (port.came > 0) handled += handle(port, pass);
        if (port.count > 0) refill(port);
      }
      ring.enter(0);
      return handled;
    },
    wait: (milliseconds, awake) => {
      if (awake > 0) {
        const until = performance.now() + awake;
        do {
          for (let look = 0; look < LOOKS; look++) if (ring.hasWork) return;
        } while (performance.now() < until);
      }
      if (!ring.hasWork) ring.enter(milliseconds);
    },
    wasRung: tidings.wasRung,
    hasLosses: tidings.hasLosses,
    losses: tidings.losses,
    attach: (link, device: Opened) => {
      const port = portOf(link);
      const [descriptor = -1] = device.descriptors;
      port.header = device.offloads.header ? OFFLOAD_LENGTH : 0;
      port.start = frameOffset(device.framing) - port.header;
      if (port.descriptor >= 0) ring.prepareCancel(port.descriptor, CANCEL);
      port.descriptor = descriptor;
      port.device = (port.device + 1) & (MOST_PORTS - 1);
      // A read that would have to wait is to wait, not to fail.
      c.fcntl(descriptor, F_SETFL, c.fcntl(descriptor, F_GETFL, 0) & ~O_NONBLOCK);
      refill(port);
    },
    close: () => {
      ring.close();
    },
  });
};
