// Frames for the pipeline to repeat: even batches come from the interconnect, odd ones from the network.

import { FIRST_NETWORK, INTERCONNECT } from '../../core/decision/topology.ts';
import type { Link, Topology } from '../../core/decision/topology.ts';
import type { Ipv4Address } from '../../core/wire/address.ts';
import { encode } from '../../core/rpc/xdr.ts';
import type { Message } from '../core/switch/laboratory.ts';
import { UDP, frameOf } from '../core/switch/laboratory.ts';
import { clusterOf, flowNumbered, hostOf, nodeAddress, routerOf } from './world.ts';

/** Which flow the next frame is of: below `flows`, the same order every time. */
export const randomFlows = (flows: number): (() => number) => {
  let seed = 12_345;
  return () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 0x100000000) * flows);
  };
};

export interface Traffic {
  /** The link by which a batch comes. */
  readonly ingressOf: (batch: number) => Link;
  /** The next frame that comes by it. */
  readonly next: (ingress: Link) => Uint8Array;
}

const alternating = (batch: number): Link => (batch % 2 === 0 ? INTERCONNECT : FIRST_NETWORK);

const HEADERS = { tcp: 14 + 20 + 20, udp: 14 + 20 + 8 };

/** From the router, which all hosts are behind. */
const fromHost = (of: Topology, message: Message): Uint8Array =>
  frameOf(of, FIRST_NETWORK, { ...message, sender: routerOf(of) });

/** Packets of established connections, both directions, in frames of `size` bytes. */
export const established = (of: Topology, flows: number, size: number): Traffic => {
  const random = randomFlows(flows);
  const payload = new Uint8Array(size - HEADERS.tcp).fill(0x5a);
  return {
    ingressOf: alternating,
    next: (ingress) => {
      const { hostAddress, hostPort, clusterAddress, clusterPort, nodeAddress, nodePort } =
        flowNumbered(of, random());
      const host = { address: hostAddress as Ipv4Address, port: hostPort };
      const ends = (from: typeof host, to: typeof host): Message => ({
        source: from.address,
        sourcePort: from.port,
        destination: to.address,
        destinationPort: to.port,
        payload,
      });
      const node = { address: nodeAddress as Ipv4Address, port: nodePort };
      const cluster = { address: clusterAddress as Ipv4Address, port: clusterPort };
      return ingress === INTERCONNECT
        ? frameOf(of, INTERCONNECT, ends(node, host))
        : fromHost(of, ends(host, cluster));
    },
  };
};

const DNS = 53;
/** The node that has that service. */
const BETA = 1;

/** Queries of hosts to a service of one node, which has no entries, and its answers. */
export const fixedService = (of: Topology, flows: number, size: number): Traffic => {
  const random = randomFlows(flows);
  const payload = new Uint8Array(size - HEADERS.udp).fill(0x5a);
  return {
    ingressOf: alternating,
    next: (ingress) => {
      const n = random();
      const host = hostOf(n);
      const port = 1024 + (n % 60_000);
      const common = { protocol: UDP, payload };
      return ingress === INTERCONNECT
        ? frameOf(of, INTERCONNECT, {
            ...common,
            source: nodeAddress(of, BETA),
            sourcePort: DNS,
            destination: host,
            destinationPort: port,
          })
        : fromHost(of, {
            ...common,
            source: host,
            sourcePort: port,
            destination: clusterOf(of),
            destinationPort: DNS,
          });
    },
  };
};

const NFS_PORT = 2049;
const GETATTR = 1;
const READ = 6;
/** AUTH_UNIX (RFC 5531 appendix A): a stamp, the name `host`, a user, a group, no others. */
const CREDENTIAL = [1, 24, 0x2a2a2a2a, 4, 0x686f7374, 1000, 1000, 0];
const NO_VERIFIER = [0, 0];

/** A filehandle of 28 bytes as nfs-ganesha makes them, with a node's number in its second half word. */
const handleOf = (number: number): readonly number[] => [28, 0x43000000 | number, 1, 2, 3, 4, 5, 6];

/** Calls of NFS version 3, READ and GETATTR in turn, by filehandles of all nodes. */
export const nfsCalls = (of: Topology, flows: number): Traffic => {
  const random = randomFlows(flows);
  let xid = 1;
  return {
    ingressOf: () => FIRST_NETWORK,
    next: () => {
      const n = random();
      const procedure = xid % 2 === 0 ? READ : GETATTR;
      const handle = handleOf(of.nodes[n % of.nodes.length]?.number ?? 0);
      const args = procedure === READ ? [...handle, 0, 65_536, 8192] : handle;
      const call = [xid++, 0, 2, 100_003, 3, procedure, ...CREDENTIAL, ...NO_VERIFIER, ...args];
      return fromHost(of, {
        protocol: UDP,
        source: hostOf(n),
        sourcePort: 700 + (n % 300),
        destination: clusterOf(of),
        destinationPort: NFS_PORT,
        payload: encode(call),
      });
    },
  };
};
