import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCall, readCall } from '../../../core/rpc/call.ts';
import * as arbitrary from '../../arbitraries/rpc.ts';
import { guarded } from './guarded.ts';
import { bytes, counted, raw, word } from './slow-xdr.ts';

const header = [7, 0, 2, 100003, 3, 6].map(word).join('');
const none = word(0) + word(0);

describe('a call', () => {
  it('is read behind credential and verifier of any flavour, wherever it lies', () => {
    fc.assert(
      fc.property(arbitrary.call(), fc.nat({ max: 9 }), ({ value, bytes: message }, before) => {
        const { headerLength, ...numbers } = value;
        const whole = Uint8Array.from([...new Uint8Array(before).fill(255), ...message]);
        const view = guarded(whole, before).bytes;
        expect(readCall(view, before, whole.length)).toEqual({
          kind: 'call',
          ...numbers,
          argumentsAt: before + headerLength,
        });
      }),
    );
  });

  it('is truncated at every length short of its arguments', () => {
    fc.assert(
      fc.property(arbitrary.call(), ({ value, bytes: message }) => {
        for (let end = 0; end < value.headerLength; end++)
          expect(readCall(guarded(message, 0, end).bytes, 0, end)).toEqual({ kind: 'truncated' });
      }),
      { numRuns: 30 },
    );
  });

  it('of another RPC version tells its xid, however little follows', () => {
    for (const version of [0, 1, 3, 0xffffffff]) {
      const message = bytes(word(0xfffffffe), word(0), word(version));
      expect(readCall(message, 0, 12)).toEqual({ kind: 'rpc-version', xid: 0xfffffffe });
    }
  });

  it('is not what carries another message type', () => {
    for (const type of [1, 2, 0xffffffff])
      expect(readCall(bytes(word(7), word(type)), 0, 8)).toEqual({ kind: 'not-a-call' });
  });

  it('may have 400 bytes of credential and of verifier, and no more', () => {
    const most = word(6) + counted(new Uint8Array(400));
    const tooMuch = word(6) + counted(new Uint8Array(401));
    const read = (...auth: string[]) => {
      const message = bytes(header, ...auth);
      return readCall(message, 0, message.length);
    };
    expect(read(most, most)).toMatchObject({ kind: 'call', argumentsAt: 24 + 2 * 408 });
    expect(read(tooMuch, none)).toEqual({ kind: 'auth-too-long' });
    expect(read(none, tooMuch)).toEqual({ kind: 'auth-too-long' });
    expect(read(word(1) + word(0xffffffff))).toEqual({ kind: 'auth-too-long' });
  });

  it('is written without credential and verifier', () => {
    fc.assert(
      fc.property(arbitrary.call(), fc.uint8Array(), ({ value }, args) => {
        const { xid, program, version, procedure } = value;
        const numbers = [xid, 0, 2, program, version, procedure].map(word);
        expect(encodeCall(value, args)).toEqual(bytes(...numbers, none, none, raw(args)));
      }),
    );
  });
});
