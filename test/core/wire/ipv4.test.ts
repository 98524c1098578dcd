import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  IPV4_CHECKSUM,
  IPV4_HEADER_LENGTH,
  IPV4_TOTAL_LENGTH,
  IPV4_TRUNCATED,
  IPV4_VERSION,
} from '../../../core/wire/fault.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { ipv4Packet } from '../../arbitraries/frames.ts';
import { itObeysTheLaws } from './laws.ts';
import { withChecksum } from './naive-checksum.ts';

const CHECKSUM = 10;

/** `bytes` with changed bytes by offset, and then a right header checksum. */
const sealed = (bytes: Uint8Array, changes: Readonly<Record<number, number>> = {}): Uint8Array => {
  const changed = Uint8Array.from(bytes);
  for (const [at, value] of Object.entries(changes)) changed[Number(at)] = value;
  return withChecksum(changed, CHECKSUM, { upTo: ((changed[0] ?? 0) & 15) * 4 });
};

const sound = fc
  .tuple(fc.integer({ min: 5, max: 15 }), fc.uint8Array({ minLength: 60, maxLength: 120 }))
  .map(([ihl, bytes]) =>
    sealed(bytes, { 0: 0x40 | ihl, 2: 0, 3: bytes.length, 6: (bytes[6] ?? 0) & 0x7f }),
  );

const fault = (bytes: Uint8Array): number => ipv4.fault(bytes, 0, bytes.length);

describe('ipv4', () => {
  itObeysTheLaws(ipv4, ipv4Packet(), sound);

  it('names each fault', () => {
    fc.assert(
      fc.property(sound, (bytes) => {
        const headerLength = ((bytes[0] ?? 0) & 15) * 4;
        expect(fault(bytes.subarray(0, 19))).toBe(IPV4_TRUNCATED);
        expect(fault(sealed(bytes, { 0: 0x65 }))).toBe(IPV4_VERSION);
        expect(fault(sealed(bytes, { 0: 0x44 }))).toBe(IPV4_HEADER_LENGTH);
        expect(fault(sealed(bytes, { 3: headerLength - 1 }))).toBe(IPV4_TOTAL_LENGTH);
        expect(fault(sealed(bytes, { 3: headerLength }))).toBe(0);
        expect(fault(sealed(bytes, { 3: bytes.length + 1 }))).toBe(IPV4_TOTAL_LENGTH);
        expect(fault(bytes.subarray(0, bytes.length - 1))).toBe(IPV4_TOTAL_LENGTH);
      }),
    );
  });

  it('finds every header in which one bit after the first byte changed', () => {
    fc.assert(
      fc.property(sound, fc.nat(), fc.nat({ max: 7 }), (bytes, place, bit) => {
        const headerLength = ((bytes[0] ?? 0) & 15) * 4;
        const changed = Uint8Array.from(bytes);
        const at = 1 + (place % (headerLength - 1));
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        const found = at === 2 || at === 3 ? [IPV4_CHECKSUM, IPV4_TOTAL_LENGTH] : [IPV4_CHECKSUM];
        expect(found).toContain(fault(changed));
      }),
    );
  });

  it('ignores padding after the total length', () => {
    fc.assert(
      fc.property(sound, fc.uint8Array({ maxLength: 46 }), (bytes, padding) => {
        const padded = Uint8Array.from([...bytes, ...padding]);
        expect(ipv4.decode(padded, 0, padded.length)).toEqual(ipv4.decode(bytes, 0, bytes.length));
      }),
    );
  });

  it('takes the reserved flag, and sends it as zero', () => {
    fc.assert(
      fc.property(sound, (bytes) => {
        const marked = sealed(bytes, { 6: (bytes[6] ?? 0) | 0x80 });
        const decoded = ipv4.decode(marked, 0, marked.length);
        expect(decoded).toEqual(ipv4.decode(bytes, 0, bytes.length));
        if (E.isRight(decoded)) expect(ipv4.encode(decoded.right)).toEqual(bytes);
      }),
    );
  });
});
