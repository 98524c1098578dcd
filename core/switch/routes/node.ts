// An entry without routing function (box 560, A7), and ports whose node is computed (box 550, A5).

import { refuse } from '../../host/refusal.ts';
import type { Arrival } from '../../decision/arrival.ts';
import { leave } from '../leave.ts';
import type { NodeIndex, Service } from '../../decision/topology.ts';
import { connectionsFull } from '../../decision/connection/lookup.ts';
import { opens } from '../../decision/connection/phase.ts';
import { PROTOCOL_TCP } from '../../wire/layout/ipv4.ts';
import { follow } from '../follow.ts';
import { knownConnection, open } from './connection.ts';
import { interconnect } from '../../decision/topology.ts';
import { asIpv4, toNode } from '../translate.ts';
import type { Decision, Path } from '../../decision/verdict.ts';

/** Sends the packet to `port` of a node; a node that is down refuses as a closed port does. */
export const routeNode = (
  arrival: Arrival,
  path: Path,
  index: NodeIndex,
  port: number,
): Decision => {
  const { topology } = arrival.tables;
  const node = topology.nodes[index];
  if (node === undefined || node.state === 'down')
    return refuse(arrival, path, 'no-operating-node');
  const address = asIpv4(node.address);
  return leave(
    arrival,
    path,
    {
      egress: interconnect(topology),
      nextHop: address,
      rewrite: toNode(arrival.packet, address, port),
    },
    [],
  );
};

/**
 * Decides an inbound message of an entry that names one node. A TCP connection gets an entry of its own, so
 * that it stays where it is when the service moves or its node drains; what has none goes to the node all
 * the same, as it always did: no entry is needed to find it.
 */
export const routeSoleNode = (
  arrival: Arrival,
  path: Path,
  service: Service,
  node: NodeIndex,
): Decision => {
  const { packet, tables } = arrival;
  const stateless = (): Decision => routeNode(arrival, path, node, service.nodePort);
  if (packet.protocol !== PROTOCOL_TCP) return stateless();
  const known = knownConnection(arrival);
  if (known !== undefined) return follow(arrival, path, known);
  if (!opens(packet)) return stateless();
  // Opening refuses what is for a node that drains, whether there is room for an entry or not.
  const drains = tables.topology.nodes[node]?.state !== 'active';
  return drains || !connectionsFull(tables) ? open(arrival, path, service, [node]) : stateless();
};
