import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as reply from '../../../core/rpc/reply.ts';
import * as arbitrary from '../../arbitraries/rpc.ts';
import { guarded } from './guarded.ts';
import { bytes, counted, raw, word } from './slow-xdr.ts';

const words = (...values: number[]): Uint8Array => bytes(...values.map(word));

describe('an accepted reply', () => {
  it('is read behind a verifier of any flavour, wherever it lies', () => {
    fc.assert(
      fc.property(arbitrary.reply(), fc.nat({ max: 9 }), ({ value, bytes: message }, before) => {
        const { xid, status, headerLength } = value;
        const whole = Uint8Array.from([...new Uint8Array(before).fill(255), ...message]);
        expect(reply.readReply(guarded(whole, before).bytes, before, whole.length)).toEqual({
          kind: 'reply',
          xid,
          status,
          resultsAt: before + headerLength,
        });
      }),
    );
  });

  it('is truncated at every length short of its results', () => {
    fc.assert(
      fc.property(arbitrary.reply(), ({ value, bytes: message }) => {
        for (let end = 0; end < value.headerLength; end++)
          expect(reply.readReply(guarded(message, 0, end).bytes, 0, end)).toEqual({
            kind: 'truncated',
          });
      }),
      { numRuns: 30 },
    );
  });

  it('may have 400 bytes of verifier, and no more', () => {
    const of = (length: number) => {
      const verifier = word(6) + counted(new Uint8Array(length));
      const message = bytes(word(7), word(1), word(0), verifier, word(0));
      return reply.readReply(message, 0, message.length);
    };
    expect(of(400)).toMatchObject({ kind: 'reply', xid: 7, status: 0 });
    expect(of(401)).toEqual({ kind: 'auth-too-long' });
  });

  it('is not a call, nor what is neither accepted nor denied', () => {
    expect(reply.readReply(words(7, 0, 2), 0, 12)).toEqual({ kind: 'not-a-reply' });
    expect(reply.readReply(words(7, 1, 2), 0, 12)).toEqual({ kind: 'not-a-reply' });
  });
});

describe('a denied reply', () => {
  it('tells which call it answers', () => {
    expect(reply.readReply(words(7, 1, 1, 1, 5), 0, 20)).toEqual({ kind: 'denied', xid: 7 });
    const mismatch = reply.encodeRpcMismatch(9);
    expect(reply.readReply(mismatch, 0, mismatch.length)).toEqual({ kind: 'denied', xid: 9 });
  });
});

describe('what is sent', () => {
  it.each([
    ['success', reply.encodeSuccess(7, words(8, 9)), words(7, 1, 0, 0, 0, 0, 8, 9)],
    ['success of nothing', reply.encodeSuccess(7, reply.VOID), words(7, 1, 0, 0, 0, 0)],
    ['PROG_UNAVAIL', reply.encodeProgramUnavailable(7), words(7, 1, 0, 0, 0, 1)],
    ['PROG_MISMATCH', reply.encodeProgramMismatch(7, 2, 4), words(7, 1, 0, 0, 0, 2, 2, 4)],
    ['PROC_UNAVAIL', reply.encodeProcedureUnavailable(7), words(7, 1, 0, 0, 0, 3)],
    ['GARBAGE_ARGS', reply.encodeGarbageArguments(7), words(7, 1, 0, 0, 0, 4)],
    ['SYSTEM_ERR', reply.encodeSystemError(7), words(7, 1, 0, 0, 0, 5)],
    ['RPC_MISMATCH', reply.encodeRpcMismatch(7), words(7, 1, 1, 0, 2, 2)],
  ])('%s is its words', (_, sent, expected) => {
    expect(sent).toEqual(expected);
  });

  it('is read as what was sent, results included', () => {
    fc.assert(
      fc.property(arbitrary.u32(), fc.uint8Array(), (xid, results) => {
        const sent = reply.encodeSuccess(xid, results);
        expect(reply.readReply(sent, 0, sent.length)).toEqual({
          kind: 'reply',
          xid,
          status: 0,
          resultsAt: 24,
        });
        expect(raw(sent.slice(24))).toBe(raw(results));
      }),
    );
  });
});
