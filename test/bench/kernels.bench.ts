// What the kernels gain: the same work in WebAssembly and in plain JavaScript, side by side in one run.
// Ratios mean something; times are those of the machine.

import { bench, describe } from 'vitest';
import { PACKET_OFFSET } from '../../adapters/device.ts';
import { loadKernels, perform } from '../../adapters/gateway/kernels.ts';
import { makeSlots } from '../../adapters/gateway/slots.ts';
import { ipv4, mac } from '../../core/wire/address.ts';
import type { Rewrite } from '../../core/wire/rewrite.ts';
import { rewritten } from '../../core/wire/rewritten.ts';
import { packetOf } from '../arbitraries/rewritable.ts';

const kernels = loadKernels();
const { bytes, base } = makeSlots(kernels, 4, 65535);
const at = base + PACKET_OFFSET;

/** Enough of it for the clock, and for the optimizing compilers of both sides. */
const ROUNDS = 2000;
const times = (work: (round: number) => void) => (): void => {
  for (let round = 0; round < ROUNDS; round++) work(round);
};

// Here and not imported: vitest makes every use of an import a look-up, which would slow JavaScript alone.
const u16 = (message: Uint8Array, from: number): number =>
  ((message[from] as number) << 8) | (message[from + 1] as number);
const put16 = (message: Uint8Array, to: number, value: number): void => {
  message[to] = value >>> 8;
  message[to + 1] = value;
};
const put48 = (message: Uint8Array, to: number, value: number): void => {
  const high = Math.floor(value / 0x100000000);
  put16(message, to, high);
  put16(message, to + 2, (value >>> 16) & 0xffff);
  put16(message, to + 4, value & 0xffff);
};

const plainChecksum = (message: Uint8Array, from: number, length: number): number => {
  const end = from + length;
  let sum = 0;
  for (; from + 1 < end; from += 2) sum += u16(message, from);
  if (from < end) sum += (message[from] as number) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};

let sink = 0;
for (const length of [20, 60, 576, 1500, 65535])
  describe(`checksum of ${length} bytes`, () => {
    bench(
      'kernel',
      times(() => (sink ^= kernels.checksum(at, length, 0))),
    );
    bench(
      'plain JavaScript',
      times(() => (sink ^= plainChecksum(bytes, at, length))),
    );
  });

/** RFC 1624 over whole fields, the way one writes it for speed in JavaScript. */
const follow = (field: number, difference: number): void => {
  let sum = (~u16(bytes, field) & 0xffff) + difference;
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  put16(bytes, field, ~sum & 0xffff);
};
const put = (field: number, value: number): number => {
  const before = u16(bytes, field);
  if (before === value) return 0;
  put16(bytes, field, value);
  return (~before & 0xffff) + value;
};
const plainRewrite = (packet: number, { endpoints }: Rewrite['packet'], hops: number): void => {
  const source = endpoints.source as number;
  const destination = endpoints.destination as number;
  const addresses =
    put(packet + 12, source >>> 16) +
    put(packet + 14, source & 0xffff) +
    put(packet + 16, destination >>> 16) +
    put(packet + 18, destination & 0xffff);
  const ttl = Math.max(0, (bytes[packet + 8] as number) - hops);
  const life = put(packet + 8, ttl * 256 + (bytes[packet + 9] as number));
  follow(packet + 10, addresses + life);
  if ((u16(bytes, packet + 6) & 0x1fff) !== 0) return;
  const transport = packet + ((bytes[packet] as number) & 15) * 4;
  const from = endpoints.sourcePort === -1 ? 0 : put(transport, endpoints.sourcePort);
  const to = endpoints.destinationPort === -1 ? 0 : put(transport + 2, endpoints.destinationPort);
  follow(transport + 16, addresses + from + to);
};
const plainEthernet = (packet: number, destination: number, source: number): void => {
  put48(bytes, packet - 14, destination);
  put48(bytes, packet - 8, source);
  put16(bytes, packet - 2, 0x0800);
};

const packet = packetOf({
  options: new Uint8Array(0),
  fragment: 0x4000,
  ttl: 255,
  protocol: 6,
  source: 0xcb007107,
  destination: 0xc6336401,
  transport: new Uint8Array(40),
});
bytes.set(packet, at);
const addresses = { destination: mac(0x0200ac4d000b), source: mac(0x0200ac4d0001) };
/** Two that take turns, so that every round changes the packet. */
const rewrites = [0x0a4d000b, 0xc6336401].map((destination, n) => ({
  packet: {
    at: 0,
    endpoints: {
      source: ipv4(0xcb007107),
      destination: ipv4(destination),
      sourcePort: -1,
      destinationPort: 80 + n,
    },
  },
  quoted: null,
  hops: 0,
})) as [Rewrite, Rewrite];
const forwardings = rewrites.map((rewrite) => ({
  egress: 0,
  at: 0,
  length: packet.length,
  addresses,
  rewrite,
}));
const rewriteByKernel = ({ packet: { endpoints } }: Rewrite): void => {
  const source = (endpoints.source as number) | 0;
  const destination = (endpoints.destination as number) | 0;
  const { sourcePort, destinationPort } = endpoints;
  kernels.rewrite(at, packet.length, source, destination, sourcePort, destinationPort, 0);
};
const turn = <T>(items: readonly T[], round: number): T => items[round & 1] as T;

describe('rewrite a TCP packet of 60 bytes and write its Ethernet header', () => {
  bench(
    'kernels',
    times((round) => {
      rewriteByKernel(turn(rewrites, round));
      kernels.writeEthernet(at, 0x0200, 0xac4d000b | 0, 0x0200, 0xac4d0001 | 0);
    }),
  );
  bench(
    'perform (slowed by its imports, see above)',
    times((round) => {
      sink ^= perform(kernels, at, turn(forwardings, round)).offset;
    }),
  );
  bench(
    'plain JavaScript, for TCP alone, without bounds',
    times((round) => {
      plainRewrite(at, turn(rewrites, round).packet, 0);
      plainEthernet(at, addresses.destination, addresses.source);
      sink ^= u16(bytes, at);
    }),
  );
  bench(
    'the reference',
    times((round) => {
      sink ^= rewritten(packet, 0, packet.length, turn(rewrites, round), addresses).length;
    }),
    { time: 200 },
  );
});

describe('rewrite alone', () => {
  bench(
    'kernel',
    times((round) => rewriteByKernel(turn(rewrites, round))),
  );
  bench(
    'plain JavaScript, for TCP alone, without bounds',
    times((round) => plainRewrite(at, turn(rewrites, round).packet, 0)),
  );
});
