// Hosts and nodes that answer what they hear: TCP as far as a switch can tell, UDP, NFS, ARP. They hear only
// frames that reach them, and speak when a script says so.

import type { Item, Saying, Side } from '../arbitraries/conversations.ts';
import type { Talk } from '../arbitraries/talks.ts';
import { HOSTS } from '../arbitraries/talks.ts';
import type { Arriving } from '../arbitraries/cluster.ts';
import { messageOf } from '../arbitraries/nfs-calls.ts';
import type { Output } from '../../core/simulate/simulate.ts';
import type { Link, Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT, LOCAL, linkSettings, networks } from '../../core/decision/topology.ts';
import type { Ipv4Address, MacAddress } from '../../core/wire/address.ts';
import { ipv4 as ipv4Address, mac, onLink } from '../../core/wire/address.ts';
import { u16, u32, u48 } from '../../core/wire/bytes.ts';
import * as tcp from '../../core/wire/tcp.ts';
import * as udp from '../../core/wire/udp.ts';
import { NODES, TCP, macOf } from '../core/switch/laboratory.ts';
import { frame as arpFrame } from '../core/switch/neighbour-frames.ts';
import { framed } from './framed.ts';

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const PSH = 0x08;
const ACK = 0x10;

/** The identification of IP packets tells the talk: nothing on the way changes it. */
const FIRST_IDENTIFICATION = 0x4000;

/** What stations have to say. */
const NOISE = Uint8Array.from({ length: 4096 }, (_, at) => (at * 167 + (at >> 3)) & 255);

interface Ends {
  readonly source: Ipv4Address;
  readonly sourcePort: number;
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
}

/** One side of a talk, as far as it has come. */
interface End {
  /** Where it speaks to; null: it has not heard of anybody. */
  ends: Ends | null;
  /** Who puts its frames on the link. */
  station: Ipv4Address;
  phase: 'closed' | 'opening' | 'open';
  /** The next sequence number of its own, and of the other side. */
  next: number;
  expected: number;
  /** The frames that it said last. */
  last: readonly Arriving[];
}

export interface Stations {
  /** The frames of one item of a script; none where there is nothing to say. */
  say(side: Side, item: Item): readonly Arriving[];
  /** Frames of the gateway arrive where they are sent to. */
  hear(outputs: readonly Output[]): void;
  /** Answers to ARP requests that wait to be sent on a link. */
  answers(link: Link): readonly Uint8Array[];
  /** Every station asks for the gateway's address. */
  greet(): readonly Arriving[];
}

const isOpener = ({ opener }: Talk, side: Side): boolean =>
  (opener === 'host') === (side === 'hosts');

/** What a side says next: its flags, and what it does with its phase. */
const flagsOf = (end: End, saying: Saying, opens: boolean): number | null => {
  if (saying === 'reset') return RST | ACK;
  if (saying === 'end') return FIN | ACK;
  const isBeginning = saying === 'anew' || end.phase === 'closed';
  if (opens && (isBeginning || end.phase === 'opening')) return SYN;
  if (!opens && end.phase === 'closed') return null;
  return !opens && (end.phase === 'opening' || saying === 'anew') ? SYN | ACK : ACK | PSH;
};

