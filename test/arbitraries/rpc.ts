// ONC RPC messages as values with their bytes, written without core's encoders; and messages that were damaged.

import fc from 'fast-check';
import type { ByteString } from '../../core/rpc/byte-string.ts';
import type { Mapping } from '../../core/rpc/portmap.ts';
import type { Rpcb } from '../../core/rpc/rpcbind.ts';
import { bytes, counted, raw, string, word } from '../core/rpc/slow-xdr.ts';

/** A value, and the bytes that say it. */
export interface Written<V> {
  readonly value: V;
  readonly bytes: Uint8Array;
}

export const u32 = (): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 0xffffffff }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff) },
  );

/** Strings of bytes of any value, up to `maxLength` of them. */
export const byteString = (maxLength: number): fc.Arbitrary<ByteString> =>
  fc
    .oneof(
      { weight: 6, arbitrary: fc.uint8Array({ maxLength: Math.min(maxLength, 24) }) },
      { weight: 1, arbitrary: fc.uint8Array({ minLength: maxLength, maxLength }) },
    )
    .map((octets) => String.fromCharCode(...octets) as ByteString);

/** A credential or verifier, of any flavour, in hexadecimal. */
export const auth = (): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.oneof(fc.constantFrom(0, 1, 6), u32()),
      fc.oneof(
        { weight: 4, arbitrary: fc.uint8Array({ maxLength: 40 }) },
        { weight: 1, arbitrary: fc.uint8Array({ minLength: 397, maxLength: 400 }) },
      ),
    )
    .map(([flavour, body]) => word(flavour) + counted(body));

export interface CallNumbers {
  readonly xid: number;
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
}

const numbers = (): fc.Arbitrary<CallNumbers> =>
  fc.record({
    xid: u32(),
    program: fc.oneof(fc.constantFrom(100000, 100003, 100005, 100227), u32()),
    version: fc.oneof(fc.integer({ min: 0, max: 5 }), u32()),
    procedure: fc.oneof(fc.integer({ min: 0, max: 24 }), u32()),
  });

/** A call with arguments of any bytes; `headerLength` is where they begin. */
export const call = (): fc.Arbitrary<Written<CallNumbers & { readonly headerLength: number }>> =>
  fc
    .tuple(numbers(), auth(), auth(), fc.uint8Array({ maxLength: 64 }))
    .map(([value, credential, verifier, args]) => {
      const { xid, program, version, procedure } = value;
      const header = [xid, 0, 2, program, version, procedure].map(word).join('');
      const whole = bytes(header, credential, verifier, raw(args));
      return { value: { ...value, headerLength: whole.length - args.length }, bytes: whole };
    });

/** An accepted reply with results of any bytes. */
export const reply = (): fc.Arbitrary<
  Written<{ readonly xid: number; readonly status: number; readonly headerLength: number }>
> =>
  fc
    .tuple(u32(), auth(), fc.oneof(fc.integer({ min: 0, max: 5 }), u32()), fc.uint8Array())
    .map(([xid, verifier, status, results]) => {
      const whole = bytes(word(xid), word(1), word(0), verifier, word(status), raw(results));
      const headerLength = whole.length - results.length;
      return { value: { xid, status, headerLength }, bytes: whole };
    });

export const mapping = (): fc.Arbitrary<Mapping> =>
  fc.record({ program: u32(), version: u32(), protocol: u32(), port: u32() });

export const rpcb = (): fc.Arbitrary<Written<Rpcb>> =>
  fc
    .record({
      program: u32(),
      version: u32(),
      netid: byteString(255),
      address: byteString(255),
      owner: byteString(255),
    })
    .map((value) => ({
      value,
      bytes: bytes(
        word(value.program) + word(value.version),
        string(value.netid) + string(value.address) + string(value.owner),
      ),
    }));

const withLength = (target: Uint8Array, at: number, length: number): Uint8Array => {
  const changed = Uint8Array.from(target);
  new DataView(changed.buffer).setUint32(at, length);
  return changed;
};

const wordsOf = (target: Uint8Array): number => Math.floor(target.length / 4);

/** The message cut short, with bits turned over, or with one of its words another number. */
export const damaged = (message: Uint8Array): fc.Arbitrary<Uint8Array> => {
  const cut = fc.nat({ max: message.length }).map((length) => message.slice(0, length));
  if (wordsOf(message) === 0) return cut;
  const flipped = fc
    .array(fc.nat({ max: message.length * 8 - 1 }), { minLength: 1, maxLength: 4 })
    .map((bits) => {
      const changed = Uint8Array.from(message);
      for (const bit of bits) changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return changed;
    });
  const lying = fc
    .tuple(fc.nat({ max: wordsOf(message) - 1 }), u32())
    .map(([index, length]) => withLength(message, index * 4, length));
  return fc.oneof(cut, flipped, lying);
};
