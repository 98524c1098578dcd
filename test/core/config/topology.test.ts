import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedMac } from '../../../core/config/derived-mac.ts';
import { topologyOf } from '../../../core/config/topology.ts';
import { LOCAL, nodePortKey, serviceKey, wayOut } from '../../../core/decision/topology.ts';
import { formatMac, ipv4, isGroupMac, parseIpv4 } from '../../../core/wire/address.ts';
import type { Way } from './sample.ts';
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
      embodiment: 'rewrite',
      program: null,
      route: {
        kind: 'connection',
        nodes: [0, 1, 2],
        scheduler: 'round-robin',
        plan: { kind: 'turns', turns: [0, 1, 2] },
      },
    });
    expect(services.get(serviceKey(53, 17))).toEqual({
      port: 53,
      protocol: 17,
      nodePort: 5353,
      embodiment: 'rewrite',
      program: null,
      route: { kind: 'node', node: 1 },
    });
  });

  it('A8: gives portmapper, MOUNT and NFS over UDP their routing functions', () => {
    const { services } = topology();
    const found = [111, 20048, 2049].map((port) => services.get(serviceKey(port, 17)));
    expect(found.map((service) => service?.program)).toEqual([100000, 100005, 100003]);
    expect(found.map((service) => service?.route)).toEqual([
      { kind: 'portmapper' },
      { kind: 'mount' },
      { kind: 'nfs', field: { offset: 2, size: 2, order: 'big' } },
    ]);
  });

  it('A17: takes the field of the filehandle from a preset, or as it is written', () => {
    const field = { offset: 7, size: 1, order: 'little' };
    const route = (filehandle: unknown) =>
      topology([['services', 5, 'filehandle'], filehandle]).services.get(serviceKey(2049, 17))
        ?.route;
    expect(route('knfsd')).toEqual({ kind: 'nfs', field: { offset: 4, size: 4, order: 'little' } });
    expect(route(field)).toEqual({ kind: 'nfs', field });
  });

  it('A8: keeps the connections of a host to an RPC service over TCP on one node', () => {
    const over = (route: string, port: number) => [
      ['services', port],
      {
        port: 1000 + port,
        protocol: 'tcp',
        route,
        ...(route === 'nfs' ? { filehandle: 'seed' } : {}),
      },
    ];
    const changes = [over('mount', 6), over('nfs', 7), over('portmapper', 8)] as [Way, unknown][];
    const routes = (...more: [Way, unknown][]) => {
      const { services } = topology(...changes, ...more);
      return [1006, 1007, 1008].map((port) => services.get(serviceKey(port, 6)));
    };
    expect(routes().map((service) => service?.program)).toEqual([100005, 100003, 100000]);
    expect(routes().map((service) => service?.nodePort)).toEqual([1006, 1007, 1008]);
    const found = routes([['nodes', 'beta', 'weight'], 3]).map((service) => service?.route);
    const all = [0, 1, 2].map((node) => ({ node, number: node + 1, weight: node === 1 ? 3 : 1 }));
    expect(found).toEqual(
      [all.slice(0, 2), all, all].map((members) => ({
        kind: 'connection',
        nodes: members.map(({ node }) => node),
        scheduler: 'source-hash',
        plan: { kind: 'source-hash', members },
      })),
    );
    const [mount] = routes([['exports'], {}]).map((service) => service?.route);
    expect(mount).toMatchObject({ kind: 'connection', nodes: [0, 1, 2] });
  });

  it('A20: plans by the scheduler, the weights and the key', () => {
    const plan = (scheduler: string, ...more: [Way, unknown][]) => {
      const { services } = topology([['services', 0, 'scheduler'], scheduler], ...more);
      const route = services.get(serviceKey(80, 6))?.route;
      return route?.kind === 'connection' ? route.plan : null;
    };
    const heavy: [Way, unknown] = [['nodes', 'gamma', 'weight'], 2];
    const turns = plan('weighted-round-robin', heavy);
    expect(turns?.kind === 'turns' && [...turns.turns].sort()).toEqual([0, 1, 2, 2]);
    expect(plan('round-robin', heavy)).toEqual({ kind: 'turns', turns: [0, 1, 2] });
    expect(plan('least-connections', heavy)).toMatchObject({
      kind: 'least-connections',
      members: [{ weight: 1 }, { weight: 1 }, { node: 2, weight: 2 }],
    });
    const key: [Way, unknown] = [['hashKey'], '0123456789abcdef'];
    expect(plan('maglev')).toEqual(plan('maglev'));
    expect(plan('maglev', key)).not.toEqual(plan('maglev'));
  });

  it('takes the key of the configuration before one that is given, and none else', () => {
    const given = { low: 7, high: 9 };
    const config = (key?: string) => sound({ ...sample(), hashKey: key });
    expect(topologyOf(config()).hashKey).toEqual({ low: 0, high: 0 });
    expect(topologyOf(config(), given).hashKey).toEqual(given);
    expect(topologyOf(config('0000000200000001'), given).hashKey).toEqual({ low: 1, high: 2 });
  });

  it('A11: finds the service of every port of every node that has one', () => {
    const { serviceByNodePort } = topology([['services', 0, 'nodePort'], 8080]);
    expect(
      [0, 1, 2].map((node) => serviceByNodePort.get(nodePortKey(node, 8080, 6))?.port),
    ).toEqual([80, 80, 80]);
    expect(serviceByNodePort.get(nodePortKey(1, 53, 17))?.port).toBe(53);
    expect(
      [0, 1, 2].map((node) => serviceByNodePort.get(nodePortKey(node, 2049, 17))?.port),
    ).toEqual([2049, 2049, 2049]);
    expect(serviceByNodePort.size).toBe(10);
  });

  it('A21: knows the backup of a node, and its ports as those of the node', () => {
    const { nodes, serviceByNodePort } = topology(
      [['nodes', 'beta', 'backup'], 'alpha'],
      [['nodes', 'beta', 'number'], 30],
      [['nodes', 'beta', 'weight'], 5],
    );
    expect(nodes.map(({ name, backup, weight }) => [name, backup, weight])).toEqual([
      ['alpha', null, 1],
      ['gamma', null, 1],
      ['beta', 0, 5],
    ]);
    expect(serviceByNodePort.get(nodePortKey(0, 53, 17))?.port).toBe(53);
  });

  it('A15: has the cluster export table and the mount port table, by nodes', () => {
    const { exports, mountPorts } = topology(
      [['exports'], { '/': 'gamma', '/home': 2, '/srv/data': 'alpha' }],
      [['mountPorts'], { alpha: 20048, 3: 4002 }],
    );
    expect([...exports]).toEqual([
      ['/', 2],
      ['/home', 1],
      ['/srv/data', 0],
    ]);
    expect(new Map(mountPorts)).toEqual(
      new Map([
        [0, 20048],
        [2, 4002],
      ]),
    );
  });

  it('A14: knows the embodiment of the cluster and of each service', () => {
    const one: [Way, unknown] = [['services', 2, 'forwarding'], 'direct'];
    const all: [Way, unknown] = [['forwarding'], 'direct'];
    const except: [Way, unknown] = [['services', 2, 'forwarding'], 'rewrite'];
    const told = (...changes: [Way, unknown][]) => {
      const { embodiment, clusterSources, services } = topology(...changes);
      const of = [80, 53].map(
        (port) => services.get(serviceKey(port, port === 80 ? 6 : 17))?.embodiment,
      );
      return [embodiment, clusterSources, ...of];
    };
    expect(told()).toEqual(['rewrite', false, 'rewrite', 'rewrite']);
    expect(told(one)).toEqual(['rewrite', true, 'rewrite', 'direct']);
    expect(told(all)).toEqual(['direct', true, 'direct', 'direct']);
    expect(told(all, except)).toEqual(['direct', true, 'direct', 'rewrite']);
  });

  it('turns seconds into milliseconds, and keeps the rest', () => {
    const { timeouts, limits, nonSpecificPorts, unmatched } = topology([['unmatched'], 'drop']);
    expect(timeouts).toEqual({
      tcpTransitory: 240_000,
      tcpEstablished: 7_440_000,
      udp: 300_000,
      icmp: 60_000,
    });
    expect(limits).toEqual({
      connections: 262144,
      neighbours: 1024,
      datagrams: 1024,
      fragmentBytes: 4194304,
      mounts: 1024,
    });
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
