// The arbitraries themselves: valid frames are valid, the others are often enough not.

import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as arp from '../../../core/wire/arp.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import type { FaultName } from '../../../core/wire/fault.ts';
import { faultName } from '../../../core/wire/fault.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import * as udp from '../../../core/wire/udp.ts';
import { garbageFrame, nearlyValidFrame, validFrame } from '../../arbitraries/frames.ts';

/** The first fault of a frame, checksums of TCP and UDP too. */
const faultOf = (bytes: Uint8Array): FaultName => {
  const frame = ethernet.decode(bytes, 0, bytes.length);
  if (E.isLeft(frame)) return frame.left;
  if (frame.right.etherType === 0x0806) return faultName(arp.fault(bytes, 14, bytes.length));
  if (frame.right.etherType !== 0x0800) return 'sound';
  const packet = ipv4.decode(bytes, 14, bytes.length);
  if (E.isLeft(packet)) return packet.left;
  const { payload, protocol, source, destination, moreFragments, fragmentOffset } = packet.right;
  const end = payload.length;
  if (moreFragments || fragmentOffset > 0) return 'sound';
  if (protocol === 1) return faultName(icmp.fault(payload, 0, end));
  const transport = protocol === 6 ? tcp : protocol === 17 ? udp : null;
  if (transport === null) return 'sound';
  return faultName(
    transport.fault(payload, 0, end) ||
      transport.checksumFault(payload, 0, end, source, destination),
  );
};

it('makes valid frames without fault', () => {
  fc.assert(
    fc.property(validFrame(), (frame) => {
      expect(faultOf(frame)).toBe('sound');
    }),
  );
});

it('makes nearly valid frames with every fault there is, and with none', () => {
  const frames = fc.sample(fc.oneof(nearlyValidFrame(), garbageFrame()), {
    numRuns: 4000,
    seed: 1,
  });
  const faults = new Set(frames.map(faultOf));
  // An unknown EtherType, and a quote cut short, are for the switch to find.
  for (const fault of [
    'sound',
    'ethernet-truncated',
    'arp-truncated',
    'arp-unsupported',
    'ipv4-truncated',
    'ipv4-version',
    'ipv4-header-length',
    'ipv4-total-length',
    'ipv4-checksum',
    'icmp-truncated',
    'icmp-checksum',
    'tcp-truncated',
    'tcp-data-offset',
    'tcp-checksum',
    'udp-truncated',
    'udp-length',
    'udp-checksum',
  ] as const)
    expect(faults).toContain(fault);
});
