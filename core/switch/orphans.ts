// TCP connections whose node is gone (A21): their hosts are told at once. A reset must carry the number that
// the host expects (RFC 5961 section 3.2), which the gateway does not track. So it sends a segment that
// cannot be right; the host answers with what it expects (RFC 9293 section 3.10.7.4), and gets its reset.

import { u32 } from '../wire/bytes.ts';
import * as layout from '../wire/layout/tcp.ts';
import { PROTOCOL_TCP } from '../wire/layout/ipv4.ts';
import * as tcp from '../wire/tcp.ts';
import type { Arrival } from '../decision/arrival.ts';
import { answer, drop } from '../decision/arrival.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { outsideKey } from '../decision/connection/connection.ts';
import { hasNode } from '../decision/connection/lookup.ts';
import { isDone, opens } from '../decision/connection/phase.ts';
import type { Orphan } from '../decision/orphan.ts';
import type { Path } from '../decision/path.ts';
import type { Change } from '../decision/tables.ts';
import { GATEWAY } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import { reply } from '../host/reply.ts';
import { asIpv4 } from './translate.ts';

/** The changes by which `connection` ends because its node is gone. */
export const orphaned = (connection: Connection): readonly Change[] => {
  const gone: Change = { kind: 'connection-gone', connection };
  if (connection.protocol !== PROTOCOL_TCP || connection.node === GATEWAY) return [gone];
  if (isDone(connection)) return [gone];
  return [gone, { kind: 'orphan', orphan: { connection, probedAt: 0, probed: 0 } }];
};

const NO_BYTES = new Uint8Array(0);

/** A segment from the cluster to the connection's host, with flags only. */
export const bareSegment = (
  { hostAddress, hostPort, clusterAddress, clusterPort }: Connection,
  flags: number,
  sequence: number,
  acknowledgement: number,
): Uint8Array =>
  tcp.encode(
    {
      sourcePort: clusterPort,
      destinationPort: hostPort,
      sequence,
      acknowledgement,
      flags,
      window: 0,
      urgentPointer: 0,
      options: NO_BYTES,
      payload: NO_BYTES,
    },
    asIpv4(clusterAddress),
    asIpv4(hostAddress),
  );

/** The orphan that a host's packet belongs to, or the entry that the sweep will make one of. */
const orphanOf = ({ tables, packet }: Arrival): Orphan | undefined => {
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  if (protocol !== PROTOCOL_TCP) return undefined;
  const ends = [protocol, source, sourcePort, destination, destinationPort] as const;
  const entry = tables.connections.outside(...ends);
  if (entry !== undefined && !hasNode(tables.topology, entry) && !isDone(entry))
    return { connection: entry, probedAt: 0, probed: 0 };
  return tables.orphans.size === 0 ? undefined : tables.orphans.get(outsideKey(...ends));
};

/**
 * What the host of an orphan is told when it says something; null when it is no orphan's, or opens another
 * connection in its place. The orphan stays until the host says that it has none: the reset may be lost, and
 * what it answers may have been forged.
 */
export const orphanAnswer = (arrival: Arrival, path: Path): Decision | null => {
  const { frame, packet } = arrival;
  const orphan = orphanOf(arrival);
  if (orphan === undefined || opens(packet)) return null;
  if ((packet.tcpFlags & layout.RST) !== 0)
    return drop(path, 'no-connection', [
      { kind: 'orphan-gone', orphan },
      { kind: 'connection-gone', connection: orphan.connection },
    ]);
  if ((packet.tcpFlags & layout.ACK) === 0) return drop(path, 'no-connection');
  const expected = u32(frame, packet.transportAt + layout.ACKNOWLEDGEMENT);
  const reset = bareSegment(orphan.connection, layout.RST, expected, 0);
  return answer(path, 'orphan-reset', [reply(arrival, packet.destination, PROTOCOL_TCP, reset)]);
};
