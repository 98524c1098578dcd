// Frames that a cluster has to read or remember: calls of ONC RPC, fragments, messages as the cluster.

import fc from 'fast-check';
import type { Topology } from '../../../core/decision/topology.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Arriving } from '../../arbitraries/cluster.ts';
import { call, damaged, reply } from '../../arbitraries/rpc.ts';
import { counted, string, word } from '../rpc/slow-xdr.ts';
import type { Message } from '../switch/laboratory.ts';
import { CAMPUS, CLUSTER, HOST, NODES, TCP, UDP, address, frameOf } from '../switch/laboratory.ts';
import { call as callOf, datagram, fragmentFrames } from './messages.ts';

const rpcPorts = fc.constantFrom(111, 2049, 20048);

/** Calls that the services of ONC RPC know. */
const spoken: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 7 }))
    .chain(([version, procedure]) =>
      fc
        .constantFrom('/home', '/home/ann', '/projects/', 'home', '/none', '')
        .map((path) => callOf(100005, version, procedure, string(path))),
    ),
  fc
    .tuple(
      fc.constantFrom(100003, 100227),
      fc.integer({ min: 2, max: 4 }),
      fc.integer({ min: 0, max: 22 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 40 }),
    )
    .map(([program, version, procedure, id, length]) => {
      const handle = [0x43, 0, 0, id, ...Array<number>(length).fill(7)];
      return callOf(program, version, procedure, counted(handle), word(0), word(0));
    }),
  fc
    .tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 13 }),
      fc.constantFrom(100000, 100003, 100005, 7),
      fc.constantFrom('', 'udp', 'tcp', 'x y'),
    )
    .map(([version, procedure, program, netid]) =>
      version === 2
        ? callOf(100000, 2, procedure, word(program), word(3), word(17), word(0))
        : callOf(
            100000,
            version,
            procedure,
            word(program),
            word(3),
            string(netid),
            word(0),
            word(0),
          ),
    ),
);

const payloads = fc.oneof(
  { weight: 4, arbitrary: spoken },
  { weight: 1, arbitrary: call().map(({ bytes }) => bytes) },
  { weight: 2, arbitrary: spoken.chain(damaged) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
);

const calls = fc.tuple(rpcPorts, payloads).map(([port, payload]) => datagram(port, payload));

/** What nodes answer, to the host or to the gateway itself, and what they send by themselves. */
const answers: fc.Arbitrary<Message> = fc
  .record({
    source: fc.constantFrom(...NODES),
    destination: fc.constantFrom(HOST, HOST, address('10.77.0.1')),
    sourcePort: fc.constantFrom(111, 2049, 20048, 20050, 53),
    destinationPort: fc.constantFrom(800, 979),
    payload: reply().map(({ bytes }) => bytes),
  })
  .map((message) => ({ ...message, protocol: UDP }));

const larger: fc.Arbitrary<Message> = fc.record({
  source: fc.constantFrom(HOST, address('198.51.100.200')),
  destination: fc.constantFrom(CLUSTER, CLUSTER, ...NODES),
  protocol: fc.constantFrom(UDP, UDP, TCP, 47),
  sourcePort: fc.constantFrom(800, 801),
  destinationPort: fc.constantFrom(7, 53, 80, 99, 2049, 40001),
  flags: fc.constantFrom(0x02, 0x10),
  payload: fc.uint8Array({ minLength: 8, maxLength: 200 }),
});

/** One of the fragments of a message. */
const fragment = (of: Topology, link: number, messages: fc.Arbitrary<Message>) =>
  fc
    .tuple(messages, fc.constantFrom(44, 60, 68, 92, 124), fc.nat({ max: 5 }))
    .map(([message, mtu, which]): Arriving => {
      const frames = fragmentFrames(of, link, message, mtu);
      const whole = frameOf(of, link, message);
      return { link, frame: frames[which % frames.length] ?? whole };
    });

const whole = (of: Topology, link: number, messages: fc.Arbitrary<Message>) =>
  messages.map((message): Arriving => ({ link, frame: frameOf(of, link, message) }));

/** Messages that a node sends with the cluster address as their source (A14). */
const asClusterMessages: fc.Arbitrary<Message> = fc.record({
  source: fc.constant(CLUSTER),
  destination: fc.constantFrom(HOST, address('203.0.113.7')),
  protocol: fc.constantFrom(UDP, TCP),
  sourcePort: fc.constantFrom(53, 80, 1000, 40001),
  destinationPort: fc.constantFrom(800, 40000),
  flags: fc.constantFrom(0x02, 0x12, 0x10),
});

/** In frames of the nodes, or of a stranger. */
const asCluster = (of: Topology): fc.Arbitrary<Arriving> =>
  fc
    .tuple(asClusterMessages, fc.constantFrom(...NODES, HOST))
    .map(([message, station]): Arriving => {
      const frame = frameOf(of, INTERCONNECT, message);
      frame.set(frameOf(of, INTERCONNECT, { ...message, source: station }).subarray(6, 12), 6);
      return { link: INTERCONNECT, frame };
    });

export const concerning = (of: Topology): readonly fc.Arbitrary<Arriving>[] => [
  whole(of, CAMPUS, calls),
  whole(of, INTERCONNECT, answers),
  asCluster(of),
  fragment(of, CAMPUS, fc.oneof(calls, larger)),
  fragment(of, INTERCONNECT, answers),
];
