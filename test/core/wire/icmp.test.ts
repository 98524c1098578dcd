import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ICMP_CHECKSUM, ICMP_TRUNCATED } from '../../../core/wire/fault.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { icmpMessage, ipv4Packet } from '../../arbitraries/frames.ts';
import { itObeysTheLaws } from './laws.ts';
import { withChecksum } from './naive-checksum.ts';

const sound = fc.uint8Array({ minLength: 8, maxLength: 80 }).map((bytes) => withChecksum(bytes, 2));

describe('icmp', () => {
  itObeysTheLaws(icmp, icmpMessage(), sound);

  it('names each fault', () => {
    fc.assert(
      fc.property(sound, fc.nat(), fc.nat({ max: 7 }), (bytes, place, bit) => {
        const changed = Uint8Array.from(bytes);
        const at = place % bytes.length;
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(icmp.fault(changed, 0, bytes.length)).toBe(ICMP_CHECKSUM);
        expect(icmp.fault(bytes, 0, 7)).toBe(ICMP_TRUNCATED);
      }),
    );
  });

  it('D2: replies to an echo with its identifier, sequence and data', () => {
    fc.assert(
      fc.property(icmpMessage(), (request) => {
        expect(icmp.echoReplyTo(request)).toEqual({ ...request, type: 0, code: 0 });
      }),
    );
  });

  it('D2: quotes as much as fits a datagram of 576 bytes', () => {
    fc.assert(
      fc.property(ipv4Packet(), fc.nat({ max: 700 }), (packet, length) => {
        const quoted = ipv4.encode({ ...packet, payload: new Uint8Array(length).fill(7) });
        const message = icmp.errorMessage(3, 4, 1280, quoted);
        const datagram = ipv4.encode({
          ...packet,
          options: new Uint8Array(0),
          payload: icmp.encode(message),
        });
        expect(message).toMatchObject({ type: 3, code: 4, rest: 1280 });
        expect(message.payload).toEqual(quoted.subarray(0, message.payload.length));
        expect(datagram.length).toBe(Math.min(576, 20 + 8 + quoted.length));
      }),
    );
  });

  it('knows the types that report an error', () => {
    const types = Array.from({ length: 256 }, (_, type) => type);
    expect(types.filter(icmp.isError)).toEqual([3, 4, 5, 11, 12]);
  });
});
