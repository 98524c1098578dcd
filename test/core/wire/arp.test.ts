import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as arp from '../../../core/wire/arp.ts';
import { ARP_TRUNCATED, ARP_UNSUPPORTED } from '../../../core/wire/fault.ts';
import { arpPacket } from '../../arbitraries/frames.ts';
import { itObeysTheLaws } from './laws.ts';

const FIXED = [0, 1, 8, 0, 6, 4];
const sound = fc
  .uint8Array({ minLength: 22, maxLength: 22 })
  .map((rest) => Uint8Array.from([...FIXED, ...rest]));

describe('arp', () => {
  itObeysTheLaws(arp, arpPacket(), sound);

  it('takes the padding of a frame of 60 bytes', () => {
    fc.assert(
      fc.property(sound, fc.uint8Array({ minLength: 18, maxLength: 18 }), (packet, padding) => {
        const padded = Uint8Array.from([...packet, ...padding]);
        expect(arp.decode(padded, 0, 46)).toEqual(arp.decode(packet, 0, 28));
      }),
    );
  });

  it('supports no other kinds of addresses, of whatever length', () => {
    fc.assert(
      fc.property(
        sound,
        fc.nat({ max: 5 }),
        fc.integer({ min: 1, max: 255 }),
        (packet, at, bits) => {
          const other = Uint8Array.from(packet);
          other[at] = (packet[at] ?? 0) ^ bits;
          expect(arp.fault(other, 0, 28)).toBe(ARP_UNSUPPORTED);
          expect(arp.fault(other, 0, 8)).toBe(ARP_UNSUPPORTED);
          expect(arp.fault(other, 0, 7)).toBe(ARP_TRUNCATED);
        },
      ),
    );
  });

  it('is truncated below 28 bytes', () => {
    fc.assert(
      fc.property(sound, fc.nat({ max: 27 }), (packet, cut) => {
        expect(arp.fault(packet, 0, cut)).toBe(ARP_TRUNCATED);
      }),
    );
  });
});
