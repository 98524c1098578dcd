// Clusters that conversations are held in, each with the configurations that may be loaded in turn: the same
// links, other nodes, services, ports, times.

import type { Topology } from '../../core/decision/topology.ts';
import { topology } from '../core/switch/laboratory.ts';

export interface Scenario {
  readonly name: string;
  /** The first is the one that the gateway starts with. */
  readonly variants: readonly [Topology, ...(readonly Topology[])];
}

type Settings = Readonly<Record<string, unknown>>;

const campus = {
  device: { tap: 'oh-campus' },
  address: '198.51.100.1/24',
  router: '198.51.100.254',
  management: ['198.51.100.200'],
};
const lab = {
  device: { tap: 'oh-lab' },
  address: '203.0.113.1/24',
  router: '203.0.113.254',
  mtu: 600,
};

const alpha = { number: 1, address: '10.77.0.11' };
const beta = { number: 2, address: '10.77.0.12' };
const gamma = { number: 3, address: '10.77.0.13' };

/** `nodePort` only where addresses are rewritten. */
const services = (moves: boolean, filehandle: unknown = 'ganesha') => [
  { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
  { port: 25, protocol: 'tcp', route: 'node', node: 'alpha', ...(moves ? { nodePort: 2525 } : {}) },
  {
    port: 81,
    protocol: 'tcp',
    route: 'connection',
    nodes: ['alpha', 'beta'],
    ...(moves ? { nodePort: 8081 } : {}),
  },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'gamma'] },
  { port: 54, protocol: 'udp', route: 'connection', nodes: ['gamma', 'beta'] },
  {
    port: 123,
    protocol: 'udp',
    route: 'node',
    node: 'gamma',
    ...(moves ? { nodePort: 1123 } : {}),
  },
  { port: 111, protocol: 'udp', route: 'portmapper' },
  { port: 20048, protocol: 'udp', route: 'mount' },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle },
];
const exports = { '/projects': 'alpha', '/home': 'beta' };
const modulo = { from: 32768, to: 60999, algorithm: 'modulo' };
const ranges = { from: 40000, to: 40007, algorithm: 'ranges' };

/** Small tables, so that buckets are full and memory is soon there. */
const limits = { connections: 24, neighbours: 16, datagrams: 8, mounts: 4 };

const rewriting: Settings = { services: services(true), exports, nonSpecificPorts: modulo, limits };

/** The same with other nodes behind the same names, fewer of them, more of them, other times. */
const others = (base: Settings, moves: boolean): readonly Settings[] => [
  {
    ...base,
    nodes: { alpha: { ...alpha, number: 3 }, beta, gamma: { ...gamma, number: 1 } },
    services: services(moves, { offset: 4, size: 4, order: 'little' }),
  },
  {
    ...base,
    nodes: { alpha, beta },
    services: [
      { port: 80, protocol: 'tcp', route: 'connection', nodes: ['beta'] },
      { port: 7, protocol: 'udp', route: 'node', node: 'alpha' },
      { port: 53, protocol: 'udp', route: 'connection', nodes: ['alpha', 'beta'] },
      { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'seed' },
    ],
    nonSpecificPorts: ranges,
    exports: {},
  },
  {
    ...base,
    nodes: {
      alpha: { ...alpha, backup: 'beta' },
      beta,
      gamma,
      delta: { number: 4, address: '10.77.0.14' },
    },
    timeouts: { udp: 120 },
    mountPorts: moves ? { alpha: 635, beta: 636 } : {},
    nonSpecificPorts: modulo,
  },
];

const scenario = (name: string, base: Settings, moves = true): Scenario => ({
  name,
  variants: [topology(base), ...others(base, moves).map(topology)],
});

export const SCENARIOS: readonly Scenario[] = [
  scenario('one network', rewriting),
  scenario('two networks', { ...rewriting, networks: { campus, lab }, nonSpecificPorts: ranges }),
  scenario(
    'nodes speak as the cluster',
    { ...rewriting, services: services(false), forwarding: 'direct' },
    false,
  ),
  scenario('tables that are soon full, and backups', {
    ...rewriting,
    networks: { campus, lab },
    limits: { ...limits, connections: 5, neighbours: 3 },
    nodes: { alpha: { ...alpha, backup: 'gamma' }, beta, gamma },
  }),
  scenario('a narrow interconnect, and a stack of its own', {
    ...rewriting,
    interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.1/24', mtu: 576 },
    local: { tun: 'oh-local' },
    unmatched: 'drop',
    services: services(true, 'knfsd'),
    nonSpecificPorts: ranges,
  }),
  scenario('both embodiments', {
    ...rewriting,
    services: services(true).map((service) =>
      service.port === 80 || service.port === 53 || service.port === 2049
        ? { ...service, forwarding: 'direct' }
        : service,
    ),
  }),
];
