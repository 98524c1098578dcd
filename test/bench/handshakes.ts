// The three frames that open a connection: a host behind the router, and the node whose turn it is.

import type { Link, Topology } from '../../core/decision/topology.ts';
import { FIRST_NETWORK, INTERCONNECT } from '../../core/decision/topology.ts';
import type { Ipv4Address } from '../../core/wire/address.ts';
import { ACK, SYN } from '../../core/wire/layout/tcp.ts';
import { frameOf } from '../core/switch/laboratory.ts';
import { clusterOf, nodeAddress, routerOf } from './world.ts';

export interface Arriving {
  readonly ingress: Link;
  readonly frame: Uint8Array;
}

/** SYN, its answer, and the answer to that. */
export type Handshake = readonly [Arriving, Arriving, Arriving];

/** A multiple of the nodes: after so many the same one is next again. */
export const NEW = 3840;
const HTTP = 80;
/** The host of none of the flows that are there. */
const STRANGER = 0xcb00ff01 as Ipv4Address;

const handshake = (of: Topology, n: number): Handshake => {
  const host = { source: STRANGER, sourcePort: 2000 + n };
  const query = { ...host, destination: clusterOf(of), destinationPort: HTTP };
  const answer = {
    source: nodeAddress(of, n % of.nodes.length),
    sourcePort: HTTP,
    destination: host.source,
    destinationPort: host.sourcePort,
    flags: SYN | ACK,
  };
  const fromHost = (flags: number): Arriving => ({
    ingress: FIRST_NETWORK,
    frame: frameOf(of, FIRST_NETWORK, { ...query, flags, sender: routerOf(of) }),
  });
  return [
    fromHost(SYN),
    { ingress: INTERCONNECT, frame: frameOf(of, INTERCONNECT, answer) },
    fromHost(ACK),
  ];
};

/** Handshakes of `NEW` connections, in their order. */
export const handshakes = (of: Topology): readonly Handshake[] =>
  Array.from({ length: NEW }, (_, n) => handshake(of, n));
