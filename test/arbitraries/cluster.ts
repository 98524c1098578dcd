// Frames among the addresses of the tests' cluster: most of them concern the gateway.

import fc from 'fast-check';
import type { Link, Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT, linkSettings } from '../../core/decision/topology.ts';
import type { Ipv4Address } from '../../core/wire/address.ts';
import * as ipv4 from '../../core/wire/ipv4.ts';
import type { Message } from '../core/switch/laboratory.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  INSIDE,
  NODES,
  TCP,
  UDP,
  address,
  frameOf,
  macOf,
} from '../core/switch/laboratory.ts';
import { frame as arpFrame } from '../core/switch/neighbour-frames.ts';
import { anyOrder, cutAt, fragment, packetIn, places } from './fragments.ts';
import { garbageFrame, nearlyValidFrame, validFrame } from './frames.ts';
import { answered, asked } from './rpc-cluster.ts';

export interface Arriving {
  readonly link: Link;
  readonly frame: Uint8Array;
}

/** The second network, and the address of the cluster there, where a topology has one. */
export const LAB: Link = CAMPUS + 1;
export const LAB_CLUSTER = address('203.0.113.1');

const HOSTS = [HOST, address('198.51.100.10'), address('203.0.113.7'), address('198.51.100.200')];
const ports = fc.constantFrom(80, 80, 81, 8081, 53, 7, 123, 1123, 1000, 1001, 40000, 40001, 40002);
const flags = fc.constantFrom(0x02, 0x02, 0x12, 0x10, 0x11, 0x04, 0x18);

interface Sent {
  readonly link: Link;
  readonly message: Message;
}

const hasLab = ({ links }: Topology): boolean => links[LAB] !== undefined;

/** TCP or UDP, to and from any of the ports. */
const talk = fc.record({
  protocol: fc.constantFrom(TCP, UDP),
  sourcePort: ports,
  destinationPort: ports,
  flags,
  payload: fc.uint8Array({ maxLength: 40 }),
});

/** A message that a host sends to the cluster, or to a node by the node's own address. */
const fromHost = (of: Topology): fc.Arbitrary<Sent> =>
  fc.record({
    link: fc.constantFrom(CAMPUS, ...(hasLab(of) ? [CAMPUS, LAB] : [])),
    message: fc
      .record({
        source: fc.constantFrom(...HOSTS),
        destination: fc.constantFrom(
          ...Array<Ipv4Address>(9).fill(CLUSTER),
          ...NODES,
          ...(hasLab(of) ? Array<Ipv4Address>(6).fill(LAB_CLUSTER) : []),
        ),
        ttl: fc.constantFrom(1, 2, 64),
        said: fc.oneof({ weight: 3, arbitrary: talk }, { weight: 1, arbitrary: asked }),
      })
      .map(({ said, ...message }) => ({ ...message, ...said })),
  });

/** A message that a node sends to a host, as itself or, where that may be, as the cluster. */
const fromNode = (of: Topology): fc.Arbitrary<Sent> =>
  fc
    .record({
      sender: fc.constantFrom(...NODES),
      asCluster: fc.constantFrom(null, null, null, CLUSTER),
      destination: fc.constantFrom(...HOSTS, INSIDE, CLUSTER),
      said: fc.oneof({ weight: 3, arbitrary: talk }, { weight: 1, arbitrary: answered }),
    })
    .map(({ sender, asCluster, destination, said }) => {
      const source: Ipv4Address = of.clusterSources ? (asCluster ?? sender) : sender;
      return { link: INTERCONNECT, message: { sender, source, destination, ...said } };
    });

const brought = (of: Topology, { link, message }: Sent): Arriving => ({
  link,
  frame: frameOf(of, link, message),
});

