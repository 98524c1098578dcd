// The JavaScript reference: plain packets of known connections in one function, since the engine inlines only
// so much. Whatever is not plain is left to ./repeat-flow.ts. As in assembly/pipeline/repeat-flow.ts, `repeatPlain`.

import * as flow from '../../../assembly/layout/flow.ts';
import * as hop from '../../../assembly/layout/hop.ts';
import * as node from '../../../assembly/layout/node.ts';
import * as settings from '../../../assembly/layout/settings.ts';
import * as ethernet from '../../../core/wire/layout/ethernet.ts';
import * as ipv4 from '../../../core/wire/layout/ipv4.ts';
import * as tcp from '../../../core/wire/layout/tcp.ts';
import type { Places } from '../places.ts';
import type { Words } from './memory.ts';

/** The packet is not plain. */
export const OTHER = -1;

/** Phases in which TCP may be idle for long, and no packet without SYN, FIN or RST changes anything. */
const LASTING = (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED);
/** What the state of a record in use is, of a connection that a host opened. */
const OPENED_BY_HOST = flow.IN_USE;
const OPENING = flow.IN_USE | flow.OPENED_BY_NODE;

export const plainIn = (words: Words, { records, hops, nodes }: Places) => {
  const { get8, get16, get32, getDouble, put16, put32 } = words;

  /**
   * Passes a TCP packet of `total` bytes on, which came without offloads, if the candidate is its entry and
   * nothing else is to be thought of; returns the link that it leaves by.
   */
  return (
    candidate: number,
    inside: boolean,
    packet: number,
    header: number,
    total: number,
    now: number,
  ): number => {
    const record = records + candidate * flow.RECORD_SIZE;
    const source = get32(packet + ipv4.SOURCE);
    const destination = get32(packet + ipv4.DESTINATION);
    const transport = packet + header;
    const ports = get32(transport);
    const host = get32(record + flow.HOST_ADDRESS);
    const hostPort = get16(record + flow.HOST_PORT);
    const cluster = get32(record + flow.CLUSTER_ADDRESS);
    const clusterPort = get16(record + flow.CLUSTER_PORT);
    const own = get32(record + flow.NODE_ADDRESS);
    const ownPort = get16(record + flow.NODE_PORT);
    const wrong = inside
      ? (source ^ own) | (destination ^ host) | (ports ^ (ownPort | (hostPort << 16)))
      : (source ^ host) | (destination ^ cluster) | (ports ^ (hostPort | (clusterPort << 16)));
    if ((wrong | (get8(record + flow.PROTOCOL) ^ ipv4.PROTOCOL_TCP)) !== 0) return OTHER;

    const state = get8(record + flow.STATE);
    if ((state & OPENING) !== OPENED_BY_HOST) return OTHER;
    if (((LASTING >> (state & flow.PHASE_MASK)) & 1) === 0) return OTHER;
    if (get16(record + flow.EPOCH) !== get16(settings.AT + settings.EPOCH)) return OTHER;
    const idle = now - getDouble(record + flow.LAST_SEEN);
    if (idle >= getDouble(settings.AT + settings.TCP_ESTABLISHED)) return OTHER;
    if (idle >= getDouble(settings.AT + settings.LAST_SEEN_GRAIN)) return OTHER;
    if (get8(nodes + get16(record + flow.NODE) * node.SIZE + node.DOWN) !== 0) return OTHER;
    const number = get16(record + (inside ? flow.OUTBOUND_HOP : flow.INBOUND_HOP));
    const to = hops + number * hop.SIZE;
    if (number === 0 || !(now < getDouble(to + hop.BELIEVED_UNTIL))) return OTHER;
    if (total > get32(to + hop.MTU) || get8(to + hop.OFFLOADS) !== 0) return OTHER;
    if (cluster === own) return OTHER;

    // RFC 1624: what words become other ones makes a difference in the sums.
    const before = inside ? source : destination;
    const after = inside ? cluster : own;
    put32(packet + (inside ? ipv4.SOURCE : ipv4.DESTINATION), after);
    const portBefore = inside ? ports & 0xffff : ports >>> 16;
    const portAfter = inside ? clusterPort : ownPort;
    put16(transport + (inside ? tcp.SOURCE_PORT : tcp.DESTINATION_PORT), portAfter);
    let difference = 0;
    if (((before ^ after) & 0xffff) !== 0)
      difference = ((before & 0xffff) ^ 0xffff) + (after & 0xffff);
    if ((before ^ after) >>> 16 !== 0) difference += ((before >>> 16) ^ 0xffff) + (after >>> 16);
    let sum = (get16(packet + ipv4.CHECKSUM) ^ 0xffff) + difference;
    sum = (sum & 0xffff) + (sum >>> 16);
    put16(packet + ipv4.CHECKSUM, ((sum & 0xffff) + (sum >>> 16)) ^ 0xffff);
    if (portBefore !== portAfter) difference += (portBefore ^ 0xffff) + portAfter;
    sum = (get16(transport + tcp.CHECKSUM) ^ 0xffff) + difference;
    sum = (sum & 0xffff) + (sum >>> 16);
    put16(transport + tcp.CHECKSUM, ((sum & 0xffff) + (sum >>> 16)) ^ 0xffff);

    // A frame lies two bytes beside the words, a hop's header does not.
    const frame = packet - ethernet.HEADER_LENGTH;
    const first = get32(to + hop.HEADER);
    const second = get32(to + hop.HEADER + 4);
    const third = get32(to + hop.HEADER + 8);
    put16(frame, first);
    put32(frame + 2, (first >>> 16) | (second << 16));
    put32(frame + 6, (second >>> 16) | (third << 16));
    put32(frame + 10, (third >>> 16) | (get16(to + hop.HEADER + 12) << 16));
    return get16(to + hop.EGRESS);
  };
};
