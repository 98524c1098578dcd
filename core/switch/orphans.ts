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
import { outsideKey, outsideKeyOf } from '../decision/connection/connection.ts';
import { hash4, hashText } from '../decision/keyed-hash.ts';
import type { Orphan } from '../decision/orphan.ts';
import type { Path } from '../decision/path.ts';
import type { Change, Tables } from '../decision/tables.ts';
import type { Send } from '../decision/send.ts';
import { GATEWAY } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import { originate } from '../host/originate.ts';
import type { Originated } from '../host/originate.ts';
import { reply } from '../host/reply.ts';
import { asIpv4 } from './translate.ts';
import { wayBack } from './way-out.ts';

/** Probes of one host, and the time between them, milliseconds. */
export const PROBES = 4;
export const PROBE_EVERY = 500;
/** How many are probed in one tick: a cluster's worth in a second, without a burst that devices lose. */
const PROBED_AT_ONCE = 5000;

/** The changes by which `connection` ends because its node is gone. */
export const orphaned = (connection: Connection): readonly Change[] => {
  const gone: Change = { kind: 'connection-gone', connection };
  if (connection.protocol !== PROTOCOL_TCP || connection.node === GATEWAY) return [gone];
  const isDone = connection.phase === 'closing' || connection.phase === 'reset';
  if (isDone) return [gone];
  return [gone, { kind: 'orphan', orphan: { connection, probedAt: 0, probed: 0 } }];
};

const NO_BYTES = new Uint8Array(0);

/** A segment from the cluster to the connection's host, with flags only. */
const bare = (
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

const orphanOf = ({ tables, packet }: Arrival): Orphan | undefined => {
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  return tables.orphans.size === 0
    ? undefined
    : tables.orphans.get(
        outsideKey(protocol, source, sourcePort, destination, destinationPort),
      );
};

/** A new connection took the place of what was an orphan. */
export const orphanOver = (arrival: Arrival): readonly Change[] => {
  const orphan = orphanOf(arrival);
  return orphan === undefined ? [] : [{ kind: 'orphan-gone', orphan }];
};

/** What the host of an orphan is told when it says something; null when it is no orphan's. */
export const orphanAnswer = (arrival: Arrival, path: Path): Decision | null => {
  const { frame, packet } = arrival;
  const orphan = orphanOf(arrival);
  if (orphan === undefined) return null;
  const gone: Change = { kind: 'orphan-gone', orphan };
  if ((packet.tcpFlags & layout.RST) !== 0) return drop(path, 'no-connection', [gone]);
  if ((packet.tcpFlags & layout.ACK) === 0) return drop(path, 'no-connection');
  const expected = u32(frame, packet.transportAt + layout.ACKNOWLEDGEMENT);
  const bytes = bare(orphan.connection, layout.RST, expected, 0);
  const reset = reply(arrival, packet.destination, PROTOCOL_TCP, bytes);
  return answer(path, 'orphan-reset', [reset], [gone]);
};

/** A segment of an orphan's that its host cannot take for right, and answers with what would be. */
const probe = (tables: Tables, { connection, probed }: Orphan, now: number): Originated | null => {
  const { hashKey } = tables.topology;
  const host = asIpv4(connection.hostAddress);
  const cluster = asIpv4(connection.clusterAddress);
  const way = wayBack(tables.topology, cluster, host);
  if (way === null) return null;
  const seed = hashText(hashKey, outsideKeyOf(connection));
  const sequence = hash4(hashKey, seed, probed, 1, 0);
  const acknowledgement = hash4(hashKey, seed, probed, 2, 0);
  const payload = bare(connection, layout.ACK, sequence, acknowledgement);
  const packet = { source: cluster, destination: host, protocol: PROTOCOL_TCP, payload };
  return originate(tables, way.network, way.nextHop, packet, now);
};

/** What is due for an orphan at `now`. */
const isDue = ({ probed, probedAt }: Orphan, transitory: number, now: number): boolean => {
  if (probed === 0) return true;
  return now - probedAt >= (probed < PROBES ? PROBE_EVERY : transitory);
};

/** The hosts that are due to be probed at `now`, a bounded number of them. */
export const probes = (
  tables: Tables,
  now: number,
): { readonly sends: readonly Send[]; readonly changes: readonly Change[] } => {
  const { tcpTransitory } = tables.topology.timeouts;
  const sends: Send[] = [];
  const changes: Change[] = [];
  const hops = new Set<string>();
  let count = 0;
  for (const orphan of tables.orphans.values()) {
    if (!isDue(orphan, tcpTransitory, now)) continue;
    if (count++ >= PROBED_AT_ONCE) break;
    if (orphan.probed >= PROBES) {
      changes.push({ kind: 'orphan-gone', orphan });
      continue;
    }
    const probed = probe(tables, orphan, now);
    if (probed?.send) sends.push(probed.send);
    // Many have the same next hop, which is asked for once.
    if (probed !== null && !hops.has(probed.hop)) {
      hops.add(probed.hop);
      sends.push(...probed.asks);
      changes.push(...probed.changes);
    }
    const next: Orphan = { ...orphan, probedAt: now, probed: orphan.probed + 1 };
    changes.push({ kind: 'orphan', orphan: next });
  }
  return { sends, changes };
};
