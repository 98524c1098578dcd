import { describe, expect, it } from 'vitest';
import { formatIpv4Interface } from '../../../core/wire/address.ts';
import { having, problemsOf, sample, sound } from './sample.ts';

describe('decodeConfig, of keys beyond the contract', () => {
  it('reads them', () => {
    const config = sound({
      ...(having(
        sample(),
        ['networks', 'campus', 'management'],
        ['192.0.2.0/24', '198.51.100.7'],
      ) as object),
      timeouts: { udp: 120 },
      limits: { connections: 10, fragmentBytes: 65535, mounts: 1 },
      hashKey: '00000001FFffFFfe',
    });
    expect(config.networks['campus']?.management.map(formatIpv4Interface)).toEqual([
      '192.0.2.0/24',
      '198.51.100.7/32',
    ]);
    expect(config.timeouts).toEqual({
      tcpTransitory: 240,
      tcpEstablished: 7440,
      udp: 120,
      icmp: 60,
    });
    expect(config.limits).toEqual({
      connections: 10,
      neighbours: 1024,
      datagrams: 1024,
      fragmentBytes: 65535,
      mounts: 1,
    });
    expect(config.hashKey).toEqual({ high: 1, low: 0xfffffffe });
  });

  it.each([
    [
      ['services', 3, 'forwarding'],
      'rewrit',
      'services[3].forwarding: expected one of rewrite, direct, not "rewrit" (did you mean "rewrite"?)',
    ],
    [
      ['nodes', 'alpha', 'weight'],
      0,
      'nodes.alpha.weight: expected a weight, a whole number from 1 to 1000 such as 2, not 0',
    ],
    [['nodes', 'alpha', 'weight'], 1001, 'nodes.alpha.weight: expected a weight'],
    [['nodes', 'alpha', 'weight'], 1.5, 'nodes.alpha.weight: expected a weight'],
    [
      ['nodes', 'alpha', 'backup'],
      ['beta'],
      "nodes.alpha.backup: expected a node's name or number",
    ],
    [
      ['hashKey'],
      1234567890123456,
      'hashKey: expected a hash key, 16 hex digits in quotes, such as 9f86d081884c7d65, not 1234567890123456',
    ],
    [['hashKey'], '9f86d081884c7d6', 'hashKey: this is not a hash key: expected 16 hex digits'],
    [['hashKey'], '9f86d081884c7d65 ', 'hashKey: this is not a hash key'],
    [['hashKey'], 'g f86d081884c7d6', 'hashKey: this is not a hash key'],
    [
      ['limits'],
      { fragmentBytes: 65534 },
      'limits.fragmentBytes: expected a number of bytes, a whole number from 65535 to 1073741824 such as 4194304, not 65534: a datagram of the largest size has so many',
    ],
    [['limits'], { datagrams: 0 }, 'limits.datagrams: expected a number of datagrams'],
    [['limits'], { mounts: 0 }, 'limits.mounts: expected a number of mounts'],
  ])('says what is wrong at %j with %j', (way, part, message) => {
    const problems = problemsOf(having(sample(), way, part));
    expect(problems.filter((problem) => problem.startsWith(message))).toHaveLength(1);
  });
});
