// ICMP errors from outside, about packets that the cluster sent (D2; RFC 5508 section 4.2): to the node that
// sent what they quote.

import type { Ipv4Address } from '../wire/address.ts';
import { faultName } from '../wire/fault.ts';
import type { Quoted } from '../wire/packet.ts';
import { isPortType, quotedIn } from '../wire/packet.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import { connectionToHost } from '../decision/connection/lookup.ts';
import type { NodeIndex, Service, Topology } from '../decision/topology.ts';
import { GATEWAY, LOCAL, interconnect, serviceKey } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Exit } from './exit.ts';
import { spend } from '../host/error.ts';
import { leave } from './leave.ts';
import { leaveToAll } from './leave-to-all.ts';
import { nodePortOf } from './mount-port.ts';
import { operates } from './operating.ts';
import { nonSpecificNode } from './owner.ts';
import { errorRewrite } from './quoted.ts';
import { asIpv4 } from './translate.ts';

const PATH = 'inbound-not-port-type';

/** Who sent the quoted packet: the address and port that it knows itself by. */
interface Sender {
  readonly node: NodeIndex;
  readonly address: Ipv4Address;
  readonly port: number;
}

const nodeAddress = (topology: Topology, node: NodeIndex): Ipv4Address =>
  node === GATEWAY
    ? interconnect(topology).address.address
    : asIpv4(topology.nodes[node]?.address ?? interconnect(topology).address.address);

/** The nodes that may have sent a packet from a service's port without an entry. */
const nodesBehind = ({ nodes }: Topology, { route }: Service): readonly NodeIndex[] => {
  if (route.kind === 'node') {
    const backup = nodes[route.node]?.backup ?? null;
    return backup === null ? [route.node] : [route.node, backup];
  }
  return route.kind === 'mount' || route.kind === 'nfs' ? nodes.map((_, index) => index) : [];
};

/**
 * Who may have sent the quoted packet. Of NFS and MOUNT, whose datagrams have no entries, every node may:
 * what they are told, such as the MTU of a path, is true for all of them.
 */
const sendersOf = ({ tables, now }: Arrival, quoted: Quoted): readonly Sender[] => {
  const { topology } = tables;
  const { protocol, source, sourcePort } = quoted;
  const connection = connectionToHost(tables, quoted, now);
  if (connection !== undefined) {
    const { node, nodePort } = connection;
    return [{ node, address: asIpv4(connection.nodeAddress), port: nodePort }];
  }
  if (!isPortType(protocol) || !topology.clusterAddresses.has(source)) return [];
  const service = topology.services.get(serviceKey(sourcePort, protocol));
  if (service !== undefined)
    return nodesBehind(topology, service)
      .filter((node) => operates(topology.nodes[node]))
      .map((node) => ({
        node,
        address: service.embodiment === 'direct' ? source : nodeAddress(topology, node),
        port: nodePortOf(tables, service, node),
      }));
  const computed = nonSpecificNode(topology, protocol, sourcePort);
  const node = computed >= 0 ? computed : GATEWAY;
  const isDirect = computed >= 0 && topology.embodiment === 'direct';
  return [{ node, address: isDirect ? source : nodeAddress(topology, node), port: sourcePort }];
};

/** How an error gets to who sent what it quotes; null: to the gateway's own stack, and there is none. */
const exitToSender = (
  { tables, packet }: Arrival,
  quoted: Quoted,
  { node, address, port }: Sender,
): Exit | null => {
  const { topology } = tables;
  const egress = node === GATEWAY ? (topology.links[LOCAL] ?? null) : interconnect(topology);
  if (egress === null) return null;
  const outer = { source: packet.source, destination: address };
  const inner = { source: address, sourcePort: port };
  const rewrite = errorRewrite(packet, quoted, outer, inner);
  return { egress, nextHop: nodeAddress(topology, node), rewrite, follows: null };
};

/** Decides an error from outside about a packet that the cluster, or a node by its own address, sent. */
export const inboundError = (arrival: Arrival): Decision => {
  const { frame, packet } = arrival;
  const quoted = quotedIn(frame, packet);
  if (typeof quoted === 'number') return drop(PATH, faultName(quoted) as 'icmp-quote-truncated');
  if (quoted.source !== packet.destination) return drop(PATH, 'icmp-no-connection');
  const exits = sendersOf(arrival, quoted).flatMap(
    (sender) => exitToSender(arrival, quoted, sender) ?? [],
  );
  const [first, ...others] = exits;
  if (first === undefined) return drop(PATH, 'icmp-no-connection');
  if (others.length === 0) return leave(arrival, PATH, first, []);
  // One that goes to many may be forged: their number is bounded like that of the gateway's own errors.
  const budget = spend(arrival.tables.errorBudget, arrival.now, 'errors');
  return budget === null
    ? drop(PATH, 'error-rate')
    : leaveToAll(arrival, PATH, [first, ...others], [{ kind: 'error-budget', budget }]);
};
