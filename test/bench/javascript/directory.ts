// The JavaScript reference: the directory, and what follows from it (assembly: directory.ts, node-port.ts,
// way-out.ts). A value of 64 bits is handed on as the place where it stands; 0: there is none.

import * as directory from '../../../assembly/layout/directory.ts';
import * as link from '../../../assembly/layout/link.ts';
import * as settings from '../../../assembly/layout/settings.ts';
import type { Places } from '../places.ts';
import type { Hash } from './hash.ts';
import { scattered } from './hash.ts';
import type { Words } from './memory.ts';
import { swap16 } from './memory.ts';

const BY_ENTRY = -1;
export const BY_DECISION = -2;

export type Directory = ReturnType<typeof directoryIn>;

export const directoryIn = (words: Words, hash: Hash, places: Places) => {
  const { get16, get32 } = words;

  const lookUp = (kind: number, more: number, low: number): number => {
    const high = (kind << 24) | more;
    for (let index = scattered(hash.keyedTag(low, high)); ; index++) {
      const entry = places.directory + (index & places.directoryLast) * directory.ENTRY_SIZE;
      const thereLow = get32(entry + directory.KEY);
      const thereHigh = get32(entry + directory.KEY + 4);
      if (thereLow === low && thereHigh === high) return entry + directory.VALUE;
      if ((thereLow | thereHigh) === 0) return 0;
    }
  };

  const wordOf = (value: number): number => (value === 0 ? 0 : get32(value));
  /** The bits of a service from 32 on. */
  const meaningOf = (service: number): number => (service === 0 ? 0 : get32(service + 4));

  const roleOf = (address: number): number => wordOf(lookUp(directory.OF_ADDRESS, 0, address));
  const serviceAt = (protocol: number, port: number): number =>
    lookUp(directory.OF_SERVICE, 0, (protocol << 16) | port);
  const serviceOfNode = (node: number, protocol: number, port: number): number =>
    lookUp(directory.OF_NODE_PORT, node, (protocol << 16) | port);
  const hopOf = (on: number, address: number): number =>
    wordOf(lookUp(directory.OF_HOP, on, address));
  const nodeNumbered = (number: number): number =>
    wordOf(lookUp(directory.OF_NODE_NUMBER, 0, number));
  const isKind = (service: number, kind: number): boolean =>
    (meaningOf(service) & directory.KIND_MASK) === kind;
  const isDirect = (service: number): boolean =>
    ((meaningOf(service) >>> (directory.DIRECT_SHIFT - 32)) & 1) !== 0;

  /** The node that allocates a port, as it stands in frames, by the algorithm (A5); -1: none. */
  const nodeOfPort = (swapped: number): number => {
    const port = swap16(swapped);
    const nodes = get32(settings.AT + settings.NODES);
    const from = get16(settings.AT + settings.PORTS_FROM);
    const to = get16(settings.AT + settings.PORTS_TO);
    const algorithm = get32(settings.AT + settings.PORTS_ALGORITHM);
    if (algorithm === settings.NO_PORTS || nodes === 0 || port < from || port > to) return -1;
    if (algorithm === settings.MODULO) return port % nodes;
    return Math.floor(((port - from + 1) * nodes - 1) / (to - from + 1));
  };

  const clusterPortOf = (node: number, protocol: number, port: number): number => {
    const service = serviceOfNode(node, protocol, port);
    if (service === 0) return nodeOfPort(port) === node ? port : BY_ENTRY;
    if (isKind(service, directory.DECIDED)) return BY_DECISION;
    return isKind(service, directory.BY_CONNECTION) ? BY_ENTRY : get16(service);
  };

  const linkAt = (index: number): number => places.links + index * link.SIZE;

  const isOnLink = (index: number, address: number): boolean =>
    (address & get32(linkAt(index) + link.NETMASK)) === get32(linkAt(index) + link.PREFIX);

  /** The network that a host is on, else the first that has a router; 0: there is no way. */
  const networkTo = (host: number): number => {
    const count = get32(settings.AT + settings.LINKS);
    for (let index: number = link.FIRST_NETWORK; index < count; index++)
      if (isOnLink(index, host)) return index;
    for (let index: number = link.FIRST_NETWORK; index < count; index++)
      if (get32(linkAt(index) + link.ROUTER) !== 0) return index;
    return 0;
  };

  const nextHopTo = (network: number, host: number): number =>
    isOnLink(network, host) ? host : get32(linkAt(network) + link.ROUTER);

  return {
    ...{ roleOf, serviceAt, hopOf, nodeNumbered, isKind, isDirect, meaningOf },
    ...{ nodeOfPort, clusterPortOf, linkAt, isOnLink, networkTo, nextHopTo },
  };
};
