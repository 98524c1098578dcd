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
import type { Packet } from '../wire/packet.ts';
import type { Rewrite } from '../wire/rewrite.ts';
import { rewritten } from '../wire/rewritten.ts';
import { icmpError } from '../host/error.ts';
import { fragmentsOf } from '../host/fragmentation.ts';
import { reach } from '../host/neighbours.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import type { Change, Held } from '../decision/tables.ts';
import type { LinkSettings } from '../decision/topology.ts';
import { LOCAL } from '../decision/topology.ts';
import type { Decision, Path } from '../decision/verdict.ts';
import type { Forwarding, Send } from '../decision/send.ts';

/** Where a packet goes from here: the link, the next hop on it, and what changes on the way. */
export interface Exit {
  readonly egress: LinkSettings;
  readonly nextHop: Ipv4Address;
  readonly rewrite: Rewrite;
}

const NO_SENDS: readonly Send[] = [];

const forwardingOf = (packet: Packet, exit: Exit, destination: MacAddress | null): Forwarding => ({
  egress: exit.egress.link,
  at: packet.at,
  length: packet.length,
  addresses: destination === null ? null : { destination, source: exit.egress.mac },
  rewrite: exit.rewrite,
});

/** The address that the gateway has towards the sender: errors about a packet come from there. */
const ownAddress = ({ tables, ingress, packet }: Arrival): Ipv4Address =>
  tables.topology.clusterAddresses.has(packet.destination)
    ? packet.destination
    : ingress.address.address;

/** A whole packet, rewritten and without Ethernet header: what fragments are cut from. */
const packetOut = (frame: ReadonlyBytes, packet: Packet, rewrite: Rewrite): Uint8Array =>
  rewritten(frame, packet.at, packet.length, rewrite, null);

/** The packet in frames of its own, each a fragment. */
const split = (
  frame: ReadonlyBytes,
  packet: Packet,
  exit: Exit,
  destination: MacAddress | null,
): readonly Send[] =>
  fragmentsOf(packetOut(frame, packet, exit.rewrite), exit.egress.mtu).map((bytes) => ({
    frame: bytes,
    egress: exit.egress.link,
    forwarding: {
      egress: exit.egress.link,
      at: 0,
      length: bytes.length,
      addresses: destination === null ? null : { destination, source: exit.egress.mac },
      rewrite: null,
    },
  }));

/** The packet as it waits for its next hop: a copy, since the frame's own bytes are used again. */
const held = ({ frame, ingress, packet }: Arrival, exit: Exit): Held => {
  const egress = exit.egress.link;
  const copy = copyOf(frame);
  const sends =
    packet.length > exit.egress.mtu
      ? split(frame, packet, exit, NO_MAC)
      : [{ frame: copy, egress, forwarding: forwardingOf(packet, exit, NO_MAC) }];
  return { frame: copy, ingress: ingress.link, sends };
};

const leaveWith = (
  arrival: Arrival,
  path: Path,
  exit: Exit,
  destination: MacAddress | null,
  sends: readonly Send[],
  changes: readonly Change[],
): Decision => {
  if (arrival.packet.length > exit.egress.mtu) {
    const verdict = { kind: 'split', reason: 'larger-than-mtu' } as const;
    return {
      verdict,
      path,
      sends: [...sends, ...split(arrival.frame, arrival.packet, exit, destination)],
      changes,
    };
  }
  const forwarding = forwardingOf(arrival.packet, exit, destination);
  const kind = exit.egress.link === LOCAL ? 'deliver' : 'forward';
  return { verdict: { kind, forwarding }, path, sends, changes };
};

/** The packet leaves by `exit`: at once, in fragments, later, or not, with an error to its sender. */
export const leave = (
  arrival: Arrival,
  path: Path,
  exit: Exit,
  changes: readonly Change[],
): Decision => {
  const { tables, packet, now } = arrival;
  const { egress, nextHop } = exit;
  if (exit.rewrite.hops > 0 && packet.ttl <= exit.rewrite.hops)
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
  if (egress.framing === 'ip') return leaveWith(arrival, path, exit, null, NO_SENDS, changes);
  const reached = reach(tables, egress, nextHop, now);
  if (reached.kind === 'refused') return drop(path, reached.reason);
  if (reached.kind === 'known') {
    const all = reached.changes.length === 0 ? changes : [...changes, ...reached.changes];
    return leaveWith(arrival, path, exit, reached.mac, reached.sends, all);
  }
  const neighbour = {
    ...reached.neighbour,
    held: [...reached.neighbour.held, held(arrival, exit)],
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
