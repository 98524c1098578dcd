// Every checksum of a frame, computed anew and held against what stands there (RFC 1071).

import { ipv4 as ipv4Address } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { copyOf, put16, u16, u32, u8 } from '../wire/bytes.ts';
import { checksum, pseudoHeaderSum } from '../wire/checksum.ts';
import * as ipv4 from '../wire/layout/ipv4.ts';
import * as udp from '../wire/layout/udp.ts';
import type { Field, Framing } from './fields.ts';
import { fieldsOf } from './fields.ts';

/** `none`: UDP without checksum. `partial`: not all that it covers is there (a fragment, a quoted packet). */
export type ChecksumVerdict = 'valid' | 'invalid' | 'none' | 'partial';

export interface ChecksumState {
  /** The field's name, as in {@link fieldsOf}. */
  readonly field: string;
  /** In the frame, bytes. */
  readonly offset: number;
  readonly value: number;
  readonly verdict: ChecksumVerdict;
  /** What should stand there; null where it cannot be known. */
  readonly expected: number | null;
}

const partial = (frame: ReadonlyBytes, { name, offset }: Field): ChecksumState => ({
  field: name,
  offset,
  value: u16(frame, offset),
  verdict: 'partial',
  expected: null,
});

/** The checksum in `field`, which covers `from` to `to`; `initial` is the pseudo header's sum. */
const judged = (
  frame: ReadonlyBytes,
  { name, offset }: Field,
  from: number,
  to: number,
  initial = 0,
): ChecksumState => {
  const zeroed = copyOf(frame.subarray(from, to));
  put16(zeroed, offset - from, 0);
  return {
    field: name,
    offset,
    value: u16(frame, offset),
    verdict: checksum(frame, from, to, initial) === 0 ? 'valid' : 'invalid',
    expected: checksum(zeroed, 0, zeroed.length, initial),
  };
};

/** The IP packet that a checksum belongs to: where it starts and ends, if all of it is there. */
interface Extent {
  readonly at: number;
  readonly transportAt: number;
  readonly end: number;
  readonly isWhole: boolean;
}

const extentOf = (frame: ReadonlyBytes, at: number): Extent | null => {
  const transportAt = at + (u8(frame, at) & 15) * 4;
  const end = at + u16(frame, at + ipv4.TOTAL_LENGTH);
  if (transportAt < at + ipv4.MIN_HEADER_LENGTH || transportAt > frame.length) return null;
  const flags = u16(frame, at + ipv4.FLAGS_FRAGMENT);
  const fragment = (flags & (ipv4.FLAG_MORE_FRAGMENTS | ipv4.FRAGMENT_OFFSET_MASK)) !== 0;
  return { at, transportAt, end, isWhole: !fragment && end >= transportAt && end <= frame.length };
};

const pseudo = (frame: ReadonlyBytes, { at }: Extent, length: number): number =>
  pseudoHeaderSum(
    ipv4Address(u32(frame, at + ipv4.SOURCE)),
    ipv4Address(u32(frame, at + ipv4.DESTINATION)),
    u8(frame, at + ipv4.PROTOCOL),
    length,
  );

const udpState = (frame: ReadonlyBytes, field: Field, extent: Extent): ChecksumState => {
  if (u16(frame, field.offset) === 0) return { ...partial(frame, field), verdict: 'none' };
  const { transportAt, end } = extent;
  const length = u16(frame, transportAt + udp.LENGTH);
  if (length < udp.HEADER_LENGTH || transportAt + length > end) return partial(frame, field);
  const initial = pseudo(frame, extent, length);
  const state = judged(frame, field, transportAt, transportAt + length, initial);
  // What comes to 0 is sent as its other spelling (RFC 768).
  return { ...state, expected: state.expected === 0 ? 0xffff : state.expected };
};

const stateOf = (frame: ReadonlyBytes, field: Field, extent: Extent): ChecksumState => {
  const { at, transportAt, end, isWhole } = extent;
  if (field.name.endsWith('ipv4.checksum')) return judged(frame, field, at, transportAt);
  if (!isWhole) return partial(frame, field);
  if (field.name.endsWith('udp.checksum')) return udpState(frame, field, extent);
  const isTcp = field.name.endsWith('tcp.checksum');
  return judged(
    frame,
    field,
    transportAt,
    end,
    isTcp ? pseudo(frame, extent, end - transportAt) : 0,
  );
};

/** The checksums of `frame`, in the order of their offsets. */
export const checksumsOf = (frame: ReadonlyBytes, framing: Framing): readonly ChecksumState[] => {
  const fields = fieldsOf(frame, framing);
  const states: ChecksumState[] = [];
  for (const prefix of ['', 'quoted.']) {
    const start = fields.find(({ name }) => name === `${prefix}ipv4.versionIhl`);
    const last = fields.some(({ name }) => name === `${prefix}ipv4.destination`);
    const extent = start !== undefined && last ? extentOf(frame, start.offset) : null;
    if (extent === null) continue;
    for (const field of fields)
      if (
        /^(ipv4|tcp|udp|icmp)\.checksum$/.test(field.name.slice(prefix.length)) &&
        field.name.startsWith(prefix)
      )
        states.push(stateOf(frame, field, extent));
  }
  return states.sort((a, b) => a.offset - b.offset);
};

/** `0x1c46, valid`. */
export const checksumText = ({ value, verdict, expected }: ChecksumState): string => {
  const hex = (number: number): string => `0x${number.toString(16).padStart(4, '0')}`;
  if (verdict === 'none') return 'none (UDP without checksum)';
  if (verdict === 'partial') return `${hex(value)}, not all it covers is here`;
  return verdict === 'invalid' && expected !== null
    ? `${hex(value)}, invalid: should be ${hex(expected)}`
    : `${hex(value)}, valid`;
};
