// A gateway's memory with flows in it: what the pipeline is measured with, and what is measured beside it on
// the same bytes.

import { FIRST_NETWORK, INTERCONNECT } from '../../core/decision/topology.ts';
import type { Topology } from '../../core/decision/topology.ts';
import type { Connection } from '../../core/decision/connection/connection.ts';
import type { Tables } from '../../core/decision/tables.ts';
import { neighbourKey } from '../../core/decision/tables.ts';
import { emptyTables, emptyTablesInPlace } from '../../core/switch/start.ts';
import type { Ipv4Address, MacAddress } from '../../core/wire/address.ts';
import { flowMemory, flowMemoryEnd } from '../../adapters/gateway/flow/memory.ts';
import { pipelineMemory } from '../../adapters/gateway/pipeline/memory.ts';
import { slotsEnd } from '../../adapters/gateway/slots.ts';
import type { FlowConnections } from '../../adapters/gateway/flow/connections.ts';
import type { Kernels } from '../../adapters/gateway/kernels.ts';
import { loadKernels } from '../../adapters/gateway/kernels.ts';
import { makeMemory } from '../../adapters/gateway/memory.ts';
import type { Memory } from '../../adapters/gateway/memory.ts';
import type { Pipeline } from '../../adapters/gateway/pipeline/pipeline.ts';
import { makePipeline } from '../../adapters/gateway/pipeline/pipeline.ts';
import { configuration, topology } from '../core/switch/laboratory.ts';
import type { Sums } from './javascript/checksum.ts';
import { sumsIn } from './javascript/checksum.ts';
import type { Words } from './javascript/memory.ts';
import { wordsIn } from './javascript/memory.ts';
import { placesOf } from './places.ts';
import { roomyKernels } from './roomy-kernels.ts';
import type { Places } from './places.ts';

export const BATCH = 256;
export const BATCHES = 64;
const PORTS = 50_000;
const TCP = 6;
const HOSTS = 0xcb007100;
const MAX_FRAME = 1514;
const PLAN = { batch: BATCH * BATCHES, spares: 1, maxFrame: MAX_FRAME };

export interface World {
  readonly of: Topology;
  readonly kernels: Kernels;
  readonly memory: Memory;
  readonly connections: FlowConnections;
  readonly pipeline: Pipeline;
  readonly tables: Tables;
  readonly places: Places;
  /** One for all in this memory: the engine does best what it has seen done by one function alone. */
  readonly words: Words;
  readonly sums: Sums;
  readonly flows: number;
}

/** The tests' cluster, which serves NFS besides, with room for so many connections. */
export const topologyFor = (connections: number): Topology => {
  const { services } = configuration() as { services: readonly unknown[] };
  const nfs = { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' };
  const plain = topology({ services: [...services, nfs] });
  return { ...plain, limits: { ...plain.limits, connections } };
};

export const routerOf = (of: Topology): Ipv4Address => {
  const router = of.links[FIRST_NETWORK]?.router ?? null;
  if (router === null) throw new Error('the network of the bench has no router');
  return router;
};

export const clusterOf = (of: Topology): Ipv4Address =>
  of.links[FIRST_NETWORK]?.address.address as Ipv4Address;

export const nodeAddress = (of: Topology, node: number): Ipv4Address =>
  of.nodes[node]?.address as Ipv4Address;

/** The host of the nth flow, behind the router. */
export const hostOf = (n: number): Ipv4Address => (HOSTS + Math.floor(n / PORTS)) as Ipv4Address;

/** The nth flow: a host's connection to one of the nodes. */
export const flowNumbered = (of: Topology, n: number): Connection => {
  const node = n % of.nodes.length;
  return {
    protocol: TCP,
    openedBy: 'host',
    hostAddress: hostOf(n),
    hostPort: 1024 + (n % PORTS),
    clusterAddress: clusterOf(of),
    clusterPort: 80,
    node,
    nodeAddress: nodeAddress(of, node),
    nodePort: 80,
    phase: 'established',
    proof: 0,
    closedBy: null,
    openedAt: 0,
    lastSeen: 0,
  };
};

/** Puts the nodes and the router among the neighbours. */
const introduce = (of: Topology, { neighbours }: Tables): Tables['neighbours'] => {
  const ends = [
    ...of.nodes.map((_, node) => ({ link: INTERCONNECT, address: nodeAddress(of, node) })),
    { link: FIRST_NETWORK, address: routerOf(of) },
  ];
  return ends.reduce((known, { link, address }, n) => {
    const mac = (0x020000000000 + n) as MacAddress;
    const neighbour = { link, address, mac, heardAt: 0, askedAt: 0, asked: 0, held: [] };
    return known.set(neighbourKey(link, address), neighbour);
  }, neighbours);
};

/** Kernels with room for all that the gateway keeps in their memory. */
const kernelsFor = (of: Topology): Kernels => {
  const measure = loadKernels();
  const { end } = pipelineMemory(of, slotsEnd(PLAN));
  const flows = flowMemory(measure, of.limits.connections, of.hashKey, end);
  return roomyKernels(flowMemoryEnd(measure, flows));
};

/** A gateway's memory with so many established flows, all of whose hops are known, and room for `more`. */
export const makeWorld = (flows: number, more = 0): World => {
  const of = topologyFor(flows + more);
  const kernels = kernelsFor(of);
  const memory = makeMemory(kernels, PLAN, of);
  const { connections } = memory;
  const empty = emptyTablesInPlace(of);
  const tables: Tables = { ...empty, neighbours: introduce(of, empty), connections };
  const pipeline = makePipeline(kernels, memory.pipeline, connections, tables, () => false);
  for (let n = 0; n < flows; n++) {
    const connection = flowNumbered(of, n);
    connections.with(connection);
    const learn = (egress: number, nextHop: Ipv4Address, side: 'host' | 'node'): void => {
      const addresses = { destination: 0 as MacAddress, source: 0 as MacAddress };
      const forwarding = { egress, at: 14, length: 40, addresses, rewrite: null };
      pipeline.learn(
        { kind: 'forward', forwarding, nextHop, follows: { connection, side } },
        tables,
      );
    };
    learn(INTERCONNECT, connection.nodeAddress as Ipv4Address, 'host');
    learn(FIRST_NETWORK, routerOf(of), 'node');
  }
  const { buffer } = kernels.memory;
  const places = placesOf(kernels, memory, of);
  const words = wordsIn(buffer);
  const sums = sumsIn(buffer, words);
  return { of, kernels, memory, connections, pipeline, tables, places, words, sums, flows };
};

/** The same flows in tables of the pure core, which never change. */
export const immutableTables = (of: Topology, flows: number): Tables => {
  const empty = emptyTables(of);
  let { connections } = empty;
  for (let n = 0; n < flows; n++) connections = connections.with(flowNumbered(of, n));
  return { ...empty, neighbours: introduce(of, empty), connections };
};
