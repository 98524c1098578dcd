// Frames as they were on a wire, written out in hex beside what they say. Nothing here imports a layout:
// a wrong offset or constant cannot be wrong here too. Sent by Linux hosts and seen by tcpdump.

import type { Ipv4Address, MacAddress } from '../../core/wire/address.ts';
import type { GoldenArp, GoldenFragment, GoldenTcp, GoldenUdp } from './frame.ts';
import { NONE, ipv4Defaults, outgoing, returning, toHost, toServer } from './frame.ts';
import { hex } from './hex.ts';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

// A client 10.90.0.2 and a cluster address 10.90.0.100 on one Ethernet.
const CLIENT_MAC = 0xce74729334e8 as MacAddress;
const CLIENT = 0x0a5a0002 as Ipv4Address;
const CLUSTER_MAC = 0xb6d61df50d1d as MacAddress;
const CLUSTER = 0x0a5a0064 as Ipv4Address;

export const arpRequest: GoldenArp = {
  bytes: hex(`ffffffffffff ce74729334e8 0806
    0001 0800 06 04 0001 ce74729334e8 0a5a0002 000000000000 0a5a0064`),
  ethernet: {
    destination: 0xffffffffffff as MacAddress,
    source: CLIENT_MAC,
    etherType: 0x0806,
  },
  arp: {
    operation: 1,
    senderMac: CLIENT_MAC,
    senderAddress: CLIENT,
    targetMac: 0 as MacAddress,
    targetAddress: CLUSTER,
  },
};

export const arpReply: GoldenArp = {
  bytes: hex(`ce74729334e8 b6d61df50d1d 0806
    0001 0800 06 04 0002 b6d61df50d1d 0a5a0064 ce74729334e8 0a5a0002`),
  ethernet: { destination: CLIENT_MAC, source: CLUSTER_MAC, etherType: 0x0806 },
  arp: {
    operation: 2,
    senderMac: CLUSTER_MAC,
    senderAddress: CLUSTER,
    targetMac: CLIENT_MAC,
    targetAddress: CLIENT,
  },
};

/** SYN with MSS, SACK permitted, time stamps and window scale. */
export const tcpSyn: GoldenTcp = {
  bytes: hex(`b6d61df50d1d ce74729334e8 0800
    45 00 003c 017f 4000 40 06 2424 0a5a0002 0a5a0064
    dd7c 0050 c35be4f1 00000000 a002 faf0 0d54 0000
    020405b4 0402080a cd26d75d 00000000 0103030a`),
  ethernet: { destination: CLUSTER_MAC, source: CLIENT_MAC, etherType: 0x0800 },
  ipv4: {
    ...ipv4Defaults,
    identification: 383,
    dontFragment: true,
    protocol: 6,
    source: CLIENT,
    destination: CLUSTER,
  },
  tcp: {
    sourcePort: 56700,
    destinationPort: 80,
    sequence: 3277579505,
    acknowledgement: 0,
    flags: 0x002,
    window: 64240,
    urgentPointer: 0,
    options: hex('020405b4 0402080a cd26d75d 00000000 0103030a'),
    payload: NONE,
  },
};

/** A portmapper's answer: a universal address. */
export const udpChecked: GoldenUdp = {
  bytes: hex(`ce74729334e8 b6d61df50d1d 0800
    45 00 0048 f1c1 4000 3f 11 34ca 0a5a0064 0a5a0002
    006f 02d6 0034 184e
    6b03d973 00000001 00000000 00000000 00000000 00000000
    0000000f 31302e39302e302e3130302e382e3100`),
  ethernet: { destination: CLIENT_MAC, source: CLUSTER_MAC, etherType: 0x0800 },
  ipv4: {
    ...ipv4Defaults,
    identification: 61889,
    dontFragment: true,
    ttl: 63,
    protocol: 17,
    source: CLUSTER,
    destination: CLIENT,
  },
  udp: {
    sourcePort: 111,
    destinationPort: 726,
    payload: hex(`6b03d973 00000001 00000000 00000000 00000000 00000000
      0000000f 31302e39302e302e3130302e382e3100`),
  },
};

/** Five bytes of urgent data, with a record route option filled half (RFC 791 section 3.1). */
export const tcpDataWithIpOptions: GoldenTcp = {
  bytes: hex(`02005e1000fe 02005e100007 0800
    48 12 0045 2e8b 4000 40 06 589c c6336407 cb007109
    070b08c6 33640700 00000000
    9c47 0050 2d493dc8 aae73c95 8038 0040 eb81 0005
    0101080a d7d678ac cc091f0f
    6461746121`),
  ethernet: toServer,
  ipv4: {
    ...outgoing,
    typeOfService: 0x12,
    identification: 11915,
    protocol: 6,
    options: hex('070b08c6 33640700 00000000'),
  },
  tcp: {
    sourcePort: 40007,
    destinationPort: 80,
    sequence: 0x2d493dc8,
    acknowledgement: 2867281045,
    flags: 0x038,
    window: 64,
    urgentPointer: 5,
    options: hex('0101080a d7d678ac cc091f0f'),
    payload: ascii('data!'),
  },
};

