import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../core/rpc/byte-string.ts';
import * as rpcbind from '../../../core/rpc/rpcbind.ts';
import type { Ipv6Address } from '../../../core/wire/address.ts';
import { ipv4 } from '../../../core/wire/address.ts';
import { anyIpv4Address } from '../../arbitraries/addresses.ts';
import * as arbitrary from '../../arbitraries/rpc.ts';
import { guarded } from './guarded.ts';
import { bytes, listed, raw, string, word } from './slow-xdr.ts';

describe('A16: RPCBIND versions 3 and 4', () => {
  it("GETADDR's argument is read, and truncated at every length short of its end", () => {
    fc.assert(
      fc.property(arbitrary.rpcb(), ({ value, bytes: message }) => {
        expect(rpcbind.readRpcb(guarded(message).bytes, 0, message.length)).toEqual(value);
        for (let end = 0; end < message.length; end++)
          expect(rpcbind.readRpcb(guarded(message, 0, end).bytes, 0, end)).toBe('truncated');
      }),
      { numRuns: 30 },
    );
  });

  it.each(['netid', 'address', 'owner'])('%s has at most 255 bytes', (field) => {
    const of = (length: number) => {
      const text = (name: string) => string(name === field ? 'x'.repeat(length) : 'a');
      const message = bytes(word(1) + word(2), ...['netid', 'address', 'owner'].map(text));
      return rpcbind.readRpcb(message, 0, message.length);
    };
    expect(of(255)).toMatchObject({ [field]: 'x'.repeat(255) });
    expect(of(256)).toBe('too-long');
  });

  it.each([
    [0x0a000001, 111, '10.0.0.1.0.111'],
    [0xc6336401, 2049, '198.51.100.1.8.1'],
    [0xffffffff, 65535, '255.255.255.255.255.255'],
    [0, 0, '0.0.0.0.0.0'],
  ])('the universal address of %i, port %i, is %s', (address, port, text) => {
    expect(rpcbind.universalAddress(ipv4(address), port)).toBe(text);
  });

  it('D8: the universal address of an IPv6 address has its port at the end too', () => {
    expect(rpcbind.universalAddress('2001:db8::1' as Ipv6Address, 2049)).toBe('2001:db8::1.8.1');
  });

  it('a universal address has the port in its last two numbers', () => {
    fc.assert(
      fc.property(anyIpv4Address(), fc.nat({ max: 65535 }), (address, port) => {
        const octets = rpcbind.universalAddress(address, port).split('.').map(Number);
        expect(octets).toHaveLength(6);
        expect(octets.slice(0, 4).reduce((sum, octet) => sum * 256 + octet)).toBe(address);
        expect(octets.slice(4).reduce((sum, octet) => sum * 256 + octet)).toBe(port);
      }),
    );
  });

  it('GETADDR and GETVERSADDR answer a universal address, or an empty string', () => {
    const address = rpcbind.universalAddress(ipv4(0x0a000001), 111);
    expect(rpcbind.encodeUniversalAddress(address)).toEqual(bytes(string('10.0.0.1.0.111')));
    expect(rpcbind.encodeUniversalAddress(rpcbind.NO_ADDRESS)).toEqual(bytes(word(0)));
  });

  it('DUMP lists what was registered, as it was', () => {
    fc.assert(
      fc.property(fc.array(arbitrary.rpcb(), { maxLength: 8 }), (entries) => {
        const expected = listed(entries.map((entry) => raw(entry.bytes)));
        expect(rpcbind.encodeDump(entries.map(({ value }) => value))).toEqual(bytes(expected));
      }),
    );
  });

  it('GETADDRLIST tells addresses and their transports', () => {
    const entries = [
      { address: utf8('10.0.0.1.8.1'), transport: rpcbind.UDP },
      { address: utf8('10.0.0.1.8.1'), transport: rpcbind.TCP },
    ];
    expect(rpcbind.encodeAddressList(entries)).toEqual(
      bytes(
        listed([
          string('10.0.0.1.8.1') + string('udp') + word(1) + string('inet') + string('udp'),
          string('10.0.0.1.8.1') + string('tcp') + word(3) + string('inet') + string('tcp'),
        ]),
      ),
    );
  });
});
