// The directory's entries (assembly/layout/directory.ts): what the pipeline knows addresses, ports and node
// numbers to be for. Data, worked out from the tables.

import * as directory from '../../../assembly/layout/directory.ts';
import type { RpcPort } from '../../../core/decision/rpc-port.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import type { NodeIndex, Service, Topology } from '../../../core/decision/topology.ts';
import { nodePortOfKey } from '../../../core/decision/topology.ts';
import type { Address } from '../../../core/wire/address.ts';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../../core/wire/layout/ipv4.ts';
import { swap16, swap32 } from './network-order.ts';

/** A key in three parts, and a value of two words. */
export type Entry = readonly [
  kind: number,
  more: number,
  low: number,
  value: number,
  valueHigh: number,
];

const word = (shift: number): number => shift - 32;
const LARGEST_OFFSET = 0xff;

const ofAddress = (address: Address, role: number): readonly Entry[] =>
  typeof address === 'number' ? [[directory.OF_ADDRESS, 0, swap32(address), role, 0]] : [];

const portOf = (protocol: number, port: number): number => (protocol << 16) | swap16(port);

/** What a service is to the pipeline, in the value's high word. */
const meaningOf = ({ route, protocol, embodiment }: Service): number => {
  const direct = embodiment === 'direct' ? 1 << word(directory.DIRECT_SHIFT) : 0;
  if (route.kind === 'node') return directory.SOLE_NODE | direct;
  if (route.kind === 'connection') return directory.BY_CONNECTION | direct;
  const isRead = route.kind === 'nfs' && protocol === PROTOCOL_UDP;
  if (!isRead || route.field.offset > LARGEST_OFFSET) return directory.DECIDED;
  const { offset, size, order } = route.field;
  return (
    directory.BY_FILEHANDLE |
    direct |
    (offset << word(directory.FIELD_OFFSET_SHIFT)) |
    (size << word(directory.FIELD_SIZE_SHIFT)) |
    (order === 'little' ? 1 << word(directory.FIELD_LITTLE_SHIFT) : 0)
  );
};

const ofService = (service: Service): Entry => {
  const node = service.route.kind === 'node' ? service.route.node : 0;
  const value = (node << directory.NODE_SHIFT) | swap16(service.nodePort);
  const low = portOf(service.protocol, service.port);
  return [directory.OF_SERVICE, 0, low, value, meaningOf(service)];
};

const ofNodePort = (
  node: NodeIndex,
  protocol: number,
  port: number,
  value: number,
  meaning: number,
): readonly Entry[] =>
  node < 0 ? [] : [[directory.OF_NODE_PORT, node, portOf(protocol, port), value, meaning]];

/** A node's port that belongs to a service without a need for `decide`, or to one of connections. */
const ofServiceAt = (key: number, service: Service): readonly Entry[] => {
  const { node, protocol, port } = nodePortOfKey(key);
  const meaning =
    service.route.kind === 'connection' ? directory.BY_CONNECTION : directory.SOLE_NODE;
  return ofNodePort(node, protocol, port, swap16(service.port), meaning);
};

/** A port of a program that the gateway asks nodes for: `decide` has what is said from there. */
export const ofRpcPort = ({ node, protocol, port }: RpcPort): readonly Entry[] =>
  port === null ? [] : ofNodePort(node, protocol, port, 0, directory.DECIDED);

const ofMountPorts = ({ mountPorts }: Topology): readonly Entry[] =>
  [...mountPorts].flatMap(([node, port]) =>
    [PROTOCOL_TCP, PROTOCOL_UDP].flatMap((protocol) =>
      ofNodePort(node, protocol, port, 0, directory.DECIDED),
    ),
  );

/** The first node that has a number is the one that filehandles mean. */
const ofNumbers = ({ nodes }: Topology): readonly Entry[] =>
  nodes
    .map((node, index): Entry => [directory.OF_NODE_NUMBER, 0, node.number, index + 1, 0])
    .reverse();

/** All entries; of several with one key the last counts. */
export const directoryEntries = ({ topology, rpcPorts }: Tables): readonly Entry[] => [
  ...[...topology.nodeByAddress].flatMap(([address, node]) =>
    ofAddress(address, directory.NODE | node),
  ),
  ...[...topology.clusterAddresses.keys()].flatMap((address) =>
    ofAddress(address, directory.CLUSTER),
  ),
  ...[...topology.directedBroadcasts].flatMap((address) => ofAddress(address, directory.BROADCAST)),
  ...ofNumbers(topology),
  ...[...topology.services.values()].map(ofService),
  ...[...topology.serviceByNodePort].flatMap(([key, service]) => ofServiceAt(key, service)),
  ...ofMountPorts(topology),
  ...[...rpcPorts.byPort.values()].flatMap(ofRpcPort),
];
