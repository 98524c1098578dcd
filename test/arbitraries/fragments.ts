// Datagrams in fragments: cut anywhere that RFC 791 allows, in any order; and put together again, slow and
// obvious, without core's own cutting and putting together.

import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import * as ipv4 from '../../core/wire/ipv4.ts';
import type { Ipv4Packet } from '../../core/wire/ipv4.ts';

/** A packet from its IP header to its end, as a value. */
export const packetIn = (packet: Uint8Array): Ipv4Packet => {
  const decoded = ipv4.decode(packet, 0, packet.length);
  if (E.isLeft(decoded)) throw new Error(decoded.left);
  return decoded.right;
};

const dataOf = (packet: Uint8Array): Uint8Array =>
  Uint8Array.from(packetIn(packet).payload as Uint8Array);

/** The fragment of a whole packet that has its data `from` up to `to`. Options stand in the first only. */
export const fragment = (packet: Uint8Array, from: number, to: number): Uint8Array => {
  const whole = packetIn(packet);
  return ipv4.encode({
    ...whole,
    moreFragments: to < whole.payload.length,
    fragmentOffset: from,
    options: from === 0 ? whole.options : new Uint8Array(0),
    payload: dataOf(packet).subarray(from, to),
  });
};

/** A whole packet cut before each of `places`, which rise and are multiples of 8. */
export const cutAt = (packet: Uint8Array, places: readonly number[]): readonly Uint8Array[] => {
  const ends = [...places, packetIn(packet).payload.length];
  return ends.map((to, index) => fragment(packet, index === 0 ? 0 : (ends[index - 1] ?? 0), to));
};

/** A whole packet cut so that no fragment is longer than `mtu`. */
export const cutFor = (packet: Uint8Array, mtu: number): readonly Uint8Array[] => {
  const { payload, options } = packetIn(packet);
  const room = Math.floor((mtu - 20 - options.length) / 8) * 8;
  const count = Math.ceil(payload.length / room);
  return cutAt(
    packet,
    Array.from({ length: count - 1 }, (_, index) => room * (index + 1)),
  );
};

/**
 * Places to cut `length` bytes of data at, in rising order, at least one: none before `first`, and no piece
 * longer than `longest`, a multiple of 8.
 */
export const places = (
  length: number,
  first = 8,
  longest = 1480,
): fc.Arbitrary<readonly number[]> =>
  fc
    .uniqueArray(fc.integer({ min: first / 8, max: Math.ceil(length / 8) - 1 }), {
      minLength: 1,
      maxLength: 12,
    })
    .map((eighths) => {
      const cuts = eighths.map((eighth) => eighth * 8).sort((a, b) => a - b);
      return [...cuts, length].flatMap((to, index) => {
        const from = index === 0 ? 0 : (cuts[index - 1] ?? 0);
        const between = Array.from(
          { length: Math.ceil((to - from) / longest) - 1 },
          (_, turn) => from + (turn + 1) * longest,
        );
        return to < length ? [...between, to] : between;
      });
    });

/** Any order of the same things. */
export const anyOrder = <A>(things: readonly A[]): fc.Arbitrary<readonly A[]> =>
  fc.shuffledSubarray([...things], { minLength: things.length, maxLength: things.length });

/** The whole packet of fragments in any order; throws where they overlap, or some are missing. */
export const together = (fragments: readonly Uint8Array[]): Uint8Array => {
  const inOrder = fragments.map(packetIn).sort((a, b) => a.fragmentOffset - b.fragmentOffset);
  const [first] = inOrder;
  if (first === undefined) throw new Error('no fragments');
  const data: number[] = [];
  inOrder.forEach((one, index) => {
    if (one.fragmentOffset !== data.length) throw new Error(`a gap or overlap at ${data.length}`);
    if (one.moreFragments !== index < inOrder.length - 1) throw new Error('no end, or two');
    data.push(...(one.payload as Uint8Array));
  });
  const payload = Uint8Array.from(data);
  return ipv4.encode({ ...first, moreFragments: false, fragmentOffset: 0, payload });
};
