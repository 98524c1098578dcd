import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedMac } from '../../../core/config/derived-mac.ts';
import { topologyOf } from '../../../core/config/topology.ts';
import { LOCAL, nodePortKey, serviceKey, wayOut } from '../../../core/decision/topology.ts';
import { formatMac, ipv4, isGroupMac, parseIpv4 } from '../../../core/wire/address.ts';
import { having, sample, sound } from './sample.ts';

const address = (text: string) => {
  const parsed = parseIpv4(text);
  if (parsed._tag === 'Left') throw new Error(parsed.left);
  return parsed.right;
};

const topology = (...changes: readonly (readonly [readonly (string | number)[], unknown])[]) =>
  topologyOf(
    sound(changes.reduce<unknown>((value, [way, part]) => having(value, way, part), sample())),
  );

describe('topologyOf', () => {
  it('A1: lays out interconnect, local stack and networks by their link numbers', () => {
    const { links, clusterAddresses, cluster } = topology([
      ['networks', 'annex'],
      { device: { tap: 'oh-annex' }, address: '203.0.113.1/24', mtu: 9000 },
    ]);
    expect(cluster).toBe('projects');
    expect(links.map((link) => link?.name)).toEqual(['interconnect', 'local', 'campus', 'annex']);
    expect(links.map((link) => link?.link)).toEqual([0, 1, 2, 3]);
    expect(links.map((link) => link?.framing)).toEqual(['ethernet', 'ip', 'ethernet', 'ethernet']);
    expect(links.map((link) => link?.filtersMac)).toEqual([true, true, true, true]);
    expect(links.map((link) => link?.mtu)).toEqual([1500, 9000, 1500, 9000]);
    expect(links[LOCAL]?.address).toEqual({ address: address('10.77.0.1'), prefixLength: 24 });
    expect([...clusterAddresses]).toEqual([
      [address('198.51.100.1'), 2],
      [address('203.0.113.1'), 3],
    ]);
  });

  it('has no local link without local', () => {
    expect(topology([['local'], undefined]).links[LOCAL]).toBeNull();
  });

  it('A13: keeps the order of the networks, so that the first is the default network', () => {
    const two = topology([
      ['networks'],
      {
        zulu: { device: { tap: 'z' }, address: '203.0.113.1/24', router: '203.0.113.254' },
        alfa: { device: { tap: 'a' }, address: '198.51.100.1/24', router: '198.51.100.254' },
      },
    ]);
    expect(wayOut(two, address('192.0.2.1'))?.network.name).toBe('zulu');
  });

  it('sorts the nodes by number, whatever their order in the file', () => {
    const { nodes, nodeByAddress } = topology(
      [['nodes', 'alpha', 'number'], 9],
      [['nodes', 'beta', 'state'], 'drain'],
    );
    expect(nodes.map(({ name, number, state }) => [name, number, state])).toEqual([
      ['beta', 2, 'drain'],
      ['gamma', 3, 'active'],
      ['alpha', 9, 'active'],
    ]);
    expect(nodeByAddress.get(address('10.77.0.11'))).toBe(2);
  });

  it('A4: makes each service an entry of the message switch table', () => {
    const { services } = topology([
      ['services', 2],
      { port: 53, protocol: 'udp', route: 'node', node: 2, nodePort: 5353 },
    ]);
    expect(services.size).toBe(6);
    expect(services.get(serviceKey(80, 6))).toEqual({
      port: 80,
      protocol: 6,
      nodePort: 80,
      route: { kind: 'connection', nodes: [0, 1, 2], scheduler: 'round-robin' },
    });
    expect(services.get(serviceKey(53, 17))).toEqual({
      port: 53,
      protocol: 17,
      nodePort: 5353,
      route: { kind: 'node', node: 1 },
    });
    expect([111, 20048, 2049].map((port) => services.get(serviceKey(port, 17))?.route)).toEqual(
      ['portmapper', 'mount', 'nfs'].map((name) => ({ kind: 'absent', name })),
    );
  });

  it('A11: finds the service of every port of every node that has one', () => {
    const { serviceByNodePort } = topology([['services', 0, 'nodePort'], 8080]);
    expect(
      [0, 1, 2].map((node) => serviceByNodePort.get(nodePortKey(node, 8080, 6))?.port),
    ).toEqual([80, 80, 80]);
    expect(serviceByNodePort.get(nodePortKey(1, 53, 17))?.port).toBe(53);
    expect(serviceByNodePort.size).toBe(7);
  });

  it('turns seconds into milliseconds, and keeps the rest', () => {
    const { timeouts, limits, nonSpecificPorts, unmatched } = topology([['unmatched'], 'drop']);
    expect(timeouts).toEqual({
      tcpTransitory: 240_000,
      tcpEstablished: 7_440_000,
      udp: 300_000,
      icmp: 60_000,
    });
    expect(limits).toEqual({ connections: 262144, neighbours: 1024 });
    expect(nonSpecificPorts).toEqual({ from: 32768, to: 60999, algorithm: 'modulo' });
    expect(unmatched).toBe('drop');
  });
});

describe('MAC addresses that are not given', () => {
  it('are the same at every start, and differ from link to link', () => {
    const without = [['networks', 'campus', 'mac'], undefined] as const;
    const macs = topology(without).links.map((link) => link?.mac);
    expect(topology(without).links.map((link) => link?.mac)).toEqual(macs);
    expect(new Set(macs).size).toBe(3);
    // Written out: another release must not give a running cluster another address.
    expect(formatMac(derivedMac('projects', 'campus', ipv4(0xc6336401)))).toBe('02:e5:ea:20:f7:12');
  });

  it('are locally administered and individual', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(0xffffffff), (cluster, link, number) => {
        const derived = derivedMac(cluster, link, ipv4(number));
        expect(formatMac(derived)).toMatch(/^02(:[0-9a-f]{2}){5}$/);
        expect(isGroupMac(derived)).toBe(false);
      }),
    );
  });

  it('give way to one that is given', () => {
    expect(formatMac(topology().links[2]?.mac ?? derivedMac('', '', ipv4(0)))).toBe(
      '02:00:5e:00:01:01',
    );
  });
});