/** Each node, host and router asks for the gateway's address, and so tells its own. */
export const greetings = (of: Topology): readonly Arriving[] => {
  const ask = (link: Link, target: Ipv4Address, sources: readonly Ipv4Address[]) =>
    sources.map((source): Arriving => ({ link, frame: arpFrame(1, source, target) }));
  const [first = HOST, second = HOST, labHost = HOST, manager = HOST] = HOSTS;
  return [
    ...ask(INTERCONNECT, INSIDE, NODES),
    ...ask(CAMPUS, CLUSTER, [first, second, manager, address('198.51.100.254')]),
    ...(hasLab(of) ? ask(LAB, LAB_CLUSTER, [labHost, address('203.0.113.254')]) : []),
  ];
};

/** Any frame at all among the same addresses, sound or not. */
export const anything = (of: Topology): fc.Arbitrary<Arriving> => {
  const population = {
    addresses: fc.constantFrom(CLUSTER, INSIDE, ...NODES, ...HOSTS),
    macs: fc.constantFrom(
      linkSettings(of, CAMPUS).mac,
      linkSettings(of, INTERCONNECT).mac,
      ...[...NODES, ...HOSTS].map(macOf),
    ),
    ports,
  };
  return fc.record({
    link: fc.constantFrom(CAMPUS, INTERCONNECT),
    frame: fc.oneof(validFrame(population), nearlyValidFrame(population), garbageFrame()),
  });
};

/** The fragments of a datagram: in order, in any order, or with one that overlaps others or repeats one. */
export const fragments = (of: Topology): fc.Arbitrary<readonly Arriving[]> =>
  fc
    .tuple(
      fc.oneof(fromHost(of), fromNode(of)),
      fc.uint8Array({ minLength: 100, maxLength: 1400, size: 'max' }),
      fc.oneof(fc.constantFrom(7, 8), fc.nat({ max: 65535 })),
      fc.boolean(),
    )
    .map(([sent, more, identification, dontFragment]) => {
      const payload = Uint8Array.from([
        ...((sent.message.payload as Uint8Array | undefined) ?? []),
        ...more,
      ]);
      const { link, frame } = brought(of, { ...sent, message: { ...sent.message, payload } });
      const packet = ipv4.encode({ ...packetIn(frame.slice(14)), identification, dontFragment });
      return { link, header: frame.slice(0, 14), packet };
    })
    .chain(({ link, header, packet }) => {
      const length = packet.length - 20;
      const inOrder = places(length).map((at) => cutAt(packet, at));
      const overlapping = fc
        .tuple(inOrder, fc.nat({ max: 10 }), fc.integer({ min: 1, max: 20 }))
        .map(([pieces, from, size]) => [
          ...pieces.slice(0, 2),
          fragment(packet, from * 8, Math.min(length, (from + size) * 8)),
          ...pieces.slice(1),
        ]);
      return fc
        .oneof(inOrder, inOrder.chain(anyOrder), inOrder.chain(anyOrder), overlapping)
        .map((pieces) =>
          pieces.map((piece) => ({ link, frame: Uint8Array.from([...header, ...piece]) })),
        );
    });

/** One frame: of every kind, fragments too, whatever became of the others of their datagram. */
export const arriving = (of: Topology): fc.Arbitrary<Arriving> =>
  fc.oneof(
    { weight: 3, arbitrary: fromHost(of).map((sent) => brought(of, sent)) },
    { weight: 3, arbitrary: fromNode(of).map((sent) => brought(of, sent)) },
    { weight: 1, arbitrary: fc.constantFrom(...greetings(of)) },
    { weight: 1, arbitrary: fragments(of).chain((all) => fc.constantFrom(...all)) },
    { weight: 4, arbitrary: anything(of) },
  );

/** What comes together: one frame, or the fragments of a datagram. */
export const bursts = (of: Topology): fc.Arbitrary<readonly Arriving[]> =>
  fc.oneof(
    { weight: 5, arbitrary: arriving(of).map((one) => [one]) },
    { weight: 1, arbitrary: fragments(of) },
  );
