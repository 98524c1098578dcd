// Inbound messages: figure 5, boxes 505 to 580.

import * as icmp from '../wire/icmp.ts';
import { ECHO_REPLY, ECHO_REQUEST } from '../wire/layout/icmp.ts';
import { PROTOCOL_ICMP } from '../wire/layout/ipv4.ts';
import { isPortType } from '../wire/packet.ts';
import { echoReply } from '../host/echo.ts';
import { inboundError } from './inbound-error.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { follow } from './follow.ts';
import { connectionOfInbound } from '../decision/connection/lookup.ts';
import { nodeOfPort } from './non-specific-ports.ts';
import { orphanAnswer } from './orphans.ts';
import { routeConnection } from './routes/connection.ts';
import { routeMount } from './routes/mount.ts';
import { routeNfs } from './routes/nfs.ts';
import { routeNonSpecific, routeSoleNode } from './routes/node.ts';
import { routePortmapper } from './routes/portmapper.ts';
import type { Service } from '../decision/topology.ts';
import { serviceKey } from '../decision/topology.ts';
import { hasStack, toGateway } from './to-gateway.ts';
import type { Path } from '../decision/path.ts';
import type { Decision } from '../decision/verdict.ts';

/** A connection that a node opened to the outside: its answers come back under the outside key (D4). */
const openedByNode = ({ tables, packet, now }: Arrival): Connection | undefined =>
  connectionOfInbound(tables, packet, now);

/** Not of port type (box 525): handled as a host would. */
const notPortType = (arrival: Arrival, path: Path): Decision => {
  const { packet } = arrival;
  if (packet.protocol !== PROTOCOL_ICMP) return toGateway(arrival, path);
  if (packet.icmpType === ECHO_REQUEST) return echoReply(arrival, path);
  if (icmp.isError(packet.icmpType)) return inboundError(arrival);
  const connection = packet.icmpType === ECHO_REPLY ? openedByNode(arrival) : undefined;
  if (connection !== undefined) return follow(arrival, 'inbound-translated', connection);
  if (hasStack(arrival)) return toGateway(arrival, path);
  return drop(path, packet.icmpType === ECHO_REPLY ? 'no-connection' : 'icmp-unhandled');
};

/** How a packet that belongs to a connection gets on: by an entry of the message switch table, or by its own. */
const pathOf = (service: Service | undefined): Path => {
  if (service === undefined) return 'inbound-translated';
  return service.route.kind === 'node' ? 'inbound-node' : 'inbound-function';
};

/** An entry of the message switch table decides (box 555). */
const byEntry = (arrival: Arrival, service: Service): Decision => {
  const { route } = service;
  if (route.kind === 'node') return routeSoleNode(arrival, 'inbound-node', service, route.node);
  if (route.kind === 'connection') return routeConnection(arrival, service, route);
  if (route.kind === 'nfs') return routeNfs(arrival, service, route.field);
  return route.kind === 'mount' ? routeMount(arrival, service) : routePortmapper(arrival);
};

/** Decides a packet whose destination is a cluster address (box 515: yes). */
export const inbound = (arrival: Arrival): Decision => {
  const { tables, packet } = arrival;
  const { topology } = tables;
  if (!isPortType(packet.protocol)) return notPortType(arrival, 'inbound-not-port-type');
  const service = topology.services.get(serviceKey(packet.destinationPort, packet.protocol));
  const told = orphanAnswer(arrival, pathOf(service));
  if (told !== null) return told;
  if (service !== undefined) return byEntry(arrival, service);
  const connection = openedByNode(arrival);
  if (connection !== undefined) return follow(arrival, 'inbound-translated', connection);
  const ports = topology.nonSpecificPorts;
  const node =
    ports === null ? -1 : nodeOfPort(ports, topology.nodes.length, packet.destinationPort);
  return node >= 0 ? routeNonSpecific(arrival, node) : toGateway(arrival, 'inbound-unknown');
};