/** SYN, ECE and CWR (RFC 3168) to a port where nothing listens. */
export const tcpSynToClosedPort: GoldenTcp = {
  bytes: hex(`02005e1000fe 02005e100007 0800
    45 00 003c 1071 4000 40 06 c406 c6336407 cb007109
    9c46 0051 7dd4142a 00000000 a0c2 fff0 93dd 0000
    02040230 0402080a 5dffc418 00000000 0103030a`),
  ethernet: toServer,
  ipv4: { ...outgoing, identification: 4209, protocol: 6 },
  tcp: {
    sourcePort: 40006,
    destinationPort: 81,
    sequence: 2111050794,
    acknowledgement: 0,
    flags: 0x0c2,
    window: 65520,
    urgentPointer: 0,
    options: hex('02040230 0402080a 5dffc418 00000000 0103030a'),
    payload: NONE,
  },
};

/** What the server made of `tcpSynToClosedPort`. */
export const tcpReset: GoldenTcp = {
  bytes: hex(`02005e100007 02005e1000fe 0800
    45 00 0028 0000 4000 3f 06 d58b cb007109 c6336407
    0051 9c46 00000000 7dd4142b 5014 0000 1af5 0000`),
  ethernet: toHost,
  ipv4: { ...returning, dontFragment: true, protocol: 6 },
  tcp: {
    sourcePort: 81,
    destinationPort: 40006,
    sequence: 0,
    acknowledgement: 2111050795,
    flags: 0x014,
    window: 0,
    urgentPointer: 0,
    options: NONE,
    payload: NONE,
  },
};

/** SO_NO_CHECK: the checksum field is 0. */
export const udpUnchecked: GoldenUdp = {
  bytes: hex(`02005e1000fe 02005e100007 0800
    45 00 0022 9238 4000 40 11 424e c6336407 cb007109
    9c42 14e9 000e 0000 6e6f2073756d`),
  ethernet: toServer,
  ipv4: { ...outgoing, identification: 37432, protocol: 17 },
  udp: { sourcePort: 40002, destinationPort: 5353, payload: ascii('no sum') },
};

/** A datagram of odd length, of the class "expedited forwarding". */
export const udpOdd: GoldenUdp = {
  bytes: hex(`02005e1000fe 02005e100007 0800
    45 b8 001f 92b2 4000 40 11 411f c6336407 cb007109
    9c48 14e9 000b 14fd 6f6464`),
  ethernet: toServer,
  ipv4: { ...outgoing, typeOfService: 0xb8, identification: 37554, protocol: 17 },
  udp: { sourcePort: 40008, destinationPort: 5353, payload: ascii('odd') },
};

/** A datagram of 138 bytes on a link that carries 100: its UDP header and the first 72 bytes of data. */
export const fragmentFirst: GoldenFragment = {
  bytes: hex(`02005e1000fe 02005e100007 0800
    45 00 0064 9ac1 2000 40 11 5983 c6336407 cb007109
    9c45 1b58 008a 542a
    303132333435363738393a3b3c3d3e3f 404142434445464748494a4b4c4d4e4f
    505152535455565758595a5b5c5d5e5f 606162636465666768696a6b6c6d6e6f
    7071727374757677`),
  ethernet: toServer,
  ipv4: {
    ...outgoing,
    identification: 39617,
    dontFragment: false,
    moreFragments: true,
    protocol: 17,
  },
  payload: hex(`9c45 1b58 008a 542a
    303132333435363738393a3b3c3d3e3f 404142434445464748494a4b4c4d4e4f
    505152535455565758595a5b5c5d5e5f 606162636465666768696a6b6c6d6e6f
    7071727374757677`),
};

/** The rest of the datagram of `fragmentFirst`. */
export const fragmentLater: GoldenFragment = {
  bytes: hex(`02005e1000fe 02005e100007 0800
    45 00 004e 9ac1 000a 40 11 798f c6336407 cb007109
    78797a7b7c7d7e7f
    808182838485868788898a8b8c8d8e8f 909192939495969798999a9b9c9d9e9f
    a0a1a2a3a4a5a6a7a8a9aaabacadaeaf b0b1`),
  ethernet: toServer,
  ipv4: {
    ...outgoing,
    identification: 39617,
    dontFragment: false,
    fragmentOffset: 80,
    protocol: 17,
  },
  payload: hex(`78797a7b7c7d7e7f
    808182838485868788898a8b8c8d8e8f 909192939495969798999a9b9c9d9e9f
    a0a1a2a3a4a5a6a7a8a9aaabacadaeaf b0b1`),
};
