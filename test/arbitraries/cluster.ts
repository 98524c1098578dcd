// Frames among the addresses of the tests' cluster: most of them concern the gateway.

import fc from 'fast-check';
import type { Link, Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT, linkSettings } from '../../core/decision/topology.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  INSIDE,
  NODES,
  UDP,
  TCP,
  address,
  frameOf,
  macOf,
} from '../core/switch/laboratory.ts';
import { garbageFrame, nearlyValidFrame, validFrame } from './frames.ts';

export interface Arriving {
  readonly link: Link;
  readonly frame: Uint8Array;
}

const HOSTS = [HOST, address('198.51.100.10'), address('203.0.113.7'), address('198.51.100.200')];
const ports = fc.constantFrom(80, 80, 81, 8081, 53, 7, 123, 1123, 1000, 1001, 40000, 40001, 40002);
const flags = fc.constantFrom(0x02, 0x02, 0x12, 0x10, 0x11, 0x04, 0x18);

/** A TCP or UDP message that a host sends to the cluster, or to a node by the node's own address. */
const fromHost = (of: Topology): fc.Arbitrary<Arriving> =>
  fc
    .record({
      source: fc.constantFrom(...HOSTS),
      destination: fc.constantFrom(CLUSTER, CLUSTER, CLUSTER, ...NODES),
      protocol: fc.constantFrom(TCP, UDP),
      sourcePort: ports,
      destinationPort: ports,
      flags,
      payload: fc.uint8Array({ maxLength: 40 }),
      ttl: fc.constantFrom(1, 2, 64),
    })
    .map((message) => ({ link: CAMPUS, frame: frameOf(of, CAMPUS, message) }));

/** The same from a node to a host. */
const fromNode = (of: Topology): fc.Arbitrary<Arriving> =>
  fc
    .record({
      source: fc.constantFrom(...NODES),
      destination: fc.constantFrom(...HOSTS, INSIDE, CLUSTER),
      protocol: fc.constantFrom(TCP, UDP),
      sourcePort: ports,
      destinationPort: ports,
      flags,
      payload: fc.uint8Array({ maxLength: 40 }),
    })
    .map((message) => ({ link: INTERCONNECT, frame: frameOf(of, INTERCONNECT, message) }));

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

export const arriving = (of: Topology): fc.Arbitrary<Arriving> =>
  fc.oneof(
    { weight: 3, arbitrary: fromHost(of) },
    { weight: 3, arbitrary: fromNode(of) },
    { weight: 4, arbitrary: anything(of) },
  );
