// The kernels give the bytes of the reference, and touch none around the packet.

import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { loadKernels, perform } from '../../adapters/gateway/kernels.ts';
import { makeSlots } from '../../adapters/gateway/slots.ts';
import { ipv4 } from '../../core/wire/address.ts';
import type { Endpoints, Rewrite } from '../../core/wire/rewrite.ts';
import { NO_PORT } from '../../core/wire/rewrite.ts';
import { rewritten } from '../../core/wire/rewritten.ts';
import {
  checksumAt,
  endpoints,
  endpointsOf,
  errorOf,
  errorsAbout,
  ICMP,
  internetChecksum,
  packetOf,
  packets,
  setWord,
  spoiltPackets,
  TCP,
  UDP,
} from '../arbitraries/rewritable.ts';

declare const WebAssembly: {
  readonly Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): readonly unknown[];
    exports(module: object): readonly { readonly name: string }[];
  };
};

const kernels = loadKernels();
const memory = makeSlots(kernels, 1, 2048).bytes;

/** Random bytes to lie around what is worked on. */
const GUARD = 64;
const surroundings = Uint8Array.from({ length: 2048 }, (_, n) => (n * 167 + (n >> 3)) & 255);

/** What `work` makes of `packet` put into the memory; fails if it touches a byte outside. */
const inMemory = (packet: Uint8Array, shift: number, work: (at: number) => void): Uint8Array => {
  const start = 65536 + shift;
  memory.set(surroundings, start);
  const at = start + GUARD;
  memory.set(packet, at);
  work(at);
  const after = memory.slice(at, at + packet.length);
  const end = start + surroundings.length;
  const around = Buffer.concat([
    memory.subarray(start, at),
    memory.subarray(at + after.length, end),
  ]);
  const before = [surroundings.subarray(0, GUARD), surroundings.subarray(GUARD + after.length)];
  if (!around.equals(Buffer.concat(before))) throw new Error('bytes around the packet changed');
  return after;
};

const byKernel = (packet: Uint8Array, rewrite: Rewrite, shift = 0): Uint8Array =>
  inMemory(packet, shift, (at) => {
    const forwarding = { egress: 0, at: 0, length: packet.length, addresses: null, rewrite };
    perform(kernels, at, forwarding);
  });

const expectSame = (packet: Uint8Array, rewrite: Rewrite, shift = 0): void => {
  const reference = rewritten(packet, 0, packet.length, rewrite, null);
  const kernel = byKernel(packet, rewrite, shift);
  if (!Buffer.from(kernel).equals(reference)) expect(kernel).toEqual(reference);
};

const alone = (to: Endpoints, hops = 0): Rewrite => ({
  packet: { at: 0, endpoints: to },
  quoted: null,
  hops,
});

const TO: Endpoints = {
  source: ipv4(0xc6336401),
  destination: ipv4(0x0a4d000b),
  sourcePort: 0x9c40,
  destinationPort: 0x1f90,
};
const parts = {
  options: new Uint8Array(0),
  fragment: 0,
  ttl: 64,
  protocol: TCP,
  source: 0xcb007107,
  destination: 0xc6336401,
  transport: Uint8Array.from({ length: 24 }, (_, n) => n * 11),
};

describe('the module', () => {
  it('C2: imports nothing; exports its memory and the kernels, and no state', () => {
    const bytes = readFileSync(createRequire(import.meta.url).resolve('#kernels.wasm'));
    const module = new WebAssembly.Module(bytes);
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['memory', 'checksum', 'rewrite', 'rewriteError', 'writeEthernet']),
    );
  });
});

