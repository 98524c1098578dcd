// Which ports of the cluster are a node's own without any entry: core/switch/owner.ts.

import { isKind, serviceOfNode } from './directory.ts';
import * as directory from '../layout/directory.ts';
import * as config from '../layout/settings.ts';

/** Only an entry, or only `decide`, knows the port. */
const BY_ENTRY: i32 = -1;
export const BY_DECISION: i32 = -2;

/** The node that allocates a port, as it stands in frames, by the algorithm (A5); -1: none. */
export function nodeOfPort(swapped: u32): i32 {
  const port = <u32>bswap<u16>(<u16>swapped);
  const nodes = load<u32>(config.AT, config.NODES);
  const from = <u32>load<u16>(config.AT, config.PORTS_FROM);
  const to = <u32>load<u16>(config.AT, config.PORTS_TO);
  const algorithm = load<u32>(config.AT, config.PORTS_ALGORITHM);
  if (algorithm == config.NO_PORTS || nodes == 0 || port < from || port > to) return -1;
  if (algorithm == config.MODULO) return port % nodes;
  return ((port - from + 1) * nodes - 1) / (to - from + 1);
}

/**
 * The cluster port that a node's own port shows as without an entry, both as they stand in frames; below 0:
 * there is none, or `decide` must see the packet.
 */
export function clusterPortOf(node: u32, protocol: u32, port: u32): i32 {
  const service = serviceOfNode(node, protocol, port);
  if (service == 0) return nodeOfPort(port) == <i32>node ? <i32>port : BY_ENTRY;
  if (isKind(service, directory.DECIDED)) return BY_DECISION;
  return isKind(service, directory.BY_CONNECTION) ? BY_ENTRY : <i32>(service & 0xffff);
}
