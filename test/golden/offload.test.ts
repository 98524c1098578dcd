// Frames of which a device left something to be done, byte by byte; this file imports no layout. What they stand
// for is what Linux 6.18 made of them: written to a TAP with virtio-net headers, bridged to one without.

import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { makeDeviceGateway } from '../../adapters/gateway/device-gateway.ts';
import { offloadLink } from '../../adapters/memory/offload-link.ts';
import { decode } from '../../adapters/offload/header.ts';
import { plainFrames } from '../../adapters/offload/plain.ts';
import { decodeConfig } from '../../core/config/decode.ts';
import { topologyOf } from '../../core/config/topology.ts';
import { hex } from './hex.ts';

interface Golden {
  readonly name: string;
  readonly header: string;
  readonly frame: string;
  readonly plain: readonly string[];
}

const goldens: readonly Golden[] = [
  {
    // Flags CWR, ECE, PSH, ACK and FIN; sequence and identification wrap around; IP options are none.
    name: 'TCP segments: 45 bytes of data, 20 in each, congestion notified',
    header: '01 81 4200 1400 2200 1000',
    frame: `02005e000101 02005e000109 0800
      45020061 fffe4000 4006e624 c6336409 c6336401
      9c400050 fffffff0 01020304 80d90200 54c50000 0101080a0001e24000000007
      0102030405060708090a0b0c0d0e0f1011121314 15161718191a1b1c1d1e1f202122232425262728 292a2b2c2d`,
    plain: [
      `02005e000101 02005e000109 0800
        45020048 fffe4000 4006e63d c6336409 c6336401
        9c400050 fffffff0 01020304 80d00200 38390000 0101080a0001e24000000007
        0102030405060708090a0b0c0d0e0f1011121314`,
      `02005e000101 02005e000109 0800
        45020048 ffff4000 4006e63c c6336409 c6336401
        9c400050 00000004 01020304 80500200 6fdd0000 0101080a0001e24000000007
        15161718191a1b1c1d1e1f202122232425262728`,
      `02005e000101 02005e000109 0800
        45020039 00004000 4006e64b c6336409 c6336401
        9c400050 00000018 01020304 80590200 1bb00000 0101080a0001e24000000007
        292a2b2c2d`,
    ],
  },
  {
    name: 'TCP segments of a packet with IP options',
    header: '01 01 4600 1400 2600 1000',
    frame: `02005e000101 02005e000109 0800
      4602004d fffe4000 4006e336 c6336409 c6336401 01010101
      9c400050 fffffff0 01020304 80180200 54ad0000 0101080a0001e24000000007
      0102030405060708090a0b0c0d0e0f1011121314 15`,
    plain: [
      `02005e000101 02005e000109 0800
        4602004c fffe4000 4006e337 c6336409 c6336401 01010101
        9c400050 fffffff0 01020304 80100200 38f90000 0101080a0001e24000000007
        0102030405060708090a0b0c0d0e0f1011121314`,
      `02005e000101 02005e000109 0800
        46020039 ffff4000 4006e349 c6336409 c6336401 01010101
        9c400050 00000004 01020304 80180200 885f0000 0101080a0001e24000000007
        15`,
    ],
  },
  {
    name: 'TCP segments whose partial sum is wrong by 0x1234, and stays so',
    header: '01 01 4200 1400 2200 1000',
    frame: `02005e000101 02005e000109 0800
      4502005c fffe4000 4006e629 c6336409 c6336401
      9c400050 fffffff0 01020304 80180200 66f40000 0101080a0001e24000000007
      0102030405060708090a0b0c0d0e0f1011121314 15161718191a1b1c1d1e1f202122232425262728`,
    plain: [
      `02005e000101 02005e000109 0800
        45020048 fffe4000 4006e63d c6336409 c6336401
        9c400050 fffffff0 01020304 80100200 26c50000 0101080a0001e24000000007
        0102030405060708090a0b0c0d0e0f1011121314`,
      `02005e000101 02005e000109 0800
        45020048 ffff4000 4006e63c c6336409 c6336401
        9c400050 00000004 01020304 80180200 5de10000 0101080a0001e24000000007
        15161718191a1b1c1d1e1f202122232425262728`,
    ],
  },
  {
    name: 'datagrams: 33 bytes of data, 16 in each',
    header: '01 05 2a00 1000 2200 0600',
    frame: `02005e000101 02005e000109 0800
      4502003d fffe0000 4011263e c6336409 c6336401 9c410035 002954ac
      4142434445464748494a4b4c4d4e4f50 5152535455565758595a5b5c5d5e5f60 61`,
    plain: [
      `02005e000101 02005e000109 0800
        4502002c fffe0000 4011264f c6336409 c6336401 9c410035 0018cc8b
        4142434445464748494a4b4c4d4e4f50`,
      `02005e000101 02005e000109 0800
        4502002c ffff0000 4011264e c6336409 c6336401 9c410035 00184c0b
        5152535455565758595a5b5c5d5e5f60`,
      `02005e000101 02005e000109 0800
        4502001d 00000000 4011265d c6336409 c6336401 9c410035 0009adf3
        61`,
    ],
  },
  {
    name: 'the checksum of a TCP segment',
    header: '01 00 4200 0000 2200 1000',
    frame: `02005e000101 02005e000109 0800
      4502003b fffe4000 4006e64a c6336409 c6336401
      9c400050 fffffff0 01020304 80180200 549f0000 0101080a0001e24000000007 01020304050607`,
    plain: [
      `02005e000101 02005e000109 0800
        4502003b fffe4000 4006e64a c6336409 c6336401
        9c400050 fffffff0 01020304 80180200 8d600000 0101080a0001e24000000007 01020304050607`,
    ],
  },
  {
    name: 'the checksum of a datagram of odd length',
    header: '01 00 2a00 0000 2200 0600',
    frame: `02005e000101 02005e000109 0800
      4502003d fffe4000 4011e63d c6336409 c6336401 9c410035 002954ac
      4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f6061`,
    plain: [
      `02005e000101 02005e000109 0800
        4502003d fffe4000 4011e63d c6336409 c6336401 9c410035 0029a89e
        4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f6061`,
    ],
  },
];

