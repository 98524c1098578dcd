import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ipv4Interface } from '../../../core/wire/address.ts';
import {
  directedBroadcast,
  formatAddress,
  formatIpv4,
  formatIpv4Interface,
  formatMac,
  ipv4,
  isGroupMac,
  isLoopback,
  isMulticast,
  mac,
  netmask,
  onLink,
  parseIpv4,
  parseIpv4Interface,
  parseMac,
} from '../../../core/wire/address.ts';
import { anyIpv4Address, ipv4Address, macAddress } from '../../arbitraries/addresses.ts';

const link = (text: string): Ipv4Interface => {
  const parsed = parseIpv4Interface(text);
  if (E.isLeft(parsed)) throw new Error(parsed.left);
  return parsed.right;
};
const address = (text: string) => link(`${text}/32`).address;
/** The address as 32 digits, most significant first. */
const binary = (value: number): string => value.toString(2).padStart(32, '0');
const prefixLengths = fc.integer({ min: 0, max: 32 });

describe('IPv4 addresses as text', () => {
  it('reads and writes the most significant octet first', () => {
    expect(parseIpv4('198.51.100.1')).toEqual(E.right(0xc6336401));
    expect(formatIpv4(ipv4(0xc6336401))).toBe('198.51.100.1');
    expect(parseIpv4('255.255.255.255')).toEqual(E.right(0xffffffff));
    expect(parseIpv4('0.0.0.0')).toEqual(E.right(0));
  });

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(anyIpv4Address(), (value) => {
        expect(parseIpv4(formatIpv4(value))).toEqual(E.right(value));
        expect(formatAddress(value)).toBe(formatIpv4(value));
      }),
    );
  });

  it.each([
    '',
    'host',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '1.2.3.256',
    '1.2.3.1000',
    '01.2.3.4',
    '1.2.3.00',
    '1.2.3.-4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '0x1.2.3.4',
    '1,2,3,4',
    '1.2.3.4/24',
    '::1',
    '16909060',
  ])('refuses %j and repeats it', (text) => {
    expect(parseIpv4(text)).toEqual(
      E.left(`"${text}" is not an IPv4 address such as 198.51.100.1`),
    );
  });

  it('reads any text as an address only if it writes it the same', () => {
    const texts = fc.array(fc.constantFrom('0', '1', '2', '5', '9', '.', '.', ' '), {
      maxLength: 15,
    });
    fc.assert(
      fc.property(texts, (characters) => {
        const text = characters.join('');
        const parsed = parseIpv4(text);
        if (E.isRight(parsed)) expect(formatIpv4(parsed.right)).toBe(text);
        else
          expect(
            text.split('.').length === 4 && !/[^\d.]|^0\d|\.0\d|\.\.|^\.|\.$|\d{3}/.test(text),
          ).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('IPv4 interfaces as text', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(anyIpv4Address(), prefixLengths, (value, prefixLength) => {
        const settings = { address: value, prefixLength };
        expect(parseIpv4Interface(formatIpv4Interface(settings))).toEqual(E.right(settings));
      }),
    );
  });

  it.each([
    '1.2.3.4',
    '1.2.3.4/',
    '1.2.3.4/33',
    '1.2.3.4/024',
    '1.2.3.4/-1',
    '1.2.3.4/ 8',
    '1.2.3.4/8/8',
    '1.2.3.4/255.0.0.0',
  ])('refuses the prefix length of %j', (text) => {
    expect(parseIpv4Interface(text)).toEqual(
      E.left(`"${text}" needs a prefix length from 0 to 32, such as 198.51.100.1/24`),
    );
  });

  it.each(['', '/24', 'x/24', '1.2.3/24'])('refuses the address of %j', (text) => {
    expect(E.isLeft(parseIpv4Interface(text))).toBe(true);
  });
});

describe('MAC addresses', () => {
  it('reads both cases and writes small letters, first octet first', () => {
    expect(parseMac('02:00:5E:00:01:0a')).toEqual(E.right(0x02005e00010a));
    expect(formatMac(mac(0x02005e00010a))).toBe('02:00:5e:00:01:0a');
    expect(formatMac(mac(0))).toBe('00:00:00:00:00:00');
  });

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(macAddress(), (value) => {
        expect(parseMac(formatMac(value))).toEqual(E.right(value));
      }),
    );
  });

  it.each([
    '',
    '02:00:5e:00:01',
    '02:00:5e:00:01:01:01',
    '02-00-5e-00-01-01',
    '2:0:5e:0:1:1',
    '02:00:5e:00:01:0g',
    '02005e000101',
    '02:00:5e:00:01:01 ',
  ])('refuses %j and repeats it', (text) => {
    expect(parseMac(text)).toEqual(
      E.left(`"${text}" is not a MAC address such as 02:00:5e:00:01:01`),
    );
  });

  it('tells groups by the lowest bit of the first octet', () => {
    expect(isGroupMac(mac(0xffffffffffff))).toBe(true);
    expect(isGroupMac(mac(0x01005e000001))).toBe(true);
    expect(isGroupMac(mac(0xfe0000000000))).toBe(false);
    expect(isGroupMac(mac(0x02ffffffffff))).toBe(false);
  });
});

describe('prefixes', () => {
  it('has a netmask of as many ones as the prefix is long', () => {
    fc.assert(
      fc.property(prefixLengths, (length) => {
        expect(binary(netmask(length))).toBe('1'.repeat(length).padEnd(32, '0'));
      }),
    );
  });

  it('is on the link what begins with the same digits', () => {
    const pairs = fc.oneof(
      fc.tuple(anyIpv4Address(), anyIpv4Address()),
      fc
        .tuple(anyIpv4Address(), fc.nat({ max: 31 }))
        .map(([one, bit]) => [one, ipv4(one ^ (1 << bit))] as const),
    );
    fc.assert(
      fc.property(pairs, prefixLengths, ([one, other], prefixLength) => {
        const same = binary(one).slice(0, prefixLength) === binary(other).slice(0, prefixLength);
        expect(onLink({ address: one, prefixLength }, other)).toBe(same);
      }),
    );
  });

  it('has the last address of its prefix as the directed broadcast', () => {
    expect(directedBroadcast(link('198.51.100.1/24'))).toBe(address('198.51.100.255'));
    expect(directedBroadcast(link('10.1.2.3/8'))).toBe(address('10.255.255.255'));
    expect(directedBroadcast(link('192.0.2.5/30'))).toBe(address('192.0.2.7'));
    expect(directedBroadcast(link('192.0.2.5/31'))).toBeNull();
    expect(directedBroadcast(link('192.0.2.5/32'))).toBeNull();
  });
});

describe('kinds of IPv4 addresses', () => {
  it('knows multicast and loopback by their first octet', () => {
    expect(
      ['223.255.255.255', '224.0.0.0', '239.255.255.255', '240.0.0.0'].map((text) =>
        isMulticast(address(text)),
      ),
    ).toEqual([false, true, true, false]);
    expect(
      ['126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'].map((text) =>
        isLoopback(address(text)),
      ),
    ).toEqual([false, true, true, false]);
  });

  it('makes no address of a host that one host cannot have', () => {
    fc.assert(
      fc.property(ipv4Address(), (value) => {
        const first = value >>> 24;
        expect(first >= 1 && first <= 223 && first !== 127).toBe(true);
      }),
    );
  });
});
