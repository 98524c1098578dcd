import { describe, expect, it } from 'vitest';
import { ipv4, mac } from '../../../core/wire/address.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { udpMessage } from '../../../adapters/demo/memory/segment.ts';
import type { Station } from '../../../adapters/demo/memory/station.ts';
import { makeStation } from '../../../adapters/demo/memory/station.ts';

const ONE = ipv4(0x0a4d000b);
const OTHER = ipv4(0x0a4d000c);
const ROUTER = ipv4(0x0a4d0001);
const FAR = ipv4(0xc6336409);

const stationAt = (address: Ipv4Address): { station: Station; sent: Uint8Array[] } => {
  const sent: Uint8Array[] = [];
  const station = makeStation({
    link: { address, prefixLength: 24 },
    mac: mac(0x020000000000 + address),
    router: ROUTER,
    transmit: (frame) => sent.push(frame),
  });
  return { station, sent };
};
const hello = (destination: Ipv4Address) =>
  udpMessage({ source: ONE, sourcePort: 9, destination, destinationPort: 7 }, 'hello');
const hex = (frame: Uint8Array | undefined): string => Buffer.from(frame ?? []).toString('hex');

describe('a simulated host', () => {
  it('asks for a MAC address, and sends what waited for it when it is told', () => {
    const one = stationAt(ONE);
    const other = stationAt(OTHER);
    one.station.send(hello(OTHER));
    expect(one.sent.map(hex)).toEqual([
      'ffffffffffff02000a4d000b0806' +
        '0001080006040001' +
        '02000a4d000b0a4d000b0000000000000a4d000c',
    ]);
    other.station.receive(one.sent[0] ?? new Uint8Array(0));
    expect(other.sent.map(hex)).toEqual([
      '02000a4d000b02000a4d000c0806' +
        '0001080006040002' +
        '02000a4d000c0a4d000c02000a4d000b0a4d000b',
    ]);
    one.station.receive(other.sent[0] ?? new Uint8Array(0));
    expect(hex(one.sent[1])).toMatch(/^02000a4d000c02000a4d000b0800.*68656c6c6f$/);
    const message = other.station.receive(one.sent[1] ?? new Uint8Array(0));
    expect(message).toMatchObject({ source: ONE, destination: OTHER, protocol: 17 });
  });

  it('asks for its router when the destination is not on its link', () => {
    const { station, sent } = stationAt(ONE);
    station.send(hello(FAR));
    expect(hex(sent[0]).slice(-8)).toBe('0a4d0001');
  });

  it('takes nothing that is for others, or that has a wrong checksum', () => {
    const one = stationAt(ONE);
    const other = stationAt(OTHER);
    one.station.send(hello(OTHER));
    other.station.receive(one.sent[0] ?? new Uint8Array(0));
    one.station.receive(other.sent[0] ?? new Uint8Array(0));
    const frame = one.sent[1] ?? new Uint8Array(0);
    expect(stationAt(ROUTER).station.receive(frame)).toBeNull();
    expect(other.station.receive(frame)).not.toBeNull();
    for (let at = 14; at < frame.length; at++) {
      const damaged = frame.map((byte, index) => (index === at ? byte ^ 0x10 : byte));
      expect(other.station.receive(damaged), `byte ${at}`).toBeNull();
    }
  });
});
