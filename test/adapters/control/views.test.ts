import { describe, expect, it } from 'vitest';
import { views } from '../../../adapters/control/views.ts';
import type { Row } from '../../../adapters/control/views.ts';
import { countLost } from '../../../adapters/gateway/counters.ts';
import { makeDeviceGateway } from '../../../adapters/gateway/device-gateway.ts';
import { memoryLink } from '../../../adapters/memory/link.ts';
import type { RpcPort } from '../../../core/decision/rpc-port.ts';
import { topology } from '../../core/switch/laboratory.ts';

const gatewayOf = (changes: Readonly<Record<string, unknown>>) => {
  const of = topology(changes);
  const devices = of.links.map((link) =>
    link === null ? null : memoryLink(link.name, link.framing, link.mtu),
  );
  return makeDeviceGateway(of, devices, () => 0);
};

const shown = (gateway: ReturnType<typeof gatewayOf>, what: string): readonly Row[] => {
  const rows = views[what]?.({ gateway, devices: { rows: () => [] }, worker: 0 }, 0) ?? [];
  return [...rows];
};

const rpc = {
  nodes: {
    alpha: { number: 1, address: '10.77.0.11', weight: 3, backup: 'gamma' },
    beta: { number: 2, address: '10.77.0.12' },
    gamma: { number: 3, address: '10.77.0.13' },
  },
  services: [
    {
      port: 80,
      protocol: 'tcp',
      route: 'connection',
      nodes: ['alpha', 'beta'],
      scheduler: 'maglev',
    },
    { port: 53, protocol: 'udp', route: 'node', node: 'beta', forwarding: 'direct' },
    { port: 111, protocol: 'udp', route: 'portmapper' },
    { port: 20048, protocol: 'udp', route: 'mount' },
    { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
  ],
  exports: { '/projects': 'alpha', '/home': 'beta' },
  mountPorts: { beta: 20050 },
};

describe('show services', () => {
  it('A4: has the route, where it leads, the scheduler and how messages get there', () => {
    expect(shown(gatewayOf(rpc), 'services')).toEqual([
      {
        port: 80,
        protocol: 'tcp',
        route: 'connection',
        nodes: ['alpha', 'beta'],
        nodePort: 80,
        scheduler: 'maglev',
        forwarding: 'rewrite',
      },
      {
        port: 53,
        protocol: 'udp',
        route: 'node',
        nodes: ['beta'],
        nodePort: 53,
        scheduler: null,
        forwarding: 'direct',
      },
      {
        port: 111,
        protocol: 'udp',
        route: 'portmapper',
        nodes: [],
        nodePort: null,
        scheduler: null,
        forwarding: 'rewrite',
      },
      {
        port: 20048,
        protocol: 'udp',
        route: 'mount',
        nodes: ['alpha', 'beta'],
        nodePort: null,
        scheduler: null,
        forwarding: 'rewrite',
      },
      {
        port: 2049,
        protocol: 'udp',
        route: 'nfs',
        nodes: ['alpha', 'beta', 'gamma'],
        nodePort: 2049,
        scheduler: null,
        forwarding: 'rewrite',
      },
    ]);
  });
});

describe('show nodes', () => {
  it('A16, A21: has the weight, the backup, and the ports of MOUNT with how they are known', () => {
    const gateway = gatewayOf(rpc);
    const learned: RpcPort = {
      node: 0,
      program: 100005,
      protocol: 17,
      port: 33333,
      heardAt: 0,
      askedAt: 0,
      asked: 0,
      xid: 0,
    };
    gateway.change([{ kind: 'rpc-port', rpcPort: learned }]);
    expect(shown(gateway, 'nodes')).toEqual([
      {
        name: 'alpha',
        number: 1,
        address: '10.77.0.11',
        state: 'active',
        connections: 0,
        weight: 3,
        backup: 'gamma',
        mountPorts: ['33333/udp'],
        mountPortsBy: 'learned',
      },
      {
        name: 'beta',
        number: 2,
        address: '10.77.0.12',
        state: 'active',
        connections: 0,
        weight: 1,
        backup: null,
        mountPorts: ['20050/udp'],
        mountPortsBy: 'configured',
      },
      {
        name: 'gamma',
        number: 3,
        address: '10.77.0.13',
        state: 'active',
        connections: 0,
        weight: 1,
        backup: null,
        mountPorts: [],
        mountPortsBy: 'unknown',
      },
    ]);
  });

  it('says nothing of MOUNT where the cluster has none', () => {
    expect(shown(gatewayOf({}), 'nodes')[0]).toMatchObject({
      mountPorts: null,
      mountPortsBy: null,
    });
  });
});

describe('show counters', () => {
  it('D7: tells of each link how many frames its device did not take, and why', () => {
    const gateway = gatewayOf(rpc);
    countLost(gateway.counters, 0, 'full', 3);
    countLost(gateway.counters, 0, 'gone');
    const rows = shown(gateway, 'counters').filter(
      ({ of, name }) => of === 'interconnect' && /^(lost|device-)/.test(String(name)),
    );
    expect(rows).toEqual([
      { of: 'interconnect', name: 'lost', value: 4, meaning: null },
      {
        of: 'interconnect',
        name: 'device-full',
        value: 3,
        meaning: 'lost: nobody took frames fast enough from the device',
      },
      {
        of: 'interconnect',
        name: 'device-gone',
        value: 1,
        meaning: 'lost: the device was not there',
      },
    ]);
  });
});
