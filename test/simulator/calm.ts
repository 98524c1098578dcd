// Worlds in which nothing happens by chance but what a test does.

import { Chance } from './chance.ts';
import type { Computer } from './computer.ts';
import { Judge } from './judge.ts';
import type { WorldOptions } from './world.ts';
import { World } from './world.ts';

export interface Calm extends Partial<WorldOptions> {
  readonly seed?: number;
  readonly computers: number;
  /** The networks that each of them is on; network 0 if not said. */
  readonly on?: readonly number[];
  /** How long datagrams take, ms, and how much more by chance. */
  readonly latency?: number;
  readonly jitter?: number;
}

/** A world whose computers are switched on at once, and join by the first. */
export const calmWorld = (calm: Calm): World => {
  const { seed = 1, computers, on = [0], latency = 1, jitter = 1, ...options } = calm;
  const world = new World({
    chance: new Chance(seed),
    networks: Array.from({ length: computers }, () => on),
    mtus: on.map(() => 1500),
    ...options,
  });
  [world.fabric.latency, world.fabric.jitter] = [latency, jitter];
  for (const computer of world.computers) world.start(computer, world.seedsFor(computer));
  return world;
};

/** Has a judge look on from now on; what it finds is in the world's violations. */
export const judged = (world: World): Judge => new Judge(world);

export const nth = (world: World, number: number): Computer => {
  const computer = world.computers[number];
  if (computer === undefined) throw new Error(`there is no computer ${number}`);
  return computer;
};

export const wrongs = (world: World): readonly string[] => [
  ...world.violations,
  ...world.ledger.violations,
];

/** Whether all hold identical tables of so many entries. */
export const haveConverged = (world: World, entries: number): boolean => {
  const tables = world.computers.map(({ member }) => member?.table);
  return tables.every(
    (table) => table?.entries.size === entries && table.digestText === tables[0]?.digestText,
  );
};

/** When tables have become identical, ms; looked at a hundred times a second, up to `most`. */
export const convergence = (world: World, entries: number, most: number): number => {
  while (!haveConverged(world, entries) && world.agenda.now < most)
    world.agenda.runUntil(world.agenda.now + 10);
  return world.agenda.now;
};

/** The value below which 99 of 100 lie. */
export const ninetyNinth = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.ceil(values.length * 0.99) - 1] ?? NaN;
