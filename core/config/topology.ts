// From a configuration to what the message switch works with: names become indexes, seconds milliseconds.

import type { Address } from '../wire/address.ts';
import { NO_MAC, directedBroadcast } from '../wire/address.ts';
import { utf8 } from '../rpc/byte-string.ts';
import { exportKey } from '../decision/exports.ts';
import type { HashKey } from '../decision/keyed-hash.ts';
import { NO_KEY } from '../decision/keyed-hash.ts';
import type {
  ClusterNode,
  Link,
  LinkSettings,
  NodeIndex,
  Timeouts,
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
import { servicesOf } from './switch-table.ts';

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

/** The nodes by number, each with its name in the file. */
const inOrder = ({ nodes }: Config) =>
  Object.entries(nodes).sort(([, a], [, b]) => a.number - b.number);

/** Finds the index of a node by its name or number, which a sound configuration has. */
const indexing = (config: Config): ((reference: NodeReference) => NodeIndex) => {
  const indexByName = new Map(inOrder(config).map(([name], index) => [name, index]));
  return (reference) => {
    const index = indexByName.get(nodeNamed(config.nodes, reference) ?? '');
    if (index === undefined) throw new RangeError(`no node ${reference}`);
    return index;
  };
};

const nodesOf = (
  config: Config,
  indexOf: (reference: NodeReference) => NodeIndex,
): readonly ClusterNode[] =>
  inOrder(config).map(([name, { number, address, state, weight, backup }]) => ({
    name,
    number,
    address,
    state,
    weight,
    backup: backup === null ? null : indexOf(backup),
  }));

const milliseconds = ({ tcpTransitory, tcpEstablished, udp, icmp }: Timeouts): Timeouts => ({
  tcpTransitory: tcpTransitory * 1000,
  tcpEstablished: tcpEstablished * 1000,
  udp: udp * 1000,
  icmp: icmp * 1000,
});

/**
 * The topology of a sound configuration, one that `decodeConfig` gave. `hashKey` is for one that has none;
 * where outsiders send, it is to be drawn by chance.
 */
export const topologyOf = (config: Config, hashKey: HashKey = NO_KEY): Topology => {
  const indexOf = indexing(config);
  const nodes = nodesOf(config, indexOf);
  const networks = networkLinks(config);
  const interconnect = interconnectLink(config);
  const exports = new Map(
    Object.entries(config.exports).map(([path, node]) => [exportKey(utf8(path)), indexOf(node)]),
  );
  const key = config.hashKey ?? hashKey;
  const services = servicesOf(config, {
    nodes,
    indexOf,
    exporting:
      exports.size === 0
        ? nodes.map((_, node) => node)
        : [...new Set(exports.values())].sort((a, b) => a - b),
    hashKey: key,
  });
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
    serviceByNodePort: byNodePort(services, nodes),
    nonSpecificPorts: config.nonSpecificPorts,
    embodiment: config.forwarding,
    clusterSources:
      config.forwarding === 'direct' || services.some(({ embodiment }) => embodiment === 'direct'),
    exports,
    mountPorts: new Map(
      Object.entries(config.mountPorts).map(([node, port]) => [indexOf(node), port]),
    ),
    hashKey: key,
    unmatched: config.unmatched,
    timeouts: milliseconds(config.timeouts),
    limits: config.limits,
  };
};
