import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { decodeMember, memberSchemaOf } from '../../../core/config/member.ts';
import { formatPath } from '../../../core/config/problem.ts';
import { formatIpv4Interface, ipv4 } from '../../../core/wire/address.ts';
import { valid } from './json-schema.ts';

const least = { cluster: 'projects', name: 'alpha', keys: ['projects.key'] };
const beta = '3f5a9c00e1b2d4c6a8907f6e5d4c3b2a';
const full = {
  ...least,
  identity: '/var/lib/onehost/alpha.pem',
  port: 7401,
  seeds: ['192.0.2.12', '198.51.100.13:7800'],
  adapters: [
    { interface: 'eth0', routers: [{ address: '192.0.2.1', serves: ['198.51.100.0/24'] }] },
    { address: '203.0.113.11', type: 'tunnel', mtu: 1400, class: 'standard', routers: [] },
  ],
  members: { alpha: 'a'.repeat(32), beta },
  gateway: false,
  routes: 'none',
  routeProtocol: 77,
  routeMetric: 50,
};

const problems = (value: unknown): readonly string[] => {
  const decoded = decodeMember(value);
  return E.isRight(decoded)
    ? []
    : decoded.left.map(({ path, message }) => `${formatPath(path)}: ${message}`);
};
const sound = (value: unknown) => {
  const decoded = decodeMember(value);
  if (E.isLeft(decoded)) throw new Error(problems(value).join('\n'));
  return decoded.right;
};

describe('decodeMember', () => {
  it('B2, B4: reads adapters in their order, with what the file says of them', () => {
    const [first, second] = sound(full).adapters ?? [];
    expect(first).toMatchObject({ interface: 'eth0', address: null, type: null, mtu: null });
    expect(first?.routers?.map(({ serves }) => serves.map(formatIpv4Interface))).toEqual([
      ['198.51.100.0/24'],
    ]);
    expect(second).toEqual({
      ...{ interface: null, address: ipv4(0xcb00710b), type: 'tunnel', mtu: 1400 },
      ...{ class: 'standard', routers: [] },
    });
  });

  it('reads the rest', () => {
    expect(sound(full)).toMatchObject({
      ...{ port: 7401, gateway: false, routes: 'none', routeProtocol: 77, routeMetric: 50 },
      seeds: [
        { address: ipv4(0xc000020c), port: null },
        { address: ipv4(0xc633640d), port: 7800 },
      ],
      members: { beta },
    });
  });

  it('needs little', () => {
    expect(sound(least)).toEqual({
      ...least,
      ...{ identity: 'identity.pem', port: 7400, seeds: [], adapters: null, members: null },
      ...{ gateway: true, routes: 'kernel', routeProtocol: 111, routeMetric: 100 },
    });
  });

  it('says what each thing should be', () => {
    expect(
      problems({
        ...full,
        name: '7',
        seeds: ['192.0.2.12:0', '224.0.0.1', 'beta'],
        members: { alpha: 'short' },
        gateway: 'maybe',
        rotues: 'none',
      }),
    ).toEqual([
      'rotues: unknown key "rotues" (did you mean "routes"?); the keys here are cluster, name, keys, identity, port, seeds, adapters, members, gateway, routes, routeProtocol, routeMetric',
      `name: "7" is not a member's name: a letter, then at most 62 letters, digits, ".", "_" or "-"`,
      'seeds[0]: 192.0.2.12:0: expected a port from 1 to 65535, such as 192.0.2.12:7400',
      'seeds[1]: 224.0.0.1 is not an address that an adapter can have; expected one such as 192.0.2.11',
      'seeds[2]: "beta" is not an IPv4 address such as 198.51.100.1',
      'members.alpha: this is not a fingerprint: expected 32 hex digits, in lower case',
      'gateway: expected true or false, not "maybe"',
    ]);
  });

  it('says what does not go together', () => {
    const address = '192.0.2.11';
    expect(
      problems({
        ...least,
        keys: ['a', 'b', 'a', 'c', 'd'],
        adapters: [
          { interface: 'eth0', address },
          {},
          { address, routers: [{ address }] },
          { interface: 'eth0' },
        ],
        members: { beta, gamma: beta },
      }),
    ).toEqual([
      'keys[2]: keys[0] is this file already',
      'keys[4]: expected at most 4 keys: the one in use, and old ones',
      'adapters[0]: the address says which interface it is: leave one of the two out',
      'adapters[1]: an adapter needs its interface, for example interface: eth0, or its address',
      'adapters[2].address: 192.0.2.11 is already that of adapters[0]',
      'adapters[3].interface: eth0 is already that of adapters[0]',
      'adapters[2].routers[0].address: 192.0.2.11 is the adapter itself; a router is another computer',
      'members: alpha itself is missing: the others would not let it in either',
      'members.gamma: this is the fingerprint of beta already',
    ]);
    const nine = Array.from({ length: 9 }, (_, at) => ({ interface: `eth${at}` }));
    expect(problems({ ...least, adapters: nine })).toEqual([
      'adapters[8]: a computer has at most 8 adapters',
    ]);
  });

  it('has a JSON Schema that agrees', () => {
    const schema = memberSchemaOf();
    for (const value of [least, full]) expect(valid(schema, value)).toBe(true);
    for (const value of [
      { ...least, gateway: 'yes' },
      { ...least, keys: [] },
      { ...least, seeds: ['beta'] },
      { ...least, more: 1 },
      { cluster: 'projects', name: 'alpha' },
    ]) {
      expect(valid(schema, value)).toBe(false);
      expect(problems(value)).not.toEqual([]);
    }
  });
});
