// Phases of a connection and how long each may be idle: RFC 5382 section 5, RFC 7857 section 2, RFC 4787
// section 4.3, RFC 5508 section 3.2.

import * as ipv4 from '../../wire/layout/ipv4.ts';
import { ACK, FIN, RST, SYN } from '../../wire/layout/tcp.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Timeouts } from '../topology.ts';
import type { Connection, Phase, Side } from './connection.ts';

/** `lastSeen` is written at most this often, milliseconds: most frames then change no table. */
export const LAST_SEEN_GRAIN = 1000;

const other = (side: Side): Side => (side === 'host' ? 'node' : 'host');

/** The phase after a TCP segment with `flags` from `side`. */
const tcpPhase = (connection: Connection, side: Side, flags: number): Phase => {
  const { phase, openedBy } = connection;
  if (phase === 'closing' || phase === 'reset') return phase;
  if ((flags & RST) !== 0) return 'reset';
  if ((flags & FIN) !== 0 && phase !== 'opening')
    return phase === 'half-closed' && connection.closedBy === other(side)
      ? 'closing'
      : 'half-closed';
  if (phase === 'opening' && side !== openedBy && (flags & (SYN | ACK)) === (SYN | ACK))
    return 'answered';
  // Only an opener that saw the answer acknowledges it; before that nothing is believed for hours.
  if (phase === 'answered' && side === openedBy && (flags & (SYN | ACK)) === ACK)
    return 'established';
  return phase;
};

/** Whether a packet asks for a new connection: for TCP by the flag that figure 10's text speaks of. */
export const opens = (packet: Packet): boolean =>
  packet.protocol !== ipv4.PROTOCOL_TCP || (packet.tcpFlags & (SYN | ACK | RST | FIN)) === SYN;

/** The phase a new connection has. */
export const firstPhase = (protocol: number): Phase =>
  protocol === ipv4.PROTOCOL_TCP ? 'opening' : 'one-way';

/** A connection that a packet opened at `now`, between the ends given. */
export const opened = (
  ends: Omit<Connection, 'phase' | 'closedBy' | 'openedAt' | 'lastSeen'>,
  now: number,
): Connection => ({
  ...ends,
  phase: firstPhase(ends.protocol),
  closedBy: null,
  openedAt: now,
  lastSeen: now,
});

/**
 * The connection after a message of it passed at `now`; the same value where nothing that matters
 * changed. `flags` are the TCP flags, 0 for other protocols.
 */
export const advance = (
  connection: Connection,
  side: Side,
  flags: number,
  now: number,
): Connection => {
  const phase =
    connection.protocol === ipv4.PROTOCOL_TCP
      ? tcpPhase(connection, side, flags)
      : side === connection.openedBy
        ? connection.phase
        : 'two-way';
  if (phase === connection.phase && now - connection.lastSeen < LAST_SEEN_GRAIN) return connection;
  const closedBy = phase === 'half-closed' ? (connection.closedBy ?? side) : connection.closedBy;
  return { ...connection, phase, closedBy, lastSeen: now };
};

/**
 * Idle milliseconds that a connection is kept. A half-closed one still carries data one way (rsh does),
 * so it is given the time of an established one.
 */
export const idleLimit = (connection: Connection, timeouts: Timeouts): number => {
  if (connection.protocol === ipv4.PROTOCOL_UDP) return timeouts.udp;
  if (connection.protocol === ipv4.PROTOCOL_ICMP) return timeouts.icmp;
  return connection.phase === 'established' || connection.phase === 'half-closed'
    ? timeouts.tcpEstablished
    : timeouts.tcpTransitory;
};

export const isExpired = (connection: Connection, timeouts: Timeouts, now: number): boolean =>
  now - connection.lastSeen >= idleLimit(connection, timeouts);

/** Whether a SYN may take the place of this connection: it has ended (RFC 9293 section 3.6.1). */
export const isOver = (connection: Connection): boolean =>
  connection.phase === 'closing' || connection.phase === 'reset';
