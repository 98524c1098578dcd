// Packets that the gateway sends of its own accord, to a next hop that it may have to ask for first.

import type { Ipv4Address } from '../wire/address.ts';
import type { Change, NeighbourKey, Tables } from '../decision/tables.ts';
import { neighbourKey } from '../decision/tables.ts';
import type { LinkSettings } from '../decision/topology.ts';
import type { Send } from '../decision/send.ts';
import { reach } from './neighbours.ts';
import type { OwnPacket } from './own-packet.ts';
import { packetOf } from './own-packet.ts';

export interface Originated {
  /** The packet, when it can leave; else it has to be made again when the next hop is known. */
  readonly send: Send | null;
  /** Which next hop: of several packets to one, the rest is needed only once. */
  readonly hop: NeighbourKey;
  readonly asks: readonly Send[];
  readonly changes: readonly Change[];
}

/** Sends `packet`, which must fit the link, by `link` to `nextHop`. */
export const originate = (
  tables: Tables,
  link: LinkSettings,
  nextHop: Ipv4Address,
  packet: OwnPacket,
  now: number,
): Originated => {
  const hop = neighbourKey(link.link, nextHop);
  const reached = reach(tables, link, nextHop, now);
  if (reached.kind === 'refused') return { send: null, hop, asks: [], changes: [] };
  if (reached.kind === 'asked') {
    const isNew = reached.sends.length > 0;
    const changes: readonly Change[] = isNew
      ? [...reached.changes, { kind: 'neighbour', neighbour: reached.neighbour }]
      : [];
    return { send: null, hop, asks: reached.sends, changes };
  }
  const frame = packetOf(packet);
  const forwarding = {
    egress: link.link,
    at: 0,
    length: frame.length,
    addresses: { destination: reached.mac, source: link.mac },
    rewrite: null,
  };
  const send = { frame, egress: link.link, forwarding };
  return { send, hop, asks: reached.sends, changes: reached.changes };
};
