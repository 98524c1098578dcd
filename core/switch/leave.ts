// The last step of every packet that goes on (box 580, box 640): size, next hop, frame.

import type { Ipv4Address, MacAddress } from '../wire/address.ts';
import { NO_MAC } from '../wire/address.ts';
import { copyOf } from '../wire/bytes.ts';
import * as icmp from '../wire/layout/icmp.ts';
import { icmpError } from '../host/error.ts';
import { waiting } from '../host/neighbour-room.ts';
import { reach } from '../host/neighbours.ts';
import { isComplete } from '../host/reassembly.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import type { Change, Held } from '../decision/tables.ts';
import { LOCAL } from '../decision/topology.ts';
import type { Exit } from './exit.ts';
import { companionsOf, forwardingOf, sendsOf } from './departure.ts';
import { fragmentExitOf } from './fragment-exit.ts';
import type { Path } from '../decision/path.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Send } from '../decision/send.ts';

const NOTHING: readonly never[] = [];

/** The address that the gateway has towards the sender: errors about a packet come from there. */
const ownAddress = ({ tables, ingress, packet }: Arrival): Ipv4Address =>
  tables.topology.clusterAddresses.has(packet.destination)
    ? packet.destination
    : ingress.address.address;

/** What becomes of the datagram whose first fragment leaves: the others follow it. */
const followed = ({ datagram }: Arrival, path: Path, exit: Exit): readonly Change[] => {
  if (datagram === null) return NOTHING;
  if (isComplete(datagram)) return [{ kind: 'datagram-gone', datagram }];
  const fate = { kind: 'followed', exit: fragmentExitOf(path, exit) } as const;
  return [{ kind: 'datagram', datagram: { ...datagram, fate, held: NOTHING } }];
};

/** The packet as it waits for its next hop: a copy, since the frame's own bytes are used again. */
const held = ({ ingress, packet, datagram, ...arrival }: Arrival, path: Path, exit: Exit): Held => {
  const frame = copyOf(arrival.frame);
  const { at, length } = packet;
  const own = sendsOf({ frame, at, length }, exit, NO_MAC);
  const behind = datagram === null ? NOTHING : companionsOf(datagram, exit, NO_MAC);
  return { frame, ingress: ingress.link, path, sends: [...own, ...behind] };
};

/** The packet leaves now: in its own frame, or in pieces; with it those that waited for it. */
const leaveNow = (
  { frame, packet, datagram }: Arrival,
  path: Path,
  exit: Exit,
  destination: MacAddress | null,
  sends: readonly Send[],
  changes: readonly Change[],
): Decision => {
  const behind =
    datagram === null ? sends : [...sends, ...companionsOf(datagram, exit, destination)];
  const { at, length } = packet;
  if (length > exit.egress.mtu) {
    const pieces = sendsOf({ frame, at, length }, exit, destination);
    const verdict = { kind: 'split', reason: 'larger-than-mtu' } as const;
    return { verdict, path, sends: [...pieces, ...behind], changes };
  }
  const forwarding = forwardingOf(packet, exit, destination);
  const { nextHop, follows } = exit;
  return exit.egress.link === LOCAL
    ? { verdict: { kind: 'deliver', forwarding }, path, sends: behind, changes }
    : { verdict: { kind: 'forward', forwarding, nextHop, follows }, path, sends: behind, changes };
};

/** What keeps the packet from passing by `exit`, and what its sender is told; null: nothing. */
const obstacle = (arrival: Arrival, path: Path, { egress, rewrite }: Exit): Decision | null => {
  const { packet } = arrival;
  const hops = rewrite?.hops ?? 0;
  if (hops > 0 && packet.ttl <= hops)
    return icmpError(
      arrival,
      path,
      'ttl-exceeded',
      ownAddress(arrival),
      icmp.TIME_EXCEEDED,
      icmp.CODE_TTL_EXCEEDED,
    );
  if (packet.length <= egress.mtu || !packet.dontFragment) return null;
  return icmpError(
    arrival,
    path,
    'fragmentation-needed',
    ownAddress(arrival),
    icmp.DESTINATION_UNREACHABLE,
    icmp.CODE_FRAGMENTATION_NEEDED,
    egress.mtu,
  );
};

/** The packet leaves by `exit`: at once, in fragments, later, or not, with an error to its sender. */
export const leave = (
  arrival: Arrival,
  path: Path,
  exit: Exit,
  ownChanges: readonly Change[],
): Decision => {
  const { tables, now } = arrival;
  const { egress, nextHop } = exit;
  const refusal = obstacle(arrival, path, exit);
  if (refusal !== null) return refusal;
  const changes =
    arrival.datagram === null ? ownChanges : [...ownChanges, ...followed(arrival, path, exit)];
  if (egress.framing === 'ip') return leaveNow(arrival, path, exit, null, NOTHING, changes);
  const reached = reach(tables, egress, nextHop, now);
  if (reached.kind === 'refused') return drop(path, reached.reason);
  if (reached.kind === 'known') {
    const all = reached.changes.length === 0 ? changes : [...changes, ...reached.changes];
    return leaveNow(arrival, path, exit, reached.mac, reached.sends, all);
  }
  const neighbour = waiting(tables, reached.neighbour, held(arrival, path, exit));
  if (neighbour === null) return drop(path, 'neighbour-queue-full');
  return {
    verdict: { kind: 'hold', reason: 'neighbour-unresolved' },
    path,
    sends: reached.sends,
    changes: [...changes, ...reached.changes, { kind: 'neighbour', neighbour }],
  };
};

/** No way leads to the destination. */
export const noWay = (arrival: Arrival, path: Path): Decision =>
  icmpError(
    arrival,
    path,
    'host-unreachable',
    ownAddress(arrival),
    icmp.DESTINATION_UNREACHABLE,
    icmp.CODE_HOST_UNREACHABLE,
  );
