// A small cluster for tests of the switch, and frames to and from it.

import * as E from 'fp-ts/lib/Either.js';
import { decodeConfig } from '../../../core/config/decode.ts';
import { topologyOf } from '../../../core/config/topology.ts';
import { emptyTables } from '../../../core/switch/start.ts';
import { step } from '../../../core/simulate/simulate.ts';
import type { Step } from '../../../core/simulate/simulate.ts';
import type { Neighbour, Tables } from '../../../core/decision/tables.ts';
import { apply } from '../../../core/decision/tables.ts';
import type { Link, Topology } from '../../../core/decision/topology.ts';
import { FIRST_NETWORK, INTERCONNECT, linkSettings } from '../../../core/decision/topology.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { formatIpv4, mac, parseIpv4 } from '../../../core/wire/address.ts';
import type { ReadonlyBytes } from '../../../core/wire/bytes.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { ETHER_TYPE_IPV4, HEADER_LENGTH } from '../../../core/wire/layout/ethernet.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import * as udp from '../../../core/wire/udp.ts';

export const CAMPUS: Link = FIRST_NETWORK;
export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;

/** The value of a result that must not be an error. */
export const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
};

export const address = (text: string): Ipv4Address => right(parseIpv4(text));

export const CLUSTER = address('198.51.100.1');
export const INSIDE = address('10.77.0.1');
export const NODES = ['10.77.0.11', '10.77.0.12', '10.77.0.13'].map(address);
export const HOST = address('198.51.100.9');
/** The MAC address that every neighbour has in these tests: of its address. */
export const macOf = (of: Ipv4Address) => mac(0x020000000000 + of);

/** What the configuration of the tests says; `changes` replace whole keys. */
export const configuration = (changes: Readonly<Record<string, unknown>> = {}): unknown => ({
  cluster: 'tests',
  networks: {
    campus: {
      device: { tap: 'oh-campus' },
      address: '198.51.100.1/24',
      router: '198.51.100.254',
      management: ['198.51.100.200'],
    },
  },
  interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.1/24' },
  nodes: {
    alpha: { number: 1, address: '10.77.0.11' },
    beta: { number: 2, address: '10.77.0.12' },
    gamma: { number: 3, address: '10.77.0.13' },
  },
  nonSpecificPorts: { from: 32768, to: 60999, algorithm: 'modulo' },
  services: [
    { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
    { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
    { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'gamma'] },
    { port: 81, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta'], nodePort: 8081 },
    { port: 123, protocol: 'udp', route: 'node', node: 'gamma', nodePort: 1123 },
  ],
  ...changes,
});

export const topology = (changes: Readonly<Record<string, unknown>> = {}): Topology =>
  topologyOf(right(decodeConfig(configuration(changes))));

const neighbour = (link: Link, of: Ipv4Address): Neighbour => ({
  link,
  address: of,
  mac: macOf(of),
  heardAt: Number.MAX_SAFE_INTEGER,
  askedAt: 0,
  asked: 0,
  held: [],
});

/** The tables, which also know the MAC addresses of these on a link. */
export const knowing = (tables: Tables, link: Link, addresses: readonly Ipv4Address[]): Tables =>
  apply(
    tables,
    addresses.map((one) => ({ kind: 'neighbour', neighbour: neighbour(link, one) })),
  );

/** Empty tables that know the MAC addresses of the nodes, the router and the hosts given. */
export const tablesOf = (of: Topology, hosts: readonly Ipv4Address[] = [HOST]): Tables =>
  knowing(knowing(emptyTables(of), INTERCONNECT, NODES), CAMPUS, [
    ...hosts,
    address('198.51.100.254'),
  ]);

export interface Message {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly protocol?: number;
  readonly flags?: number;
  readonly sequence?: number;
  readonly acknowledgement?: number;
  readonly payload?: ReadonlyBytes;
  readonly options?: ReadonlyBytes;
  readonly ttl?: number;
  readonly dontFragment?: boolean;
  /** Who puts it on the link; else who its source address says. */
  readonly sender?: Ipv4Address;
}

const transport = (message: Message): Uint8Array => {
  const { source, destination, sourcePort = 40000, destinationPort = 80 } = message;
  const payload = message.payload ?? new Uint8Array(0);
  if ((message.protocol ?? TCP) === UDP)
    return udp.encode({ sourcePort, destinationPort, payload }, source, destination);
  if ((message.protocol ?? TCP) !== TCP) return Uint8Array.from(payload as Uint8Array);
  const segment: tcp.TcpSegment = {
    sourcePort,
    destinationPort,
    sequence: message.sequence ?? 1000,
    // What the other side's first segment, of the same number, wants acknowledged.
    acknowledgement: message.acknowledgement ?? 1001,
    flags: message.flags ?? 0x10,
    window: 512,
    urgentPointer: 0,
    options: new Uint8Array(0),
    payload,
  };
  return tcp.encode(segment, source, destination);
};

/** The IP packet of a message, without Ethernet header. */
export const packetOf = (message: Message): Uint8Array =>
  ipv4.encode({
    typeOfService: 0,
    identification: 7,
    dontFragment: message.dontFragment ?? true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: message.ttl ?? 61,
    protocol: message.protocol ?? TCP,
    source: message.source,
    destination: message.destination,
    options: message.options ?? new Uint8Array(0),
    payload: transport(message),
  });

/** The frame in which a message comes by `link`, from its source's MAC address to the gateway's. */
export const frameOf = (of: Topology, link: Link, message: Message): Uint8Array =>
  ethernet.encode({
    destination: linkSettings(of, link).mac,
    source: macOf(message.sender ?? message.source),
    etherType: ETHER_TYPE_IPV4,
    payload: packetOf(message),
  });

/** One message through the switch. */
export const pass = (tables: Tables, link: Link, message: Message, now = 0): Step =>
  step(tables, frameOf(tables.topology, link, message), link, now);

/** What a frame says, for comparing: addresses, ports, flags, payload. */
export interface Seen {
  readonly egress: Link;
  readonly mac: number;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly ttl: number;
}

const u16 = (bytes: ReadonlyBytes, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Reads the outputs of a step; throws when a checksum in them is wrong. */
export const seen = ({ outputs }: Step): readonly Seen[] =>
  outputs.map(({ egress, frame }) => {
    const outer = right(ethernet.decode(frame, 0, frame.length));
    const packet = right(ipv4.decode(frame, HEADER_LENGTH, frame.length));
    const { source, destination, payload, protocol, ttl } = packet;
    const bad =
      protocol === TCP
        ? tcp.checksumFault(payload, 0, payload.length, source, destination)
        : protocol === UDP
          ? udp.checksumFault(payload, 0, payload.length, source, destination)
          : 0;
    if (bad !== 0) throw new Error(`checksum fault ${bad}`);
    return {
      egress,
      mac: outer.destination,
      source: formatIpv4(source),
      destination: formatIpv4(destination),
      sourcePort: u16(payload, 0),
      destinationPort: u16(payload, 2),
      ttl,
    };
  });
