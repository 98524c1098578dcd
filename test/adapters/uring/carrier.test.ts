// Frames by io_uring over pairs of sockets: what is lost, what waits, what goes on.

import { afterEach, describe, expect, it } from 'vitest';
import { loadKernels } from '../../../adapters/gateway/kernels.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  INSIDE,
  NODES,
  UDP,
  frameOf,
  topology,
} from '../../core/switch/laboratory.ts';
import { frame as arpFrame } from '../../core/switch/neighbour-frames.ts';
import { frameSockets } from './frame-sockets.ts';
import { hasRing } from './has-ring.ts';
import type { RingGateway } from './ring-gateway.ts';
import { makeRingGateway, openedOn } from './ring-gateway.ts';

const of = topology();
const [, BETA = HOST] = NODES;
const SHARE = 8;

/** A question to the service that one node has. */
const question = (sourcePort: number): Uint8Array =>
  frameOf(of, CAMPUS, {
    source: HOST,
    destination: CLUSTER,
    protocol: UDP,
    sourcePort,
    destinationPort: 53,
    payload: new Uint8Array(1000),
  });

/** The node tells where it is. */
const told = arpFrame(1, BETA, INSIDE);

describe.runIf(hasRing())('the carrier by io_uring', () => {
  const open: RingGateway[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  const started = (): RingGateway => {
    const settings = { topology: of, clock: () => 0, kernels: loadKernels(), maxFrame: 1514 };
    const own = makeRingGateway({ ...settings, share: SHARE, spares: 4 });
    open.push(own);
    own.sockets[INTERCONNECT]?.push(told);
    own.settle();
    own.sockets[INTERCONNECT]?.taken();
    return own;
  };
  const lossesOf = (own: RingGateway, link: number) => own.counters.links[link]?.losses;

  it('C3: passes frames on in their order, round and round its slots', () => {
    const own = started();
    for (let round = 0; round < 50; round++) {
      const ports = Array.from({ length: 1 + (round % 20) }, (_, index) => 2000 + index);
      for (const port of ports) own.sockets[CAMPUS]?.push(question(port));
      own.settle();
      const frames = own.sockets[INTERCONNECT]?.taken() ?? [];
      expect(frames.map((frame) => new DataView(frame.buffer).getUint16(34))).toEqual(ports);
    }
    expect(lossesOf(own, INTERCONNECT)).toEqual({ full: 0, down: 0, refused: 0, gone: 0 });
  });

  it('C3: a device that takes nothing holds a bounded number up; the rest is counted, and it goes on', () => {
    const own = started();
    const before = own.counters.links[INTERCONNECT]?.framesOut ?? 0;
    let pushed = 0;
    // The other end is not read: its buffer fills, then writes wait, then slots run out.
    for (; pushed < 2000; pushed++) {
      try {
        own.sockets[CAMPUS]?.push(question(2000));
      } catch {
        break;
      }
      own.settle();
    }
    const waiting = pushed - own.settle();
    expect(waiting).toBeLessThan(2000);
    const received = (): number => {
      let frames = 0;
      for (let last = -1; last !== frames; own.settle()) {
        last = frames;
        frames += own.sockets[INTERCONNECT]?.taken().length ?? 0;
      }
      return frames;
    };
    const all = received();
    const lost = lossesOf(own, INTERCONNECT)?.full ?? 0;
    expect(all + lost).toBe(pushed);
    own.sockets[CAMPUS]?.push(question(3000));
    own.settle();
    expect(received()).toBe(1);
    expect(own.counters.links[INTERCONNECT]?.framesOut).toBe(before + all + 1);
  });

  it('a device that is gone is told once, what is for it is counted, and another takes its place', () => {
    const own = started();
    own.sockets[INTERCONNECT]?.cut();
    own.settle();
    expect(own.carrier.hasLosses()).toBe(true);
    expect(own.carrier.losses()).toMatchObject([{ link: INTERCONNECT }]);
    own.sockets[CAMPUS]?.push(question(2000));
    own.settle();
    expect(own.carrier.hasLosses()).toBe(false);
    expect(lossesOf(own, INTERCONNECT)).toMatchObject({ gone: 1 });

    const settings = of.links[INTERCONNECT];
    if (settings === null || settings === undefined) throw new Error('no interconnect');
    const again = frameSockets();
    own.carrier.attach(INTERCONNECT, openedOn(settings, again.inner));
    own.sockets[CAMPUS]?.push(question(2001));
    again.push(told);
    own.settle();
    expect(again.taken().map((frame) => new DataView(frame.buffer).getUint16(34))).toContain(2001);
    again.close();
  });

  it('what the device before says at its end is no news of the one that replaced it', () => {
    const own = started();
    const settings = of.links[CAMPUS];
    if (settings === null || settings === undefined) throw new Error('no campus');
    const again = frameSockets();
    own.carrier.attach(CAMPUS, openedOn(settings, again.inner));
    own.sockets[CAMPUS]?.cut();
    own.settle();
    expect(own.carrier.losses()).toEqual([]);
    again.push(question(2000));
    own.settle();
    expect(own.sockets[INTERCONNECT]?.taken()).toHaveLength(1);
    again.close();
  });

  it('the bell ends a sleep, and is heard once', () => {
    const own = started();
    own.ring();
    // A sleep that nothing ended would last longer than the test may.
    own.carrier.wait(1_000_000, 0);
    own.settle();
    expect(own.carrier.wasRung()).toBe(true);
    expect(own.carrier.wasRung()).toBe(false);
  });

  it('a frame ends a sleep, awake or not', () => {
    const own = started();
    for (const awake of [0, 1_000_000]) {
      own.sockets[CAMPUS]?.push(question(2000));
      own.carrier.wait(1_000_000, awake);
      expect(own.settle()).toBe(1);
    }
  });
});
