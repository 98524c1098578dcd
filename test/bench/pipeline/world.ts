// A gateway's memory with flows in it, and frames of them: what the pipeline is measured with, and what is
// measured beside it on the same bytes.

import { FIRST_NETWORK, INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Topology } from '../../../core/decision/topology.ts';
import type { Connection } from '../../../core/decision/connection/connection.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { neighbourKey } from '../../../core/decision/tables.ts';
import { emptyTablesInPlace } from '../../../core/switch/start.ts';
import type { Ipv4Address, MacAddress } from '../../../core/wire/address.ts';
import type { FlowConnections } from '../../../adapters/gateway/flow-connections.ts';
import type { Kernels } from '../../../adapters/gateway/kernels.ts';
import { loadKernels } from '../../../adapters/gateway/kernels.ts';
import { makeMemory } from '../../../adapters/gateway/memory.ts';
import type { Memory } from '../../../adapters/gateway/memory.ts';
import type { Pipeline } from '../../../adapters/gateway/pipeline/pipeline.ts';
import { makePipeline } from '../../../adapters/gateway/pipeline/pipeline.ts';
import { topology } from '../../core/switch/laboratory.ts';

export const BATCH = 256;
const PORTS = 50_000;
const TCP = 6;
const HOSTS = 0xcb007100;

export interface World {
  readonly of: Topology;
  readonly kernels: Kernels;
  readonly memory: Memory;
  readonly connections: FlowConnections;
  readonly pipeline: Pipeline;
  readonly tables: Tables;
  readonly flows: number;
}

const ROUTER = (of: Topology): Ipv4Address => {
  const router = of.links[FIRST_NETWORK]?.router ?? null;
  if (router === null) throw new Error('the network of the bench has no router');
  return router;
};

/** The nth flow: a host behind the router, and one of three nodes. */
export const flowNumbered = (of: Topology, n: number): Connection => {
  const node = n % of.nodes.length;
  return {
    protocol: TCP,
    openedBy: 'host',
    hostAddress: (HOSTS + Math.floor(n / PORTS)) as Ipv4Address,
    hostPort: 1024 + (n % PORTS),
    clusterAddress: of.links[FIRST_NETWORK]?.address.address as Ipv4Address,
    clusterPort: 80,
    node,
    nodeAddress: of.nodes[node]?.address as Ipv4Address,
    nodePort: 80,
    phase: 'established',
    proof: 0,
    closedBy: null,
    openedAt: 0,
    lastSeen: 0,
  };
};

/** A gateway's memory with so many established flows, all of whose hops are known. */
export const makeWorld = (flows: number, maxFrame = 1514, slots = BATCH * 64): World => {
  const plain = topology({});
  const of: Topology = { ...plain, limits: { ...plain.limits, connections: flows } };
  const kernels = loadKernels();
  const memory = makeMemory(kernels, slots, maxFrame, of);
  const { connections } = memory;
  const tables: Tables = { ...emptyTablesInPlace(of), connections };
  const pipeline = makePipeline(kernels, memory.pipeline, connections, tables, () => false);
  const mac = (n: number) => (0x020000000000 + n) as MacAddress;
  const ends = [
    ...of.nodes.map(({ address }) => ({ link: INTERCONNECT, address: address as Ipv4Address })),
    { link: FIRST_NETWORK, address: ROUTER(of) },
  ];
  for (const [n, { link, address }] of ends.entries()) {
    const neighbour = { link, address, mac: mac(n), heardAt: 0, askedAt: 0, asked: 0, held: [] };
    tables.neighbours.set(neighbourKey(link, address), neighbour);
  }
  for (let n = 0; n < flows; n++) {
    const connection = flowNumbered(of, n);
    connections.with(connection);
    const learn = (egress: number, nextHop: Ipv4Address, side: 'host' | 'node'): void => {
      const addresses = { destination: mac(0), source: mac(0) };
      const forwarding = { egress, at: 14, length: 40, addresses, rewrite: null };
      pipeline.learn({ kind: 'forward', forwarding, nextHop, follows: { connection, side } }, tables);
    };
    learn(INTERCONNECT, connection.nodeAddress as Ipv4Address, 'host');
    learn(FIRST_NETWORK, ROUTER(of), 'node');
  }
  return { of, kernels, memory, connections, pipeline, tables, flows };
};
