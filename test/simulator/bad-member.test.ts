// One bad computer does not make the others dismiss a healthy one; nor do many that start at once (B3, B7).

import { describe, expect, it } from 'vitest';
import { built } from './built.ts';

const { calmWorld, convergence, judged, nth, wrongs } = (await built(null)).calm;

const TIMEOUT = 120_000;

describe('a computer that is bad', () => {
  it.each([0.5, 0.9, 1])(
    'B3: deaf to %f of what it is told, it makes nobody dismiss a healthy one',
    (deafness) => {
      const world = calmWorld({ computers: 6 });
      judged(world);
      world.agenda.runUntil(2500);
      const bad = nth(world, 2);
      [bad.deafness, bad.soundSince, bad.wellSince] = [deafness, Infinity, Infinity];
      world.agenda.runUntil(12_000);
      const healthy = world.computers.filter((computer) => computer !== bad);
      for (const one of healthy)
        for (const other of healthy) if (one !== other) expect(one.up.has(other.id)).toBe(true);
      expect(wrongs(world)).toEqual([]);
    },
  );

  it.each([10, 40, 120])(
    'B3: slow, %i ms for everything, it makes nobody dismiss a healthy one',
    (ms) => {
      const world = calmWorld({ computers: 6 });
      judged(world);
      world.agenda.runUntil(2500);
      const bad = nth(world, 2);
      [bad.slowness, bad.soundSince, bad.wellSince] = [ms, Infinity, Infinity];
      world.agenda.runUntil(12_000);
      expect(wrongs(world)).toEqual([]);
    },
  );

  it('B3: who stood still for a while blames nobody for what he missed', () => {
    const world = calmWorld({ computers: 5 });
    const downs: string[] = [];
    world.agenda.runUntil(2500);
    const still = nth(world, 3);
    world.onReport = (computer, report) => {
      if (computer === still && report.kind === 'down') downs.push(report.node);
    };
    still.freeAt = 6000;
    world.agenda.runUntil(12_000);
    expect(downs).toEqual([]);
    for (const one of world.computers) if (one !== still) expect(one.up.has(still.id)).toBe(true);
  });

  it('B3: between two that nothing passes, the words of two others keep each up', () => {
    const world = calmWorld({ computers: 5 });
    world.agenda.runUntil(2500);
    const [one, other] = [nth(world, 1), nth(world, 3)];
    for (const from of one.adapters)
      for (const to of other.adapters) {
        world.fabric.oneWay.add(`${from.address}>${to.address}`);
        world.fabric.oneWay.add(`${to.address}>${from.address}`);
      }
    const downs: string[] = [];
    world.onReport = (_, report) => {
      if (report.kind === 'down') downs.push(report.node);
    };
    world.agenda.runUntil(25_000);
    expect(downs).toEqual([]);
    world.kill(other);
    world.agenda.runUntil(29_000);
    expect(downs).toEqual(Array.from({ length: 4 }, () => other.id));
  });
});

describe('many computers', () => {
  it.each([0.5, 6, 40])(
    'B7: in step to the microsecond, %f ms apart, they associate in one round all the same',
    (latency) => {
      const world = calmWorld({ computers: 6, on: [0, 1], latency, jitter: 0 });
      world.agenda.runUntil(2000);
      for (const { member } of world.computers) {
        expect(member?.counters['association-unknown'] ?? 0).toBeLessThan(3);
        for (const peer of member?.peers.values() ?? []) {
          expect(peer.standing).toBe('up');
          expect(peer.sessions.length).toBeLessThanOrEqual(3);
        }
      }
    },
  );

  it(
    'B7: 32 that start at once hold identical tables, and nobody is dead',
    { timeout: TIMEOUT },
    () => {
      const world = calmWorld({ computers: 32 });
      judged(world);
      expect(convergence(world, 32, 10_000)).toBeLessThan(5000);
      world.agenda.runUntil(8000);
      const judge = judged(world);
      judge.expectAgreement('after the start');
      expect(wrongs(world)).toEqual([]);
    },
  );

  it('B3, B7: a restart of all 32 at once leaves nobody dead', { timeout: TIMEOUT }, () => {
    const world = calmWorld({ computers: 32 });
    world.agenda.runUntil(6000);
    for (const computer of world.computers) world.kill(computer);
    world.agenda.runUntil(6300);
    for (const computer of world.computers) world.start(computer, world.seedsFor(computer));
    const judge = judged(world);
    world.agenda.runUntil(12_000);
    judge.expectAgreement('after the restart of all');
    expect(wrongs(world)).toEqual([]);
  });
});
