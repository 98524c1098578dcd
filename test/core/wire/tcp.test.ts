import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4 } from '../../../core/wire/address.ts';
import { TCP_CHECKSUM, TCP_DATA_OFFSET, TCP_TRUNCATED } from '../../../core/wire/fault.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import { ipv4Address } from '../../arbitraries/addresses.ts';
import { tcpSegment } from '../../arbitraries/frames.ts';
import { itObeysTheLaws } from './laws.ts';
import { withChecksum } from './naive-checksum.ts';

// 10.1.2.3 to 192.0.2.200, and the pseudo header of a segment between them.
const SOURCE = ipv4(0x0a010203);
const DESTINATION = ipv4(0xc00002c8);
const pseudoHeader = (length: number): Uint8Array =>
  Uint8Array.of(10, 1, 2, 3, 192, 0, 2, 200, 0, 6, length >>> 8, length & 255);

const sound = fc
  .tuple(fc.integer({ min: 5, max: 15 }), fc.uint8Array({ minLength: 60, maxLength: 100 }))
  .map(([words, bytes]) => {
    const segment = Uint8Array.from(bytes);
    segment[12] = (words << 4) | ((bytes[12] ?? 0) & 15);
    return withChecksum(segment, 16, { prefix: pseudoHeader(segment.length) });
  });

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

describe('tcp', () => {
  itObeysTheLaws(
    { ...tcp, encode: (segment: tcp.TcpSegment) => tcp.encode(segment, SOURCE, DESTINATION) },
    tcpSegment(),
    sound,
  );

  it('names each fault of shape', () => {
    fc.assert(
      fc.property(sound, (bytes) => {
        const words = (bytes[12] ?? 0) >>> 4;
        const short = Uint8Array.from(bytes).fill(0x4f, 12, 13);
        expect(tcp.fault(bytes, 0, 19)).toBe(TCP_TRUNCATED);
        expect(tcp.fault(short, 0, bytes.length)).toBe(TCP_DATA_OFFSET);
        expect(tcp.fault(bytes, 0, words * 4)).toBe(0);
        if (words > 5) expect(tcp.fault(bytes, 0, words * 4 - 1)).toBe(TCP_DATA_OFFSET);
      }),
    );
  });

  it('finds the checksum right, and wrong when one bit or an address changed', () => {
    const places = fc.tuple(fc.nat(), fc.nat({ max: 7 }), fc.nat({ max: 31 }));
    fc.assert(
      fc.property(sound, fc.nat({ max: 5 }), places, (bytes, at, [place, bit, addressBit]) => {
        const whole = new Uint8Array(at + bytes.length + 5).fill(0xee);
        whole.set(bytes, at);
        const end = at + bytes.length;
        expect(tcp.checksumFault(whole, at, end, SOURCE, DESTINATION)).toBe(0);
        const other = ipv4(SOURCE ^ (1 << addressBit));
        expect(tcp.checksumFault(whole, at, end, other, DESTINATION)).toBe(TCP_CHECKSUM);
        const changed = at + (place % bytes.length);
        whole[changed] = (whole[changed] ?? 0) ^ (1 << bit);
        expect(tcp.checksumFault(whole, at, end, SOURCE, DESTINATION)).toBe(TCP_CHECKSUM);
      }),
    );
  });

  it('encodes a right checksum for any addresses', () => {
    fc.assert(
      fc.property(tcpSegment(), ipv4Address(), ipv4Address(), (segment, source, destination) => {
        const bytes = tcp.encode(segment, source, destination);
        expect(tcp.checksumFault(bytes, 0, bytes.length, source, destination)).toBe(0);
      }),
    );
  });
});

describe('D6: the reset for a segment of no connection', () => {
  const payload = Uint8Array.of(1, 2, 3);
  const segment: tcp.TcpSegment = {
    sourcePort: 40000,
    destinationPort: 81,
    sequence: 1000,
    acknowledgement: 77,
    flags: SYN,
    window: 500,
    urgentPointer: 3,
    options: Uint8Array.of(2, 4, 5, 0xb4),
    payload,
  };
  const empty = {
    window: 0,
    urgentPointer: 0,
    options: new Uint8Array(0),
    payload: new Uint8Array(0),
  };
  const back = { sourcePort: 81, destinationPort: 40000, ...empty };

  it.each([
    ['SYN', SYN, 0, 1001],
    ['SYN with data', SYN, 3, 1004],
    ['FIN with data', FIN, 3, 1004],
    ['SYN and FIN', SYN | FIN, 0, 1002],
    ['no flag', 0, 3, 1003],
    ['no flag, no data', 0, 0, 1000],
  ])('acknowledges a segment without ACK: %s', (_, flags, length, acknowledgement) => {
    const given = { ...segment, flags, payload: payload.subarray(0, length) };
    expect(tcp.resetFor(given)).toEqual({
      ...back,
      sequence: 0,
      acknowledgement,
      flags: RST | ACK,
    });
  });

  it('takes its sequence number from a segment with ACK', () => {
    for (const flags of [ACK, ACK | SYN, ACK | FIN, ACK | 0xfe8])
      expect(tcp.resetFor({ ...segment, flags })).toEqual({
        ...back,
        sequence: 77,
        acknowledgement: 0,
        flags: RST,
      });
  });

  it('wraps the acknowledgement at 32 bits', () => {
    const given = { ...segment, sequence: 0xffffffff, payload: payload.subarray(0, 0) };
    expect(tcp.resetFor(given)).toMatchObject({ acknowledgement: 0 });
  });

  it('never answers a reset, and so ends', () => {
    fc.assert(
      fc.property(tcpSegment(), (given) => {
        const reset = tcp.resetFor(given);
        expect(reset === null).toBe((given.flags & RST) !== 0);
        if (reset !== null) expect(tcp.resetFor(reset)).toBeNull();
      }),
    );
  });
});
