// Hosts of connections whose node is gone, probed so that they can be told (A21): a few times each, and a
// bounded number of them in one tick.

import { ACK } from '../../wire/layout/tcp.ts';
import { PROTOCOL_TCP } from '../../wire/layout/ipv4.ts';
import { outsideKeyOf } from '../../decision/connection/connection.ts';
import { hash4, hashText } from '../../decision/keyed-hash.ts';
import type { Orphan } from '../../decision/orphan.ts';
import type { Change, NeighbourKey, Tables } from '../../decision/tables.ts';
import { neighbourKey } from '../../decision/tables.ts';
import type { Send } from '../../decision/send.ts';
import { hasRoom } from '../../host/neighbour-room.ts';
import { originate } from '../../host/originate.ts';
import { bareSegment } from '../orphans.ts';
import { asIpv4 } from '../translate.ts';
import type { WayOut } from '../way-out.ts';
import { wayBack } from '../way-out.ts';

/** Probes of one host, and the time between them, milliseconds. */
export const PROBES = 4;
export const PROBE_EVERY = 500;
/** How many are probed in one tick: no burst that devices lose, and a few milliseconds' work. */
export const PROBED_AT_ONCE = 2000;

/** A segment of an orphan's that its host cannot take for right, and answers with what would be. */
const segmentOf = ({ topology }: Tables, { connection, probed }: Orphan): Uint8Array => {
  const seed = hashText(topology.hashKey, outsideKeyOf(connection));
  const sequence = hash4(topology.hashKey, seed, probed, 1, 0);
  const acknowledgement = hash4(topology.hashKey, seed, probed, 2, 0);
  return bareSegment(connection, ACK, sequence, acknowledgement);
};

/** Once all probes are out, its host has the time of a connection that closes to say something. */
const isDue = ({ probed, probedAt }: Orphan, transitory: number, now: number): boolean =>
  probed === 0 || now - probedAt >= (probed < PROBES ? PROBE_EVERY : transitory);

/** The hosts that are due to be probed at `now`, longest waiting first. */
export const probes = (
  tables: Tables,
  now: number,
): { readonly sends: readonly Send[]; readonly changes: readonly Change[] } => {
  const { topology, neighbours } = tables;
  const sends: Send[] = [];
  const changes: Change[] = [];
  /** Next hops that were met in this tick: each is asked for once, and the table has room for so many. */
  const hops = new Set<NeighbourKey>();
  let asked = 0;

  const probe = (orphan: Orphan, { network, nextHop }: WayOut): void => {
    const { hostAddress, clusterAddress } = orphan.connection;
    const hop = neighbourKey(network.link, nextHop);
    const isKnown = neighbours.get(hop) !== undefined;
    if (!isKnown && (hops.has(hop) || !hasRoom(tables, nextHop, asked))) return;
    const packet = {
      source: asIpv4(clusterAddress),
      destination: asIpv4(hostAddress),
      protocol: PROTOCOL_TCP,
      payload: segmentOf(tables, orphan),
    };
    const originated = originate(tables, network, nextHop, packet, now);
    if (originated.send) sends.push(originated.send);
    if (hops.has(hop)) return;
    hops.add(hop);
    if (!isKnown) asked++;
    sends.push(...originated.asks);
    changes.push(...originated.changes);
  };

  let count = 0;
  for (const orphan of tables.orphans.values()) {
    if (!isDue(orphan, topology.timeouts.tcpTransitory, now)) continue;
    if (count++ >= PROBED_AT_ONCE) break;
    const { hostAddress, clusterAddress } = orphan.connection;
    const way = wayBack(topology, clusterAddress, asIpv4(hostAddress));
    if (way === null || orphan.probed >= PROBES) {
      changes.push({ kind: 'orphan-gone', orphan });
      continue;
    }
    probe(orphan, way);
    const next: Orphan = { ...orphan, probedAt: now, probed: orphan.probed + 1 };
    changes.push({ kind: 'orphan', orphan: next });
  }
  return { sends, changes };
};
