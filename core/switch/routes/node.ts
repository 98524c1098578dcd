// An entry without routing function (box 560, A7), and ports whose node is computed (box 550, A5).

import { refuse } from '../../host/refusal.ts';
import type { Arrival } from '../../decision/arrival.ts';
import type { Exit } from '../exit.ts';
import { leave } from '../leave.ts';
import { operates, operating, receiving } from '../operating.ts';
import type { Embodiment, NodeIndex, Service, Topology } from '../../decision/topology.ts';
import { linkSettings, INTERCONNECT } from '../../decision/topology.ts';
import { opens } from '../../decision/connection/phase.ts';
import { PROTOCOL_TCP } from '../../wire/layout/ipv4.ts';
import type { Packet } from '../../wire/packet.ts';
import { follow } from '../follow.ts';
import { roomFor } from '../room.ts';
import { knownConnection, open } from './connection.ts';
import { asIpv4, toNode } from '../translate.ts';
import { wayChanges } from '../way-out.ts';
import type { Path } from '../../decision/path.ts';
import type { Decision } from '../../decision/verdict.ts';

/** To `port` of a node: rewritten, or as it is in a frame for the node (A14). Null: no such node. */
export const exitTo = (
  topology: Topology,
  packet: Packet,
  embodiment: Embodiment,
  index: NodeIndex,
  port: number,
): Exit | null => {
  const node = topology.nodes[index];
  if (node === undefined) return null;
  const nextHop = asIpv4(node.address);
  const rewrite = embodiment === 'direct' ? null : toNode(packet, nextHop, port);
  return { egress: linkSettings(topology, INTERCONNECT), nextHop, rewrite, follows: null };
};

/** Sends the packet to a port of a node without an entry; refused when there is no node for it. */
export const routeNode = (
  arrival: Arrival,
  path: Path,
  embodiment: Embodiment,
  node: NodeIndex | null,
  port: number,
): Decision => {
  const { tables, packet } = arrival;
  const exit = node === null ? null : exitTo(tables.topology, packet, embodiment, node, port);
  return exit === null
    ? refuse(arrival, path, 'no-operating-node')
    : leave(arrival, path, exit, wayChanges(arrival));
};

/** A port that the node at `index` allocates: nobody else can have it, so no backup takes its place. */
export const routeNonSpecific = (arrival: Arrival, index: NodeIndex): Decision => {
  const { topology } = arrival.tables;
  const node = operates(topology.nodes[index]) ? index : null;
  const { destinationPort } = arrival.packet;
  return routeNode(arrival, 'inbound-non-specific', topology.embodiment, node, destinationPort);
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
  const { topology } = tables;
  const stateless = (): Decision => {
    const to = operating(topology, node);
    return routeNode(arrival, path, service.embodiment, to, service.nodePort);
  };
  const known = knownConnection(arrival);
  if (known !== undefined) return follow(arrival, path, known);
  if (packet.protocol !== PROTOCOL_TCP || !opens(packet)) return stateless();
  const receiver = receiving(topology, node);
  if (receiver === null) return refuse(arrival, path, 'no-operating-node');
  if (roomFor(tables, undefined) === null) return stateless();
  const plan = { kind: 'turns', turns: [receiver] } as const;
  return open(arrival, path, service, plan);
};
