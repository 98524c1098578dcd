// Before traffic comes: the engine compiles the kernels a second time, for speed, only after they were used
// for a while, and a frame costs a microsecond until then. What is compiled is shared by all instances of one
// module, so that one with a memory of its own is used here, and thrown away.

import type { Connection, Side } from '../../core/decision/connection/connection.ts';
import { neighbourKey } from '../../core/decision/tables.ts';
import type { LinkSettings, Topology } from '../../core/decision/topology.ts';
import { interconnect, networks } from '../../core/decision/topology.ts';
import { packetOf } from '../../core/host/own-packet.ts';
import { emptyTablesInPlace } from '../../core/switch/start.ts';
import type { Ipv4Address } from '../../core/wire/address.ts';
import { ipv4, mac } from '../../core/wire/address.ts';
import * as ethernet from '../../core/wire/ethernet.ts';
import { ETHER_TYPE_IPV4 } from '../../core/wire/layout/ethernet.ts';
import { PROTOCOL_UDP } from '../../core/wire/layout/ipv4.ts';
import * as udp from '../../core/wire/udp.ts';
import { frameOffset } from '../device.ts';
import { loadKernels } from './kernels.ts';
import { makeMemory } from './memory.ts';
import { makePipeline } from './pipeline/pipeline.ts';

/** After so many batches of so many frames nothing gets faster any more (docs/decisions/0018). */
const BATCHES = 400;
const BATCH = 64;
const CONNECTIONS = 64;
const PLAN = { batch: BATCH, spares: 1, maxFrame: 128 };

/** Of documentation (RFC 5737), and from no range that is ever used. */
const HOST = ipv4(0xc0000201);
const PORT = 1024;
const NEIGHBOUR = mac(0x020000000000);

const frameTo = (link: LinkSettings, source: Ipv4Address, destination: Ipv4Address): Uint8Array => {
  const datagram = { sourcePort: PORT, destinationPort: PORT, payload: new Uint8Array(8) };
  const payload = udp.encode(datagram, source, destination);
  return ethernet.encode({
    destination: link.mac,
    source: NEIGHBOUR,
    etherType: ETHER_TYPE_IPV4,
    payload: packetOf({ source, destination, protocol: PROTOCOL_UDP, payload }),
  });
};

/**
 * Has the kernels pass on frames of a connection in both directions, until they do it as fast as they can.
 * Gives how many they passed on; 0 where a topology has neither network nor node.
 */
export const warmUp = (running: Topology): number => {
  const topology = { ...running, limits: { ...running.limits, connections: CONNECTIONS } };
  const [network] = networks(topology);
  const node = topology.nodes.findIndex(
    ({ address, state }) => typeof address === 'number' && state === 'active',
  );
  const nodeAddress = topology.nodes[node]?.address;
  if (network === undefined || typeof nodeAddress !== 'number') return 0;
  const inner = interconnect(topology);
  const clusterAddress = network.address.address;

  const kernels = loadKernels();
  const { slots, connections, pipeline: memory } = makeMemory(kernels, PLAN, topology);
  const tables = { ...emptyTablesInPlace(topology), connections };
  const connection: Connection = {
    protocol: PROTOCOL_UDP,
    openedBy: 'host',
    hostAddress: HOST,
    hostPort: PORT,
    clusterAddress,
    clusterPort: PORT,
    node,
    nodeAddress,
    nodePort: PORT,
    phase: 'two-way',
    proof: 0,
    closedBy: null,
    openedAt: 0,
    lastSeen: 0,
  };
  connections.with(connection);
  const pipeline = makePipeline(kernels, memory, connections, tables, () => false);

  const teach = ({ link, mac: source }: LinkSettings, nextHop: Ipv4Address, side: Side): void => {
    const known = { mac: NEIGHBOUR, heardAt: 0, askedAt: 0, asked: 0, held: [] };
    tables.neighbours.set(neighbourKey(link, nextHop), { link, address: nextHop, ...known });
    const addresses = { destination: NEIGHBOUR, source };
    const forwarding = { egress: link, at: 0, length: 0, addresses, rewrite: null };
    const follows = { connection, side };
    pipeline.learn({ kind: 'forward', forwarding, nextHop, follows }, tables);
  };
  teach(inner, nodeAddress, 'host');
  teach(network, HOST, 'node');

  const drive = ({ link }: LinkSettings, frame: Uint8Array): number => {
    for (let slot = 0; slot < BATCH; slot++)
      slots.bytes.set(frame, slots.base + slot * slots.stride + frameOffset('ethernet'));
    slots.lengths.fill(frame.length);
    pipeline.look(link, 0, BATCH);
    return pipeline.repeat(0, BATCH, 0);
  };
  const inbound = frameTo(network, HOST, clusterAddress);
  const outgoing = frameTo(inner, nodeAddress, HOST);
  let passed = 0;
  for (let batch = 0; batch < BATCHES; batch += 2)
    passed += drive(network, inbound) + drive(inner, outgoing);
  return passed;
};