export const makeStations = (of: Topology, talks: readonly Talk[]): Stations => {
  const macs = new Map<Ipv4Address, MacAddress>();
  const hushed = new Set<Ipv4Address>();
  const waiting = new Map<Link, Uint8Array[]>();
  let moves = 0;

  const routers = networks(of).flatMap(({ link, router }) =>
    router === null ? [] : [{ link, address: router }],
  );
  const linkOfHost = (host: Ipv4Address): Link | null =>
    networks(of).find((network) => onLink(network.address, host))?.link ?? null;
  const places = [
    ...NODES.map((address) => ({ link: INTERCONNECT, address })),
    ...HOSTS.flatMap((address) => {
      const link = linkOfHost(address);
      return link === null ? [] : [{ link, address }];
    }),
    ...routers,
  ];
  const macNow = (address: Ipv4Address): MacAddress => macs.get(address) ?? macOf(address);
  const tells = (operation: number, { link, address }: (typeof places)[number]): Arriving => {
    const own = linkSettings(of, link).address.address;
    return { link, frame: arpFrame(operation, address, own, macNow(address)) };
  };

  const stationAt = (link: Link, to: MacAddress): Ipv4Address | undefined =>
    places.find((place) => place.link === link && macNow(place.address) === to)?.address;

  /** The network that a host's frames come by, and who puts them there. */
  const originOf = ({ host, network }: Talk): { link: Link; station: Ipv4Address } => {
    const own = linkOfHost(host);
    if (own !== null) return { link: own, station: host };
    const router = routers.find(({ link }) => link === network) ?? routers[0];
    return { link: router?.link ?? network, station: router?.address ?? host };
  };

  const endOf = (talk: Talk, side: Side): End => {
    const { host, hostPort, address, port, node } = talk;
    const outer = { source: host, sourcePort: hostPort };
    const inner = { source: address, sourcePort: port };
    const ends: Ends =
      side === 'hosts'
        ? { ...outer, destination: address, destinationPort: port }
        : { ...inner, destination: host, destinationPort: hostPort };
    return {
      ends: isOpener(talk, side) ? ends : null,
      station: side === 'hosts' ? originOf(talk).station : (NODES[node] ?? address),
      phase: 'closed',
      next: talk.sequence,
      expected: 0,
      last: [],
    };
  };
  const known = talks.map((talk, index) => ({
    talk,
    identification: FIRST_IDENTIFICATION + index,
    hosts: endOf(talk, 'hosts'),
    inside: endOf(talk, talk.opener === 'gateway' ? 'gateway' : 'nodes'),
  }));

  const segmentOf = (end: End, ends: Ends, flags: number, payload: Uint8Array): Uint8Array => {
    const { source, sourcePort, destination, destinationPort } = ends;
    if ((flags & SYN) !== 0) end.phase = (flags & ACK) === 0 ? 'opening' : 'open';
    const segment: tcp.TcpSegment = {
      sourcePort,
      destinationPort,
      sequence: end.next,
      acknowledgement: (flags & ACK) === 0 ? 0 : end.expected,
      flags,
      window: 512,
      urgentPointer: 0,
      options: new Uint8Array(0),
      payload: (flags & (SYN | RST | FIN)) === 0 ? payload : new Uint8Array(0),
    };
    // A SYN that was not answered is sent again with the same number.
    const taken =
      flags === SYN ? 0 : segment.payload.length + ((flags & (SYN | FIN)) === 0 ? 0 : 1);
    end.next = (end.next + taken) >>> 0;
    return tcp.encode(segment, source, destination);
  };

  type Said = Extract<Item, { readonly kind: 'say' }>;
  const once = (
    side: Side,
    { saying, size, call, twist }: Said,
    who: number,
  ): readonly Arriving[] => {
    const one = known[who];
    if (one === undefined) return [];
    const { talk, identification } = one;
    const end = side === 'hosts' ? one.hosts : one.inside;
    if (end.ends === null) return [];
    const { source, sourcePort, destination, destinationPort } = end.ends;
    const start = (end.next + who) % (NOISE.length - size);
    const bytes = NOISE.subarray(start, start + size);
    let transport: Uint8Array;
    if (talk.protocol === TCP) {
      const flags = flagsOf(end, saying, isOpener(talk, side));
      if (flags === null) return [];
      transport = segmentOf(end, end.ends, flags, bytes);
    } else {
      const asks = talk.isNfs && side === 'hosts';
      const payload = asks ? messageOf(call, who) : bytes;
      transport = udp.encode({ sourcePort, destinationPort, payload }, source, destination);
    }
    const link = side === 'hosts' ? originOf(talk).link : side === 'nodes' ? INTERCONNECT : LOCAL;
    const settings = linkSettings(of, link);
    return [
      {
        link,
        frame: framed(
          {
            ethernet:
              settings.framing === 'ip'
                ? null
                : { destination: settings.mac, source: macNow(end.station) },
            identification,
            protocol: talk.protocol,
            source,
            destination,
            transport,
          },
          twist,
        ),
      },
    ];
  };

  const say = (side: Side, item: Said, who: number): readonly Arriving[] => {
    const one = known[who];
    if (one === undefined) return [];
    const isInside = (one.talk.opener === 'gateway' ? 'gateway' : 'nodes') === side;
    if (side !== 'hosts' && !isInside) return [];
    const end = side === 'hosts' ? one.hosts : one.inside;
    if (item.saying === 'again') return end.last;
    const said = Array.from({ length: item.times }, () => once(side, item, who)).flat();
    end.last = said.slice(-1);
    return said;
  };

  const hearPacket = (egress: Link, station: Ipv4Address, packet: Uint8Array): void => {
    const one = known[u16(packet, 4) - FIRST_IDENTIFICATION];
    if (one === undefined || one.talk.protocol !== packet[9]) return;
    if ((u16(packet, 6) & 0x1fff) !== 0) return;
    const at = ((packet[0] ?? 0) & 15) * 4;
    const end = egress === INTERCONNECT || egress === LOCAL ? one.inside : one.hosts;
    const opens = isOpener(one.talk, end === one.hosts ? 'hosts' : 'nodes');
    if (!opens) {
      const [source, destination] = [ipv4Address(u32(packet, 16)), ipv4Address(u32(packet, 12))];
      const ports = { sourcePort: u16(packet, at + 2), destinationPort: u16(packet, at) };
      end.ends = { source, destination, ...ports };
      end.station = station;
    }
    if (one.talk.protocol !== TCP) return;
    const flags = packet[at + 13] ?? 0;
    const length = u16(packet, 2) - at - ((packet[at + 12] ?? 0) >> 4) * 4;
    end.expected = (u32(packet, at + 4) + length + ((flags & (SYN | FIN)) === 0 ? 0 : 1)) >>> 0;
    if ((flags & SYN) === 0) return;
    if (!opens) end.phase = 'opening';
    else if (end.phase === 'opening') {
      end.phase = 'open';
      end.next = (end.next + 1) >>> 0;
    }
  };

  const hearArp = (egress: Link, frame: Uint8Array): void => {
    const target = ipv4Address(u32(frame, 38));
    const place = places.find(({ link, address }) => link === egress && address === target);
    if (place === undefined || hushed.has(target) || u16(frame, 20) !== 1) return;
    waiting.set(egress, [...(waiting.get(egress) ?? []), tells(2, place).frame]);
  };

  const hear = ({ egress, frame }: Output): void => {
    if (linkSettings(of, egress).framing === 'ip') {
      hearPacket(egress, linkSettings(of, egress).address.address, frame);
      return;
    }
    const etherType = u16(frame, 12);
    const station = stationAt(egress, mac(u48(frame, 0)));
    if (etherType === 0x0806) hearArp(egress, frame);
    else if (station !== undefined) hearPacket(egress, station, frame.subarray(14));
  };

  return {
    say: (side, item) => {
      if (item.kind === 'noise') return [item.arriving];
      if (item.kind === 'say' && item.who === 'all')
        return talks.flatMap((_, who) => say(side, item, who));
      if (item.kind === 'say') return say(side, item, Number(item.who) % Math.max(1, talks.length));
      const place = places[item.station % places.length];
      if (place === undefined) return [];
      if (item.how === 'hush') {
        hushed.add(place.address);
        return [];
      }
      hushed.delete(place.address);
      if (item.how === 'move') macs.set(place.address, mac(0x020100000000 + moves++));
      return [tells(1 + (item.station % 2), place)];
    },
    hear: (outputs) => outputs.forEach(hear),
    answers: (link) => {
      const all = waiting.get(link) ?? [];
      waiting.delete(link);
      return all;
    },
    greet: () => places.map((place) => tells(1, place)),
  };
};
