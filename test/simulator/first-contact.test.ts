// Two computers meet: they associate, hold identical tables, and exchange messages.

import { describe, expect, it } from 'vitest';
import { Chance } from './chance.ts';
import { World } from './world.ts';

const twoComputers = (): World => {
  const world = new World({
    chance: new Chance(1),
    networks: [[0], [0]],
    mtus: [1500],
  });
  const [one, other] = world.computers;
  if (one === undefined || other === undefined) throw new Error('there are two computers');
  world.start(one, []);
  world.start(other, [one]);
  return world;
};

describe('two computers', () => {
  it('B7: the second joins by the first one’s address, and both hold an identical table', () => {
    const world = twoComputers();
    world.agenda.runUntil(1000);
    const [one, other] = world.computers.map(({ member }) => member?.table);
    expect(one?.entries.size).toBe(2);
    expect(one?.digestText).toBe(other?.digestText);
    expect(world.violations).toEqual([]);
  });

  it.each([0, 100, 20_000, 1_000_000])(
    'B5: a message of %i bytes arrives, and is acknowledged',
    (length) => {
      const world = twoComputers();
      world.agenda.runUntil(1000);
      const [one, other] = world.computers;
      if (one === undefined || other === undefined) throw new Error('there are two computers');
      world.send(one, other, length);
      world.send(other, one, length);
      world.agenda.runUntil(4000);
      expect(world.ledger.acknowledged).toBe(2);
      expect([...world.violations, ...world.ledger.violations]).toEqual([]);
    },
  );
});
