// Frames before and after rewriting, byte by byte; this file imports no layout. Client 203.0.113.7, cluster
// address 198.51.100.1 of a network, node 10.77.0.11. The checksums were computed anew, outside this project.

import { describe, expect, it } from 'vitest';
import { PACKET_OFFSET } from '../../adapters/device.ts';
import { loadKernels, perform } from '../../adapters/gateway/kernels.ts';
import { makeSlots } from '../../adapters/gateway/slots.ts';
import { ipv4, mac } from '../../core/wire/address.ts';
import type { FrameAddresses, Rewrite } from '../../core/wire/rewrite.ts';
import { rewritten } from '../../core/wire/rewritten.ts';

const CLIENT = ipv4(0xcb007107);
const CLUSTER = ipv4(0xc6336401);
const NODE = ipv4(0x0a4d000b);
const TO_NODE = { destination: mac(0x0200ac4d000b), source: mac(0x0200ac4d0001) };
const TO_CLIENT = { destination: mac(0x02005e000107), source: mac(0x02005e000101) };
const NONE = -1;

interface Golden {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly rewrite: Rewrite;
  readonly addresses: FrameAddresses;
}

const goldens: readonly Golden[] = [
  {
    name: 'A9: C2: a TCP SYN with options, to another address and port',
    // 203.0.113.7:40000 > 198.51.100.1:80, MSS 1460, SACK permitted, time stamps, window scale 7
    before: `02005e000101 02005e000107 0800
      4500003c 1c464000 4006b839 cb007107 c6336401
      9c400050 3a5f1c20 00000000 a002faf0 11810000
      020405b4 0402080a 0001e240 00000000 01030307`,
    // 203.0.113.7:40000 > 10.77.0.11:8080
    after: `0200ac4d000b 0200ac4d0001 0800
      4500003c 1c464000 3f06d916 cb007107 0a4d000b
      9c401f90 3a5f1c20 00000000 a002faf0 121e0000
      020405b4 0402080a 0001e240 00000000 01030307`,
    rewrite: {
      packet: {
        at: 14,
        endpoints: { source: CLIENT, destination: NODE, sourcePort: NONE, destinationPort: 8080 },
      },
      quoted: null,
      hops: 1,
    },
    addresses: TO_NODE,
  },
  {
    name: 'A9: C2: a UDP reply of odd length, from another address',
    // 10.77.0.11:53 > 203.0.113.7:40001
    before: `0200ac4d0001 0200ac4d000b 0800
      45000025 77a10000 4011bcc7 0a4d000b cb007107
      00359c41 00114b83 6f6e6520 686f7374 21`,
    // 198.51.100.1:53 > 203.0.113.7:40001
    after: `02005e000107 02005e000101 0800
      45000025 77a10000 3f119dea c6336401 cb007107
      00359c41 00112ba6 6f6e6520 686f7374 21`,
    rewrite: {
      packet: {
        at: 14,
        endpoints: { source: CLUSTER, destination: CLIENT, sourcePort: 53, destinationPort: NONE },
      },
      quoted: null,
      hops: 1,
    },
    addresses: TO_CLIENT,
  },
  {
    name: 'D2: C2: an ICMP port unreachable, with the UDP message that it quotes',
    // 10.77.0.11 > 203.0.113.7, about 203.0.113.7:40002 > 10.77.0.11:5300
    before: `0200ac4d0001 0200ac4d000b 0800
      45000042 2b3c0000 40010920 0a4d000b cb007107
      03034380 00000000
      45000026 11114000 3e11e556 cb007107 0a4d000b
      9c4214b4 001223cf 77686f20 69732069 743f`,
    // 198.51.100.1 > 203.0.113.7, about 203.0.113.7:40002 > 198.51.100.1:53
    after: `02005e000107 02005e000101 0800
      45000042 2b3c0000 3f01ea42 c6336401 cb007107
      0303635d 00000000
      45000026 11114000 3e11c579 cb007107 c6336401
      9c420035 00121871 77686f20 69732069 743f`,
    rewrite: {
      packet: {
        at: 14,
        endpoints: {
          source: CLUSTER,
          destination: CLIENT,
          sourcePort: NONE,
          destinationPort: NONE,
        },
      },
      quoted: {
        at: 42,
        endpoints: { source: CLIENT, destination: CLUSTER, sourcePort: NONE, destinationPort: 53 },
      },
      hops: 1,
    },
    addresses: TO_CLIENT,
  },
];

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe.each(goldens)('$name', ({ name, before, after, rewrite, addresses }) => {
  const frame = bytesOf(before);
  const expected = hexOf(bytesOf(after));
  const length = frame.length - 14;

  it(`${name}: by the reference`, () => {
    expect(hexOf(rewritten(frame, 14, length, rewrite, addresses))).toBe(expected);
  });

  it(`${name}: by the kernels`, () => {
    const kernels = loadKernels();
    const { bytes, base } = makeSlots(kernels, 1, 1514);
    bytes.set(frame, base + PACKET_OFFSET - 14);
    const forwarding = { egress: 0, at: 14, length, addresses, rewrite };
    const sent = perform(kernels, base + PACKET_OFFSET, forwarding);
    expect(hexOf(bytes.subarray(sent.offset, sent.offset + sent.length))).toBe(expected);
  });
});