describe('what is left to be done', () => {
  it.each(goldens)('$name', ({ header, frame, plain }) => {
    const frames = plainFrames(hex(frame), 'ethernet', decode(hex(header), 0));
    expect(frames).toEqual(plain.map(hex));
  });
});

describe('a frame that is to be cut, of a known connection', () => {
  const NOTHING = '00 00 0000 0000 0000 0000';
  const config = decodeConfig({
    cluster: 'golden',
    networks: {
      campus: {
        device: { tap: 'oh-campus' },
        address: '198.51.100.1/24',
        mac: '02:00:5e:00:01:01',
      },
    },
    interconnect: {
      device: { tap: 'oh-inter' },
      address: '10.77.0.1/24',
      mac: '02:00:0a:4d:00:01',
    },
    nodes: { alpha: { number: 1, address: '10.77.0.11' } },
    services: [
      { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha'], nodePort: 8080 },
    ],
  });
  const inside = offloadLink('inside', 1500);
  const outside = offloadLink('outside', 1500);

  it('C2: leaves whole to another address and port: of its checksum only the addresses change', () => {
    if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
    const gateway = makeDeviceGateway(
      topologyOf(config.right),
      [inside, null, outside],
      () => 1000,
    );
    const pass = (link: 0 | 2, header: string, frame: string): void => {
      const device = link === 0 ? inside : outside;
      device.push({ header: hex(header), frame: hex(frame) });
      gateway.take(link);
    };
    // Who has 10.77.0.1? Who has 198.51.100.1? SYN, SYN and ACK, ACK.
    pass(
      0,
      NOTHING,
      `ffffffffffff 02000a4d000b 0806 0001080006040001
      02000a4d000b 0a4d000b 000000000000 0a4d0001`,
    );
    pass(
      2,
      NOTHING,
      `ffffffffffff 02005e000109 0806 0001080006040001
      02005e000109 c6336409 000000000000 c6336401`,
    );
    pass(
      2,
      NOTHING,
      `02005e000101 02005e000109 0800
      45020028 00014000 4006e65b c6336409 c6336401
      9c400050 ffffffef 00000000 50020200 bcf00000`,
    );
    pass(
      0,
      NOTHING,
      `02000a4d0001 02000a4d000b 0800
      45020028 00014000 40060639 0a4d000b c6336409
      1f909c40 01020303 fffffff0 50120200 b9770000`,
    );
    pass(
      2,
      NOTHING,
      `02005e000101 02005e000109 0800
      45020028 00024000 4006e65a c6336409 c6336401
      9c400050 fffffff0 01020304 50100200 b8db0000`,
    );
    inside.taken();
    pass(
      2,
      '01 01 4200 1400 2200 1000',
      `02005e000101 02005e000109 0800
      45020061 fffe4000 4006e624 c6336409 c6336401
      9c400050 fffffff0 01020304 80180200 54c50000 0101080a0001e24000000007
      0102030405060708090a0b0c0d0e0f1011121314 15161718191a1b1c1d1e1f202122232425262728 292a2b2c2d`,
    );
    expect(inside.taken()).toEqual([
      {
        header: hex('01 01 4200 1400 2200 1000'),
        frame: hex(`02000a4d000b 02000a4d0001 0800
          45020061 fffe4000 40060602 c6336409 0a4d000b
          9c401f90 fffffff0 01020304 80180200 34e80000 0101080a0001e24000000007
          0102030405060708090a0b0c0d0e0f1011121314 15161718191a1b1c1d1e1f202122232425262728
          292a2b2c2d`),
      },
    ]);
  });
});
