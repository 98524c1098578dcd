// Connections as records of the flow table (assembly/layout/flow.ts). Field by field, in the order of
// core/decision/connection/phase.ts: all connections then have one shape, which is what makes reading fast.

import * as flow from '../../../assembly/layout/flow.ts';
import type { Connection, Phase, Side } from '../../../core/decision/connection/connection.ts';
import type { NodeIndex } from '../../../core/decision/topology.ts';
import { GATEWAY } from '../../../core/decision/topology.ts';
import { PROTOCOL_TCP } from '../../../core/wire/layout/ipv4.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';

/** A connection all of whose addresses are IPv4: only such ones have records. */
export type Flow = Connection & {
  readonly hostAddress: Ipv4Address;
  readonly clusterAddress: Ipv4Address;
  readonly nodeAddress: Ipv4Address;
};

export const isFlow = (connection: Connection): connection is Flow =>
  typeof connection.hostAddress === 'number' &&
  typeof connection.clusterAddress === 'number' &&
  typeof connection.nodeAddress === 'number';

const PHASES: Readonly<Record<Phase, number>> = {
  opening: flow.OPENING,
  answered: flow.ANSWERED,
  established: flow.ESTABLISHED,
  'half-closed': flow.HALF_CLOSED,
  closing: flow.CLOSING,
  reset: flow.RESET,
  'one-way': flow.ONE_WAY,
  'two-way': flow.TWO_WAY,
};
const PHASE_NAMES: readonly Phase[] = (Object.keys(PHASES) as Phase[]).sort(
  (a, b) => PHASES[a] - PHASES[b],
);

const phaseOf = (state: number): Phase => PHASE_NAMES[state & flow.PHASE_MASK] ?? 'opening';

const closedByOf = (state: number): Side | null => {
  const by = state & flow.CLOSED_BY_MASK;
  if (by === 0) return null;
  return by === flow.CLOSED_BY_HOST ? 'host' : 'node';
};

const closedByBits = (side: Side | null): number => {
  if (side === null) return 0;
  return side === 'host' ? flow.CLOSED_BY_HOST : flow.CLOSED_BY_NODE;
};

const stateOf = ({ phase, closedBy, openedBy, clusterAddress, nodeAddress }: Connection): number =>
  flow.IN_USE |
  PHASES[phase] |
  closedByBits(closedBy) |
  (openedBy === 'node' ? flow.OPENED_BY_NODE : 0) |
  (clusterAddress === nodeAddress ? flow.UNTRANSLATED : 0);

/** Records by number, in a memory that does not grow any more. */
export interface FlowRecords {
  read(record: number): Connection;
  /** Writes all of a connection, and no hops: those that lead elsewhere must not stay. */
  write(record: number, connection: Flow): void;
  /** Whether a connection is in it. */
  isUsed(record: number): boolean;
  /** Writes what messages change; the ends are those that the record has. */
  writeStanding(record: number, connection: Flow): void;
  /**
   * The hop that messages of a side go to, learned under an epoch; what was learned under another is void. Of
   * one whose proof stands in place of the hops nothing is learned.
   */
  teach(record: number, side: Side, hop: number, epoch: number): void;
  /** The one that was opened after it; after 0 the first, and 0 after the last. */
  next(record: number): number;
  previous(record: number): number;
}

/** The records that begin at `base`. */
export const flowRecords = (buffer: ArrayBuffer, base: number): FlowRecords => {
  const view = new DataView(buffer);
  const placeOf = (record: number): number => base + record * flow.RECORD_SIZE;
  const address = (at: number): Ipv4Address => view.getUint32(at) as Ipv4Address;
  const nodeAt = (at: number): NodeIndex => {
    const node = view.getUint16(at + flow.NODE, true);
    return node === flow.GATEWAY_NODE ? GATEWAY : node;
  };

  const writeStanding = (record: number, connection: Flow): void => {
    const at = placeOf(record);
    // The proof stands in place of the hops, and gives way to them.
    const wasAnswered = phaseOf(view.getUint8(at + flow.STATE)) === 'answered';
    if (connection.protocol === PROTOCOL_TCP && (connection.phase === 'answered' || wasAnswered))
      view.setUint32(at + flow.PROOF, connection.proof, true);
    view.setUint8(at + flow.STATE, stateOf(connection));
    view.setFloat64(at + flow.OPENED_AT, connection.openedAt, true);
    view.setFloat64(at + flow.LAST_SEEN, connection.lastSeen, true);
  };

  return {
    read: (record) => {
      const at = placeOf(record);
      const state = view.getUint8(at + flow.STATE);
      const phase = phaseOf(state);
      const protocol = view.getUint8(at + flow.PROTOCOL);
      const hasProof = protocol === PROTOCOL_TCP && phase === 'answered';
      return {
        protocol,
        openedBy: (state & flow.OPENED_BY_NODE) === 0 ? 'host' : 'node',
        hostAddress: address(at + flow.HOST_ADDRESS),
        hostPort: view.getUint16(at + flow.HOST_PORT),
        clusterAddress: address(at + flow.CLUSTER_ADDRESS),
        clusterPort: view.getUint16(at + flow.CLUSTER_PORT),
        node: nodeAt(at),
        nodeAddress: address(at + flow.NODE_ADDRESS),
        nodePort: view.getUint16(at + flow.NODE_PORT),
        phase,
        proof: hasProof ? view.getUint32(at + flow.PROOF, true) : 0,
        closedBy: closedByOf(state),
        openedAt: view.getFloat64(at + flow.OPENED_AT, true),
        lastSeen: view.getFloat64(at + flow.LAST_SEEN, true),
      };
    },
    write: (record, connection) => {
      const at = placeOf(record);
      view.setUint32(at + flow.HOST_ADDRESS, connection.hostAddress);
      view.setUint32(at + flow.CLUSTER_ADDRESS, connection.clusterAddress);
      view.setUint16(at + flow.HOST_PORT, connection.hostPort);
      view.setUint16(at + flow.CLUSTER_PORT, connection.clusterPort);
      view.setUint32(at + flow.NODE_ADDRESS, connection.nodeAddress);
      view.setUint16(at + flow.NODE_PORT, connection.nodePort);
      view.setUint8(at + flow.PROTOCOL, connection.protocol);
      // As 16 bits, the gateway's -1 is GATEWAY_NODE.
      view.setUint16(at + flow.NODE, connection.node, true);
      view.setUint16(at + flow.INBOUND_HOP, 0);
      view.setUint16(at + flow.OUTBOUND_HOP, 0);
      view.setUint16(at + flow.EPOCH, 0);
      writeStanding(record, connection);
    },
    writeStanding,
    isUsed: (record) => (view.getUint8(placeOf(record) + flow.STATE) & flow.IN_USE) !== 0,
    teach: (record, side, hop, epoch) => {
      const at = placeOf(record);
      const isTcp = view.getUint8(at + flow.PROTOCOL) === PROTOCOL_TCP;
      if (isTcp && phaseOf(view.getUint8(at + flow.STATE)) === 'answered') return;
      if (view.getUint16(at + flow.EPOCH, true) !== epoch) {
        view.setUint16(at + flow.INBOUND_HOP, 0);
        view.setUint16(at + flow.OUTBOUND_HOP, 0);
        view.setUint16(at + flow.EPOCH, epoch, true);
      }
      view.setUint16(at + (side === 'host' ? flow.INBOUND_HOP : flow.OUTBOUND_HOP), hop, true);
    },
    next: (record) => view.getUint32(placeOf(record) + flow.NEXT, true),
    previous: (record) => view.getUint32(placeOf(record) + flow.PREVIOUS, true),
  };
};
