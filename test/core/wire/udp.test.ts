import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4 } from '../../../core/wire/address.ts';
import { UDP_CHECKSUM, UDP_LENGTH, UDP_TRUNCATED } from '../../../core/wire/fault.ts';
import * as udp from '../../../core/wire/udp.ts';
import { ipv4Address } from '../../arbitraries/addresses.ts';
import { udpDatagram } from '../../arbitraries/frames.ts';
import { itObeysTheLaws } from './laws.ts';
import { withChecksum } from './naive-checksum.ts';

// 10.1.2.3 to 192.0.2.200, and the pseudo header of a datagram between them.
const SOURCE = ipv4(0x0a010203);
const DESTINATION = ipv4(0xc00002c8);
const pseudoHeader = (length: number): Uint8Array =>
  Uint8Array.of(10, 1, 2, 3, 192, 0, 2, 200, 0, 17, length >>> 8, length & 255);

const sound = fc.uint8Array({ minLength: 8, maxLength: 80 }).map((bytes) => {
  const datagram = Uint8Array.from(bytes);
  datagram.set([0, bytes.length], 4);
  const right = withChecksum(datagram, 6, { prefix: pseudoHeader(bytes.length) });
  if (right[6] === 0 && right[7] === 0) right.set([0xff, 0xff], 6);
  return right;
});

const checksumFault = (bytes: Uint8Array): number =>
  udp.checksumFault(bytes, 0, bytes.length, SOURCE, DESTINATION);

describe('udp', () => {
  itObeysTheLaws(
    { ...udp, encode: (datagram: udp.UdpDatagram) => udp.encode(datagram, SOURCE, DESTINATION) },
    udpDatagram(),
    sound,
  );

  it('names each fault of shape', () => {
    fc.assert(
      fc.property(sound, (bytes) => {
        const withLength = (length: number) => {
          const changed = Uint8Array.from(bytes);
          changed.set([length >>> 8, length & 255], 4);
          return udp.fault(changed, 0, bytes.length);
        };
        expect(udp.fault(bytes, 0, 7)).toBe(UDP_TRUNCATED);
        expect([0, 7, bytes.length + 1, 0xffff].map(withLength)).toEqual(Array(4).fill(UDP_LENGTH));
        expect([8, bytes.length].map(withLength)).toEqual([0, 0]);
      }),
    );
  });

  it('finds the checksum right, and wrong when one bit, not of the length, or an address changed', () => {
    const places = fc.tuple(fc.nat(), fc.nat({ max: 7 }), fc.nat({ max: 31 }));
    fc.assert(
      fc.property(sound, places, (bytes, [place, bit, addressBit]) => {
        expect(checksumFault(bytes)).toBe(0);
        const other = ipv4(SOURCE ^ (1 << addressBit));
        expect(udp.checksumFault(bytes, 0, bytes.length, other, DESTINATION)).toBe(UDP_CHECKSUM);
        const changed = Uint8Array.from(bytes);
        const at = place % bytes.length;
        fc.pre(at !== 4 && at !== 5);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        const lost = changed[6] === 0 && changed[7] === 0;
        expect(checksumFault(changed)).toBe(lost ? 0 : UDP_CHECKSUM);
      }),
    );
  });

  it('takes a datagram without checksum', () => {
    fc.assert(
      fc.property(sound, (bytes) => {
        expect(checksumFault(Uint8Array.from(bytes).fill(0, 6, 8))).toBe(0);
      }),
    );
  });

  it('leaves bytes after its length out, of the value and of the checksum', () => {
    fc.assert(
      fc.property(sound, fc.uint8Array({ maxLength: 20 }), (bytes, more) => {
        const longer = Uint8Array.from([...bytes, ...more]);
        expect(udp.decode(longer, 0, longer.length)).toEqual(udp.decode(bytes, 0, bytes.length));
        expect(checksumFault(longer)).toBe(0);
      }),
    );
  });

  it('sends a checksum that comes out as 0 as 0xffff', () => {
    const datagram = { sourcePort: 1, destinationPort: 2, payload: Uint8Array.of(0, 0) };
    const usual = udp.encode(datagram, SOURCE, DESTINATION);
    const payload = usual.slice(6, 8);
    const special = udp.encode({ ...datagram, payload }, SOURCE, DESTINATION);
    expect([...special.subarray(6)]).toEqual([0xff, 0xff, ...payload]);
    expect(checksumFault(special)).toBe(0);
  });

  it('encodes a right checksum for any addresses', () => {
    fc.assert(
      fc.property(udpDatagram(), ipv4Address(), ipv4Address(), (datagram, source, destination) => {
        const bytes = udp.encode(datagram, source, destination);
        expect([...bytes.subarray(6, 8)]).not.toEqual([0, 0]);
        expect(udp.checksumFault(bytes, 0, bytes.length, source, destination)).toBe(0);
      }),
    );
  });
});
