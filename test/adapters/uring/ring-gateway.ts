// A gateway whose frames go by io_uring over pairs of sockets, to be driven step by step.

import * as E from 'fp-ts/lib/Either.js';
import type { Carrier } from '../../../adapters/gateway/carrier.ts';
import type { Counters } from '../../../adapters/gateway/counters.ts';
import { makeCounters } from '../../../adapters/gateway/counters.ts';
import type { DeviceGateway } from '../../../adapters/gateway/device-gateway.ts';
import { makeGateway } from '../../../adapters/gateway/gateway.ts';
import type { Kernels } from '../../../adapters/gateway/kernels.ts';
import type { Memory } from '../../../adapters/gateway/memory.ts';
import { makeMemory } from '../../../adapters/gateway/memory.ts';
import { EFD_CLOEXEC, EFD_NONBLOCK, libc } from '../../../adapters/linux/libc.ts';
import type { Opened } from '../../../adapters/opened.ts';
import { NO_OFFLOADS } from '../../../adapters/opened.ts';
import { carrierBytes, makeRingCarrier } from '../../../adapters/uring/carrier.ts';
import type { Link, LinkSettings, Topology } from '../../../core/decision/topology.ts';
import type { FrameSockets } from './frame-sockets.ts';
import { frameSockets } from './frame-sockets.ts';

export interface RingGateway {
  readonly gateway: DeviceGateway;
  readonly carrier: Carrier;
  readonly counters: Counters;
  readonly memory: Memory;
  /** By link; null where there is none. */
  readonly sockets: readonly (FrameSockets | null)[];
  /** Rings the bell. */
  ring(): void;
  /** Goes on until nothing is left to do at once; tells how many frames came. */
  settle(): number;
  close(): void;
}

export interface RingSettings {
  readonly topology: Topology;
  readonly clock: () => number;
  readonly kernels: Kernels;
  /** Slots of each link, a power of two. */
  readonly share: number;
  readonly spares: number;
  readonly maxFrame: number;
}

/** A link's device on a socket. */
export const openedOn = ({ name, framing, mtu }: LinkSettings, descriptor: number): Opened => ({
  name,
  kind: framing === 'ethernet' ? 'tap' : 'tun',
  framing,
  descriptors: [descriptor],
  mtu,
  offloads: NO_OFFLOADS,
});

export const makeRingGateway = (settings: RingSettings): RingGateway => {
  const { topology, clock, kernels, share, spares, maxFrame } = settings;
  const { links } = topology;
  const c = libc();
  const bell = c.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  const shares = links.map((link) => (link === null ? 0 : share));
  const batch = shares.reduce((sum, one) => sum + one, 0);
  const extra = carrierBytes(links.length);
  const memory = makeMemory(kernels, { batch, spares, maxFrame }, topology, extra);
  const counters = makeCounters(links.length);
  const made = makeRingCarrier(kernels.memory.buffer, { memory, counters, shares, spares, bell });
  if (E.isLeft(made)) throw new Error(made.left);
  const carrier = made.right;
  const sockets = links.map((link) => (link === null ? null : frameSockets()));
  for (const [index, link] of links.entries()) {
    const own = sockets[index];
    if (link !== null && own) carrier.attach(index, openedOn(link, own.inner));
  }
  const inner = makeGateway(topology, memory, carrier, counters, clock, kernels);
  const pass = (link: Link, first: number, count: number): void => {
    inner.pass(link, first, count);
  };
  /** Two turns in vain: what the first one submits may be done by then. */
  const settle = (): number => {
    let came = 0;
    for (let idle = 0; idle < 2;) {
      const handled = carrier.turn(pass);
      came += handled;
      idle = handled === 0 ? idle + 1 : 0;
    }
    return came;
  };
  const take = (): 'drained' => {
    settle();
    return 'drained';
  };
  const one = Buffer.alloc(8);
  one.writeBigUInt64LE(1n);
  return {
    gateway: Object.assign(inner, { take }),
    carrier,
    counters,
    memory,
    sockets,
    ring: () => void c.write(bell, c.addressOf(one), one.length),
    settle,
    close: () => {
      carrier.close();
      for (const pair of sockets) pair?.close();
      c.close(bell);
    },
  };
};
