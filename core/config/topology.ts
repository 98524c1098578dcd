// From a configuration to what the message switch works with: names become indexes, seconds milliseconds.

import type { Address } from '../wire/address.ts';
import { NO_MAC, directedBroadcast } from '../wire/address.ts';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/layout/ipv4.ts';
import type {
  ClusterNode,
  Link,
  LinkSettings,
  NodeIndex,
  Route,
  Service,
  Topology,
} from '../decision/topology.ts';
import {
  FIRST_NETWORK,
  INTERCONNECT,
  LOCAL,
  serviceKey,
  byNodePort,
} from '../decision/topology.ts';
import type { Config } from './config.ts';
import { derivedMac } from './derived-mac.ts';
import type { NodeReference } from './leaf.ts';
import { nodeNamed } from './reference.ts';
import type { ServiceConfig } from './service.ts';

const networkLinks = ({ cluster, networks }: Config): readonly LinkSettings[] =>
  Object.entries(networks).map(([name, { address, router, mac, mtu, management }], position) => ({
    link: FIRST_NETWORK + position,
    name,
    framing: 'ethernet',
    address,
    mac: mac ?? derivedMac(cluster, name, address.address),
    filtersMac: true,
    mtu,
    router,
    management,
  }));

const interconnectLink = ({
  cluster,
  interconnect: { address, mac, mtu },
}: Config): LinkSettings => ({
  link: INTERCONNECT,
  name: 'interconnect',
  framing: 'ethernet',
  address,
  mac: mac ?? derivedMac(cluster, 'interconnect', address.address),
  filtersMac: true,
  mtu,
  router: null,
  management: [],
});

// What arrives from a network must fit, so the local stack's MTU is the largest of theirs.
const localLink = ({ interconnect, networks }: Config): LinkSettings => ({
  link: LOCAL,
  name: 'local',
  framing: 'ip',
  address: interconnect.address,
  mac: NO_MAC,
  filtersMac: true,
  mtu: Math.max(...Object.values(networks).map(({ mtu }) => mtu)),
  router: null,
  management: [],
});

const nodesOf = ({ nodes }: Config): readonly ClusterNode[] =>
  Object.entries(nodes)
    .map(([name, { number, address, state }]) => ({ name, number, address, state }))
    .sort((a, b) => a.number - b.number);

const routeOf = (service: ServiceConfig, indexOf: (node: NodeReference) => NodeIndex): Route => {
  switch (service.route) {
    case 'node':
      return { kind: 'node', node: indexOf(service.node) };
    case 'connection':
      return {
        kind: 'connection',
        nodes: service.nodes.map(indexOf),
        scheduler: service.scheduler,
      };
    case 'mount':
    case 'nfs':
    case 'portmapper':
      return { kind: 'absent', name: service.route };
  }
};

/** The topology of a sound configuration, one that `decodeConfig` gave. */
export const topologyOf = (config: Config): Topology => {
  const nodes = nodesOf(config);
  const networks = networkLinks(config);
  const indexByName = new Map(nodes.map(({ name }, index) => [name, index]));
  const indexOf = (reference: NodeReference): NodeIndex => {
    const index = indexByName.get(nodeNamed(config.nodes, reference) ?? '');
    if (index === undefined) throw new RangeError(`no node ${reference}`);
    return index;
  };
  const services = config.services.map((service): Service => ({
    port: service.port,
    protocol: service.protocol === 'tcp' ? PROTOCOL_TCP : PROTOCOL_UDP,
    nodePort: ('nodePort' in service ? service.nodePort : null) ?? service.port,
    route: routeOf(service, indexOf),
  }));
  const { tcpTransitory, tcpEstablished, udp, icmp } = config.timeouts;
  const interconnect = interconnectLink(config);
  return {
    cluster: config.cluster,
    links: [interconnect, config.local === null ? null : localLink(config), ...networks],
    nodes,
    nodeByAddress: new Map(nodes.map(({ address }, index) => [address, index])),
    clusterAddresses: new Map<Address, Link>(
      networks.map(({ link, address }) => [address.address, link]),
    ),
    directedBroadcasts: new Set<Address>(
      [interconnect, ...networks].flatMap(({ address }) => directedBroadcast(address) ?? []),
    ),
    services: new Map(
      services.map((service) => [serviceKey(service.port, service.protocol), service]),
    ),
    serviceByNodePort: byNodePort(services),
    nonSpecificPorts: config.nonSpecificPorts,
    unmatched: config.unmatched,
    timeouts: {
      tcpTransitory: tcpTransitory * 1000,
      tcpEstablished: tcpEstablished * 1000,
      udp: udp * 1000,
      icmp: icmp * 1000,
    },
    limits: config.limits,
  };
};