describe('checksum', () => {
  const noise = Uint8Array.from({ length: 65535 }, (_, n) => (n * n * 31 + (n >> 5) + 7) & 255);
  const large = loadKernels();
  const { bytes } = makeSlots(large, 4, 65535);

  it('C2: of every length up to 300 at every alignment', () => {
    bytes.fill(0xff);
    for (let length = 0; length <= 300; length++) {
      const message = noise.subarray(length, 2 * length);
      const expected = internetChecksum(message);
      for (let shift = 0; shift < 16; shift++) {
        bytes.set(message, 65536 + shift);
        const sum = large.checksum(65536 + shift, length, 0);
        if (sum !== expected) expect({ length, shift, sum }).toEqual({ length, shift, expected });
        bytes.fill(0xff, 65536, 65536 + shift + length);
      }
    }
  });

  it('C2: of any length, from any initial sum', () => {
    fc.assert(
      fc.property(
        fc.nat(65535),
        fc.nat(15),
        fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 1, 0xffff, 0xffffffff)),
        fc.constantFrom(noise, new Uint8Array(65535), new Uint8Array(65535).fill(255)),
        (length, shift, initial, source) => {
          const message = source.subarray(0, length);
          bytes.set(message, 65536 + shift);
          const sum = large.checksum(65536 + shift, length, initial);
          expect(sum).toBe(internetChecksum(message, initial));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('C2: is 0 over a message that contains it', () => {
    const packet = packetOf(parts);
    bytes.set(packet, 65536);
    expect(large.checksum(65536, 20, 0)).toBe(0);
    expect(large.checksum(65536, 19, 0)).not.toBe(0);
  });
});

describe('rewrite', () => {
  it('A9: C2: any packet, checksums right or wrong, gets the bytes of the reference', () => {
    fc.assert(
      fc.property(
        fc.oneof(packets, spoiltPackets),
        endpoints,
        fc.nat(2),
        fc.nat(15),
        (packet, to, hops, shift) => expectSame(packet, alone(to, hops), shift),
      ),
      { numRuns: 5000 },
    );
  });

  it('A9: C2: the same for bytes that are no sound packet', () => {
    const versions = fc.tuple(fc.uint8Array({ maxLength: 90 }), fc.constantFrom(1, 6, 17, null));
    fc.assert(
      fc.property(versions, endpoints, fc.nat(2), ([packet, protocol], to, hops) => {
        if (protocol !== null && packet.length > 9) packet[9] = protocol;
        expectSame(packet, alone(to, hops));
      }),
      { numRuns: 2000 },
    );
  });

  it('A9: C2: all lengths of options and of the transport header, with each port left alone', () => {
    const choices = [TO, { ...TO, sourcePort: NO_PORT }, { ...TO, destinationPort: NO_PORT }];
    for (let options = 0; options <= 40; options += 4)
      for (let length = 0; length <= 26; length++)
        for (const protocol of [ICMP, TCP, UDP, 47]) {
          const packet = packetOf({
            ...parts,
            protocol,
            options: new Uint8Array(options).fill(1),
            transport: Uint8Array.from({ length }, (_, n) => n * 37),
          });
          for (const to of choices) expectSame(packet, alone(to, 1));
        }
  });

  it('A9: C2: every value of both checksums', () => {
    for (const protocol of [ICMP, TCP, UDP]) {
      const packet = packetOf({ ...parts, protocol });
      const field = checksumAt(packet) as number;
      for (let checksum = 0; checksum <= 0xffff; checksum++) {
        setWord(packet, 10, checksum);
        setWord(packet, field, checksum);
        expectSame(packet, alone(TO, 1));
      }
    }
  });

  it('A9: C2: differences of 0: nothing changes, addresses change places, ones become zeros', () => {
    for (const protocol of [ICMP, TCP, UDP])
      for (const checksum of [0, 1, 0xfffe, 0xffff]) {
        const ones = { source: 0x0a00ffff, destination: 0xffffffff };
        const packet = packetOf({ ...parts, ...ones, protocol });
        setWord(packet, 10, checksum);
        setWord(packet, checksumAt(packet) as number, checksum);
        const stay = endpointsOf(packet);
        expect(byKernel(packet, alone(stay))).toEqual(packet);
        expectSame(packet, alone(stay));
        const { source, destination } = stay;
        expectSame(packet, alone({ ...stay, source: destination, destination: source }));
        expectSame(packet, alone({ ...stay, source: ipv4(0x0a000000) }));
        expectSame(packet, alone({ ...stay, source: ipv4(0x0a000000), destination: ipv4(0) }));
      }
  });

  it('A9: UDP: no checksum stays none; one that comes to 0 is sent as 0xffff', () => {
    const packet = packetOf({ ...parts, protocol: UDP });
    const field = checksumAt(packet) as number;
    const result = (checksum: number): number => {
      setWord(packet, field, checksum);
      const after = byKernel(packet, alone(TO));
      return (after[field] as number) * 256 + (after[field + 1] as number);
    };
    expect(result(0)).toBe(0);
    // A checksum lowered by what it came to comes to 0.
    const toZero = 0xffff - result(0xffff);
    expect(result(toZero)).toBe(0xffff);
    expect(result(toZero + 1)).toBe(1);
  });
});

describe('rewriteError', () => {
  it('D2: C2: any error about any packet, right or wrong, gets the bytes of the reference', () => {
    const errors = errorsAbout(fc.oneof(packets, spoiltPackets, fc.uint8Array({ maxLength: 60 })));
    fc.assert(
      fc.property(
        errors,
        endpoints,
        endpoints,
        fc.nat(2),
        fc.option(fc.constantFrom(0, 1, 0xfffe, 0xffff)),
        ({ packet, quotedAt }, to, inner, hops, checksum) => {
          const field = checksumAt(packet);
          if (checksum !== null && field !== null) setWord(packet, field, checksum);
          expectSame(packet, { ...alone(to, hops), quoted: { at: quotedAt, endpoints: inner } });
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('D2: C2: quotes of every length, with options of every length', () => {
    for (const protocol of [ICMP, TCP, UDP, 47])
      for (let options = 0; options <= 40; options += 4) {
        const whole = packetOf({ ...parts, protocol, options: new Uint8Array(options).fill(1) });
        for (let cut = 0; cut <= whole.length; cut++) {
          const error = errorOf({ ...parts, source: 0x0a4d000b }, whole.subarray(0, cut));
          const quoted = { at: error.quotedAt, endpoints: TO };
          expectSame(error.packet, { ...alone({ ...TO, source: ipv4(1) }, 1), quoted });
        }
      }
  });
});
