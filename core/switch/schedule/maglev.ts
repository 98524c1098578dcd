// Maglev hashing: a large table of slots, alike on every gateway that has the same nodes and key, in which
// the hash of a connection finds its node (Eisenbud and others, "Maglev", NSDI 2016, section 3.4; A20).

import type { HashKey } from '../../decision/keyed-hash.ts';
import { hash4 } from '../../decision/keyed-hash.ts';
import type { Member, Slots } from '../../decision/schedule.ts';
import type { Choice, Question } from './question.ts';
import { highestDraw } from './rendezvous.ts';
import { turnsOf } from './turns.ts';

/**
 * The number of slots: a prime p, so that every step through the table comes to all of them; and 3 does not
 * divide p - 1, so that no two numbers below p have the same cube modulo p.
 */
export const SLOTS = 65_537;

/** In a table being made: nobody's yet. `NodeIndex` has nothing below the gateway's -1. */
const FREE = -2;

/**
 * The order in which a node would like to have the slots. The paper goes from `start` on in equal steps; but
 * nodes whose steps are in a simple proportion like the same slots, and then the loss of a third disturbs
 * both. With cubes between, such proportions come to nothing.
 */
interface Preference {
  next: number;
  readonly step: number;
  readonly start: number;
}

const preferenceOf = (number: number, hashKey: HashKey): Preference => ({
  next: hash4(hashKey, number, 0, 0, 0) % SLOTS,
  step: 1 + (hash4(hashKey, number, 1, 0, 0) % (SLOTS - 1)),
  start: hash4(hashKey, number, 2, 0, 0) % SLOTS,
});

const likes = ({ next, step, start }: Preference): number =>
  (start + step * ((((next * next) % SLOTS) * next) % SLOTS)) % SLOTS;

/** The table: members take the free slot that they like best, in turn by their weights. */
export const slotsOf = (members: readonly Member[], hashKey: HashKey): Slots => {
  const slots = new Int32Array(members.length === 0 ? 0 : SLOTS).fill(FREE);
  const preferences = new Map(
    members.map(({ node, number }) => [node, preferenceOf(number, hashKey)]),
  );
  const turns = turnsOf(members);
  for (let taken = 0; taken < slots.length; taken++) {
    const node = turns[taken % turns.length] ?? 0;
    const preference = preferences.get(node) ?? preferenceOf(node, hashKey);
    while (slots[likes(preference)] !== FREE) preference.next = (preference.next + 1) % SLOTS;
    slots[likes(preference)] = node;
  }
  return slots;
};

/**
 * The node of the connection's slot. What that does not take is dealt out among the others by their weights,
 * connection by connection: the rest of the table stays as it is.
 */
export const chooseBySlot = (
  slots: Slots,
  members: readonly Member[],
  { cursor, source, sourcePort, destination, destinationPort, hashKey, takes }: Question,
): Choice | null => {
  const hash = hash4(hashKey, source, sourcePort, destination, destinationPort);
  const own = slots[hash % slots.length];
  if (own !== undefined && takes(own)) return { node: own, cursor };
  const other = highestDraw(members, hashKey, hash, takes);
  return other === null ? null : { node: other, cursor };
};
