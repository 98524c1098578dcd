// The last step of every packet that goes on (box 580, box 640): size, next hop, frame.

import type { Ipv4Address, MacAddress } from '../wire/address.ts';
import { NO_MAC } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { copyOf } from '../wire/bytes.ts';
import {
  CODE_FRAGMENTATION_NEEDED,
  CODE_HOST_UNREACHABLE,
  CODE_TTL_EXCEEDED,
  DESTINATION_UNREACHABLE,
  TIME_EXCEEDED,
} from '../wire/layout/icmp.ts';
import type { Rewrite } from '../wire/rewrite.ts';
import { rewritten } from '../wire/rewritten.ts';
import { icmpError } from '../host/error.ts';
import { fragmentsOf } from '../host/fragmentation.ts';
import { reach } from '../host/neighbours.ts';
import { isComplete } from '../host/reassembly.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import type { Change, Held } from '../decision/tables.ts';
import type { LinkSettings } from '../decision/topology.ts';
import { LOCAL } from '../decision/topology.ts';
import { fragmentExitOf, laterRewrite } from './fragment-exit.ts';
import type { Path } from '../decision/path.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Forwarding, Send } from '../decision/send.ts';

/** Where a packet goes from here: the link, the next hop on it, and what changes on the way. */
export interface Exit {
  readonly egress: LinkSettings;
  readonly nextHop: Ipv4Address;
  /** Null: the packet is left as it is (A14). */
  readonly rewrite: Rewrite | null;
}

const NOTHING: readonly never[] = [];

/** The address that the gateway has towards the sender: errors about a packet come from there. */
const ownAddress = ({ tables, ingress, packet }: Arrival): Ipv4Address =>
  tables.topology.clusterAddresses.has(packet.destination)
    ? packet.destination
    : ingress.address.address;

/** An IP packet in a frame: where it starts, and how long it is, bytes. */
interface Extent {
  readonly frame: ReadonlyBytes;
  readonly at: number;
  readonly length: number;
}

const forwardingOf = (
  { at, length }: Pick<Extent, 'at' | 'length'>,
  { egress }: Exit,
  rewrite: Rewrite | null,
  destination: MacAddress | null,
): Forwarding => ({
  egress: egress.link,
  at,
  length,
  addresses: destination === null ? null : { destination, source: egress.mac },
  rewrite,
});

/** The packet in a frame of its own, or in several where it is larger than the link carries. */
const sendsOf = (
  packet: Extent,
  exit: Exit,
  rewrite: Rewrite | null,
  destination: MacAddress | null,
): readonly Send[] => {
  const { frame, at, length } = packet;
  const egress = exit.egress.link;
  if (length <= exit.egress.mtu)
    return [{ frame, egress, forwarding: forwardingOf(packet, exit, rewrite, destination) }];
  const whole = rewritten(frame, at, length, rewrite, null);
  return fragmentsOf(whole, exit.egress.mtu).map((bytes) => {
    const piece = { at: 0, length: bytes.length };
    return { frame: bytes, egress, forwarding: forwardingOf(piece, exit, null, destination) };
  });
};

/** The fragments that waited for the first one, to leave behind it. */
const companionsOf = (
  { datagram }: Arrival,
  exit: Exit,
  destination: MacAddress | null,
): readonly Send[] =>
  datagram === null
    ? NOTHING
    : datagram.held.flatMap((held) =>
        sendsOf(held, exit, laterRewrite(held.at, exit.rewrite), destination),
      );

/** What becomes of the datagram whose first fragment leaves: the others follow it. */
const followed = (arrival: Arrival, path: Path, exit: Exit): readonly Change[] => {
  const { datagram } = arrival;
  if (datagram === null) return NOTHING;
  if (isComplete(datagram)) return [{ kind: 'datagram-gone', datagram }];
  const fragmentExit = fragmentExitOf(path, exit);
  const fate = { kind: 'followed', exit: fragmentExit } as const;
  return [{ kind: 'datagram', datagram: { ...datagram, fate, held: NOTHING } }];
};

/** The packet as it waits for its next hop: a copy, since the frame's own bytes are used again. */
const held = (arrival: Arrival, path: Path, exit: Exit): Held => {
  const { ingress, packet } = arrival;
  const frame = copyOf(arrival.frame);
  const { at, length } = packet;
  const own = sendsOf({ frame, at, length }, exit, exit.rewrite, NO_MAC);
  const sends = [...own, ...companionsOf(arrival, exit, NO_MAC)];
  return { frame, ingress: ingress.link, path, sends };
};

const leaveWith = (
  arrival: Arrival,
  path: Path,
  exit: Exit,
  destination: MacAddress | null,
  sends: readonly Send[],
  changes: readonly Change[],
): Decision => {
  const { frame, packet } = arrival;
  const behind =
    arrival.datagram === null ? sends : [...sends, ...companionsOf(arrival, exit, destination)];
  if (packet.length > exit.egress.mtu) {
    const { at, length } = packet;
    const pieces = sendsOf({ frame, at, length }, exit, exit.rewrite, destination);
    const verdict = { kind: 'split', reason: 'larger-than-mtu' } as const;
    return { verdict, path, sends: [...pieces, ...behind], changes };
  }
  const forwarding = forwardingOf(packet, exit, exit.rewrite, destination);
  const kind = exit.egress.link === LOCAL ? 'deliver' : 'forward';
  return { verdict: { kind, forwarding }, path, sends: behind, changes };
};

/** The packet leaves by `exit`: at once, in fragments, later, or not, with an error to its sender. */
export const leave = (
  arrival: Arrival,
  path: Path,
  exit: Exit,
  ownChanges: readonly Change[],
): Decision => {
  const { tables, packet, now } = arrival;
  const { egress, nextHop } = exit;
  const hops = exit.rewrite?.hops ?? 0;
  if (hops > 0 && packet.ttl <= hops)
    return icmpError(
      arrival,
      path,
      'ttl-exceeded',
      ownAddress(arrival),
      TIME_EXCEEDED,
      CODE_TTL_EXCEEDED,
    );
  if (packet.length > egress.mtu && packet.dontFragment)
    return icmpError(
      arrival,
      path,
      'fragmentation-needed',
      ownAddress(arrival),
      DESTINATION_UNREACHABLE,
      CODE_FRAGMENTATION_NEEDED,
      egress.mtu,
    );
  const changes =
    arrival.datagram === null ? ownChanges : [...ownChanges, ...followed(arrival, path, exit)];
  if (egress.framing === 'ip') return leaveWith(arrival, path, exit, null, NOTHING, changes);
  const reached = reach(tables, egress, nextHop, now);
  if (reached.kind === 'refused') return drop(path, reached.reason);
  if (reached.kind === 'known') {
    const all = reached.changes.length === 0 ? changes : [...changes, ...reached.changes];
    return leaveWith(arrival, path, exit, reached.mac, reached.sends, all);
  }
  const neighbour = {
    ...reached.neighbour,
    held: [...reached.neighbour.held, held(arrival, path, exit)],
  };
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
    DESTINATION_UNREACHABLE,
    CODE_HOST_UNREACHABLE,
  );
