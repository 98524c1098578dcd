// The stream: any pieces in any order give the messages that were put in, each once and in order (B5, B8).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isRepeated,
  newIncoming,
  rangesOf,
  receive,
} from '../../../core/cluster/stream/incoming.ts';
import type { Queued } from '../../../core/cluster/stream/outgoing.ts';
import { MESSAGE_HEADER } from '../../../core/cluster/stream/outgoing.ts';
import { bytesOf } from '../../../core/cluster/stream/transmit.ts';
import { SERVICE_CLASSES } from '../../../core/cluster/service-class.ts';

const messages = fc.array(
  fc.record({
    message: fc.uint8Array({ maxLength: 60 }),
    serviceClass: fc.constantFrom(...SERVICE_CLASSES),
  }),
  { maxLength: 8 },
);

const queueOf = (list: readonly Pick<Queued, 'message' | 'serviceClass'>[]): readonly Queued[] => {
  let from = 0;
  return list.map((one, reference) => {
    const to = from + MESSAGE_HEADER + one.message.length;
    const queued = { ...one, reference, from, to, queuedAt: 0 };
    from = to;
    return queued;
  });
};

describe('a stream', () => {
  it('B5, B8: gives the messages again, however it was cut, doubled and shuffled', () => {
    const piece = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 30 }));
    fc.assert(
      fc.property(messages, fc.array(piece, { maxLength: 60 }), (list, pieces) => {
        const queue = queueOf(list);
        const end = queue.at(-1)?.to ?? 0;
        let incoming = newIncoming(0, 1e9);
        const got: unknown[] = [];
        const take = (from: number, to: number): void => {
          const known = incoming;
          const taken = receive(incoming, from, bytesOf(queue, { from, to }));
          expect(taken.sound).toBe(true);
          if (isRepeated(known, { from, to })) expect(taken.incoming.next).toBe(known.next);
          incoming = taken.incoming;
          got.push(...taken.messages);
        };
        if (end > 0)
          for (const [start, length] of pieces) {
            const from = start % end;
            take(from, Math.min(end, from + length));
            for (const { from: after } of rangesOf(incoming, 99))
              expect(after).toBeGreaterThan(incoming.next);
          }
        if (incoming.next < end) take(incoming.next, end);
        expect(got).toEqual(list);
        expect(incoming.parts).toEqual([]);
        expect(incoming.chain).toBeNull();
      }),
    );
  });
});
