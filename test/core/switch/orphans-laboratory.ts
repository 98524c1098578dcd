// Connections of a host of which a node may go (A21), and what the host is told.

import type { Output } from '../../../core/simulate/simulate.ts';
import { setNode } from '../../../core/switch/administration.ts';
import { ageing } from '../../../core/switch/tick.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { apply } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  NODES,
  address,
  packetOf,
  pass,
  right,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';
import type { Message } from './laboratory.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;
export const SYN_ACK = SYN | ACK;
export const MANAGER = address('198.51.100.200');
export const [ALPHA = HOST, BETA = HOST] = NODES;

export const of = topology();
export const tables = tablesOf(of, [HOST, MANAGER]);

export const toCluster = (message: Partial<Message>): Message => ({
  source: HOST,
  destination: CLUSTER,
  sourcePort: 5000,
  ...message,
});

/** Connections of the host to port 80, from these ports: to alpha, beta, gamma in turn; established. */
export const established = (ports: readonly number[], state: Tables = tables): Tables =>
  ports.reduce((before, sourcePort) => {
    const syn = pass(before, CAMPUS, toCluster({ sourcePort, flags: SYN }));
    const answer = pass(syn.tables, INTERCONNECT, {
      source: address(seen(syn)[0]?.destination ?? ''),
      destination: HOST,
      sourcePort: 80,
      destinationPort: sourcePort,
      flags: SYN_ACK,
    });
    return pass(answer.tables, CAMPUS, toCluster({ sourcePort, flags: ACK })).tables;
  }, state);

/** The node goes down, and the sweep comes to all its connections. */
export const down = (state: Tables, node: number): Tables => {
  const set = apply(state, setNode(state, node, 'down'));
  return apply(set, ageing(set, set.connections.values(), 0));
};

/** The TCP segment in a frame, and what carries it; checksums must be right. */
export const segmentIn = ({ egress, frame }: Output) => {
  const packet = right(ipv4.decode(frame, 14, frame.length));
  const { source, destination, payload } = packet;
  const fault = tcp.checksumFault(payload, 0, payload.length, source, destination);
  if (fault !== 0) throw new Error('checksum');
  const mac = Buffer.from(frame.slice(0, 6)).readUIntBE(0, 6);
  return { egress, mac, source, destination, ...right(tcp.decode(payload, 0, payload.length)) };
};

/** The number that a message of the test acknowledges. */
export const acknowledged = (message: Message): number => {
  const packet = packetOf(message);
  const { payload } = right(ipv4.decode(packet, 0, packet.length));
  return right(tcp.decode(payload, 0, payload.length)).acknowledgement;
};

export const orphans = (state: Tables): number => state.orphans.size;
