// Datagrams that come in fragments (D3; RFC 791 section 3.2, RFC 815): what has come of them, and what
// becomes of the rest. The first fragment, which has the ports, chooses for all.

import type { Ipv4Address } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Dictionary } from './dictionary.ts';
import type { Path } from './path.ts';
import type { Reason } from './reason.ts';
import type { Link } from './topology.ts';

/** Bytes of a datagram's data that have come: from the first, to before the last. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

/** A fragment that waits: a copy of its frame, and where its IP packet lies in it (bytes). */
export interface HeldFragment {
  readonly frame: ReadonlyBytes;
  readonly at: number;
  readonly length: number;
  /** Where its data belong in the datagram, bytes. */
  readonly from: number;
}

/** Where the fragments of a datagram go: what the first one's exit was, without ports. */
export interface FragmentExit {
  readonly path: Path;
  readonly egress: Link;
  readonly nextHop: Ipv4Address;
  /** Null: the packet is left as it is. */
  readonly addresses: {
    readonly source: Ipv4Address;
    readonly destination: Ipv4Address;
    readonly hops: number;
  } | null;
}

export type Fate =
  /** The first fragment has not come; or the whole is needed, and some has not. */
  | { readonly kind: 'held' }
  | { readonly kind: 'followed'; readonly exit: FragmentExit }
  | { readonly kind: 'dropped'; readonly reason: Reason };

/** A datagram of which fragments have come (RFC 791: source, destination, protocol, identification). */
export interface Datagram {
  readonly ingress: Link;
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly protocol: number;
  readonly identification: number;
  /** In rising order; none overlap. */
  readonly pieces: readonly Piece[];
  /** Bytes of data in all; -1 until the last fragment came. */
  readonly total: number;
  readonly fate: Fate;
  readonly held: readonly HeldFragment[];
  /** When its first piece came, milliseconds: the time allowed is not extended (RFC 1122 section 3.3.2). */
  readonly since: number;
  /** How many datagrams its pair of hosts had begun when its last piece came ({@link Pair}). */
  readonly turn: number;
}

/** A pair of hosts with datagrams in the table: it tells old pieces from new ones of the same identification. */
export interface Pair {
  /** Datagrams that it has begun since it stands here. */
  readonly begun: number;
  /** Those that are in the table. */
  readonly known: number;
}

export interface DatagramTable {
  readonly byKey: Dictionary<string, Datagram>;
  readonly pairs: Dictionary<string, Pair>;
  /** Bytes of all frames that are held. */
  readonly heldBytes: number;
}

export const datagramKey = (
  ingress: Link,
  source: Ipv4Address,
  destination: Ipv4Address,
  protocol: number,
  identification: number,
): string => `${ingress} ${source} ${destination} ${protocol} ${identification}`;

export const datagramKeyOf = (d: Datagram): string =>
  datagramKey(d.ingress, d.source, d.destination, d.protocol, d.identification);

export const pairKey = ({
  ingress,
  source,
  destination,
}: Pick<Datagram, 'ingress' | 'source' | 'destination'>): string =>
  `${ingress} ${source} ${destination}`;

export const heldBytes = ({ held }: Datagram): number =>
  held.reduce((sum, { frame }) => sum + frame.length, 0);

/** The table with `datagram` in place of what was known of it. */
export const withDatagram = (table: DatagramTable, datagram: Datagram): DatagramTable => {
  const key = datagramKeyOf(datagram);
  const before = table.byKey.get(key);
  const pair = pairKey(datagram);
  const { begun, known } = table.pairs.get(pair) ?? { begun: 0, known: 0 };
  return {
    heldBytes: table.heldBytes - (before ? heldBytes(before) : 0) + heldBytes(datagram),
    byKey: table.byKey.set(key, datagram),
    pairs: before ? table.pairs : table.pairs.set(pair, { begun: begun + 1, known: known + 1 }),
  };
};

export const withoutDatagram = (table: DatagramTable, datagram: Datagram): DatagramTable => {
  const key = datagramKeyOf(datagram);
  const before = table.byKey.get(key);
  if (before === undefined) return table;
  const pair = pairKey(before);
  const { begun, known } = table.pairs.get(pair) ?? { begun: 0, known: 1 };
  return {
    heldBytes: table.heldBytes - heldBytes(before),
    byKey: table.byKey.delete(key),
    pairs:
      known > 1 ? table.pairs.set(pair, { begun, known: known - 1 }) : table.pairs.delete(pair),
  };
};
