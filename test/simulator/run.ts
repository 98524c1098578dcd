// A run: a seed decides the world, what is sent in it and what befalls it; and what was wrong is the outcome.

import { Chance } from './chance.ts';
import type { Happening } from './happenings.ts';
import { happeningsOf } from './happenings.ts';
import { Judge } from './judge.ts';
import type { WorldOptions } from './world.ts';
import { World } from './world.ts';

export interface Run {
  readonly seed: number;
  readonly violations: readonly string[];
  /** What happened, with its times. */
  readonly story: readonly string[];
  readonly computers: number;
  readonly messages: number;
  readonly steps: number;
  readonly datagrams: number;
  /** Differs where anything that was sent differs. */
  readonly trace: number;
  readonly detections: readonly number[];
}

/** Times of a run, ms. */
const TROUBLES_BEGIN = 1500;
const HEALED = 5000;
/** So long after healing tables are identical (B7). */
const AGREED = 3000;
/** By then all messages are settled; looked at so often. */
const END = HEALED + 7000;
const LOOK = 250;

/** Sizes of messages: mostly small, some in several datagrams, seldom long. */
const lengthOf = (chance: Chance): number => {
  const kind = chance.next();
  if (kind < 0.7) return chance.whole(0, 200);
  if (kind < 0.97) return chance.whole(200, 8000);
  return chance.whole(8000, 70_000);
};

const sendings = (world: World): void => {
  const { chance, computers, agenda } = world;
  const bursts = chance.whole(1, 12);
  for (let burst = 0; burst < bursts; burst += 1) {
    const sender = chance.one(computers);
    const receiver = chance.one(computers);
    const messages = chance.whole(1, 6);
    const apart = chance.one([0, 5, 100]);
    const begin = chance.within(300, HEALED + 500);
    for (let message = 0; message < messages; message += 1) {
      const length = lengthOf(chance);
      agenda.at(begin + message * apart, () => world.send(sender, receiver, length));
    }
  }
};

/** Which networks each computer is on. */
const networksOf = (chance: Chance): readonly (readonly number[])[] => {
  const size = chance.one([2, 2, 3, 3, 3, 4, 4, 5, 6]);
  const count = chance.whole(1, 3);
  return Array.from({ length: size }, () => {
    const all = Array.from({ length: count }, (_, network) => network);
    const first = chance.whole(0, count - 1);
    const turned = [...all.slice(first), ...all.slice(0, first)];
    return turned.slice(0, chance.whole(1, count));
  });
};

const begin = (world: World): void => {
  const { chance, agenda, computers } = world;
  const together = chance.happens(0.3);
  for (const [at, computer] of computers.entries())
    agenda.at(together || at === 0 ? 0 : chance.within(0, 1000), () =>
      world.start(computer, world.seedsFor(computer)),
    );
};

/** Everything is whole again. */
const heal = (world: World): void => {
  world.fabric.heal();
  for (const computer of world.computers) {
    computer.slowness = 0;
    computer.deafness = 0;
    computer.freeAt = Math.min(computer.freeAt, world.agenda.now);
  }
};

/** Runs one seed to its end. */
export const runSeed = (seed: number, options: Partial<WorldOptions> = {}): Run => {
  const chance = new Chance(seed);
  const networks = networksOf(chance);
  const mtus = [0, 1, 2].map(() => chance.one([1500, 1500, 9000]));
  const world = new World({ chance, networks, mtus, ...options });
  const { fabric, agenda } = world;
  [fabric.latency, fabric.jitter] = chance.one([
    [0.1, 0.2],
    [1, 2],
    [5, 10],
    [15, 30],
  ] as const);
  fabric.loss = chance.one([0, 0, 0.01]);
  // Without routers between them, pairs of adapters on different networks can never work.
  if (networks.every((own) => own.includes(0))) fabric.routed = chance.happens(0.5);
  const judge = new Judge(world);
  begin(world);
  sendings(world);
  const happenings = happeningsOf(world, chance.whole(0, 5), TROUBLES_BEGIN, HEALED);
  const story = happenings.map(({ at, what }: Happening) => `${at.toFixed(1)}: ${what}`);
  for (const { at, run } of happenings)
    agenda.at(at, () => {
      const on = world.computers.filter(({ member }) => member !== null);
      run(world);
      judge.look();
      for (const computer of on)
        if (computer.member === null && !computer.hasLeft) judge.expectDown(computer);
    });
  agenda.at(HEALED, () => {
    heal(world);
    judge.look();
  });
  agenda.runUntil(HEALED + AGREED);
  const owed = (): boolean =>
    world.ledger.owed((number) => world.computers[number]?.member !== null);
  while (owed() && agenda.now < END) agenda.runUntil(agenda.now + LOOK);
  judge.expectAgreement('at the end');
  world.ledger.close(
    world.computers.map(({ life }) => life),
    (number) => world.computers[number]?.member !== null,
    (number) => world.computers[number]?.everLeft === true,
  );
  return {
    ...{ seed, story, computers: networks.length, messages: world.ledger.total },
    violations: [...world.violations, ...world.ledger.violations],
    ...{ steps: world.steps, datagrams: world.datagrams },
    ...{ trace: world.trace, detections: judge.detections },
  };
};
