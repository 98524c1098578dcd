// The JavaScript reference: packets of known connections (assembly/pipeline/repeat-flow.ts).

import * as directoryLayout from '../../../assembly/layout/directory.ts';
import * as flow from '../../../assembly/layout/flow.ts';
import * as hop from '../../../assembly/layout/hop.ts';
import * as link from '../../../assembly/layout/link.ts';
import * as node from '../../../assembly/layout/node.ts';
import * as settings from '../../../assembly/layout/settings.ts';
import * as ethernet from '../../../core/wire/layout/ethernet.ts';
import * as ipv4 from '../../../core/wire/layout/ipv4.ts';
import type { Places } from '../places.ts';
import type { Directory } from './directory.ts';
import { BY_DECISION } from './directory.ts';
import type { Flows } from './flows.ts';
import type { Words } from './memory.ts';
import type { Passing } from './passing.ts';

/** The frame goes up. */
export const UP = -1;

const STEADY =
  (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED) | (1 << flow.CLOSING) | (1 << flow.TWO_WAY);
const LASTING = (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED);

const isSteady = (state: number, protocol: number, inside: boolean): boolean => {
  const phase = state & flow.PHASE_MASK;
  if ((STEADY >> phase) & 1) return true;
  if (protocol !== ipv4.PROTOCOL_UDP) return false;
  const isOpener = ((state & flow.OPENED_BY_NODE) !== 0) === inside;
  return phase === flow.ONE_WAY ? isOpener : phase === flow.ANSWERED && !isOpener;
};

export const repeatFlowIn = (
  words: Words,
  places: Places,
  flows: Flows,
  directory: Directory,
  passing: Passing,
) => {
  const { get8, get16, get32, getDouble, putDouble } = words;
  const nodeAt = (index: number): number => places.nodes + index * node.SIZE;

  const idleLimit = (state: number, protocol: number): number => {
    if (protocol === ipv4.PROTOCOL_UDP) return getDouble(settings.AT + settings.UDP);
    return (LASTING >> (state & flow.PHASE_MASK)) & 1
      ? getDouble(settings.AT + settings.TCP_ESTABLISHED)
      : getDouble(settings.AT + settings.TCP_TRANSITORY);
  };

  const isFromNode = (packet: number, index: number): boolean => {
    const to = passing.hopAt(get16(nodeAt(index) + node.HOP));
    if (get8(to + hop.KNOWN) === 0) return false;
    const from = packet - ethernet.HEADER_LENGTH + ethernet.SOURCE;
    return [0, 2, 4].every((at) => get16(from + at) === get16(to + hop.HEADER + at));
  };

  const keepsPort = (record: number, protocol: number): boolean => {
    const index = get16(record + flow.NODE);
    const port = directory.clusterPortOf(index, protocol, get16(record + flow.NODE_PORT));
    if (port === BY_DECISION) return false;
    return port < 0 || port === get16(record + flow.CLUSTER_PORT);
  };

  const passUntranslated = (record: number, packet: number, inside: boolean): boolean => {
    const role = directory.roleOf(get32(record + flow.CLUSTER_ADDRESS));
    if (role & directoryLayout.CLUSTER)
      return !inside || isFromNode(packet, get16(record + flow.NODE));
    if (!inside && get32(settings.AT + settings.LINKS) > link.FIRST_NETWORK + 1) return false;
    if (get8(packet + ipv4.TTL) <= 1) return false;
    passing.oneHopOn(packet);
    return true;
  };

  /** Passes a packet on as its record says; returns the link that it leaves by. UP: nothing was done. */
  return (
    number: number,
    inside: boolean,
    packet: number,
    header: number,
    protocol: number,
    total: number,
    offloads: boolean,
    now: number,
  ): number => {
    const record = flows.recordAt(number);
    const state = get8(record + flow.STATE);
    if (!isSteady(state, protocol, inside)) return UP;
    if (get16(record + flow.EPOCH) !== get16(settings.AT + settings.EPOCH)) return UP;
    const to = get16(record + (inside ? flow.OUTBOUND_HOP : flow.INBOUND_HOP));
    const idle = now - getDouble(record + flow.LAST_SEEN);
    if (idle >= idleLimit(state, protocol)) return UP;
    if (get8(nodeAt(get16(record + flow.NODE)) + node.DOWN) !== 0) return UP;
    if (inside && (state & flow.OPENED_BY_NODE) !== 0 && !keepsPort(record, protocol)) return UP;
    if (!passing.canReach(to, packet, header, protocol, total, offloads, now)) return UP;

    const cluster = get32(record + flow.CLUSTER_ADDRESS);
    const own = get32(record + flow.NODE_ADDRESS);
    if (cluster === own) {
      if (!passUntranslated(record, packet, inside)) return UP;
    } else {
      const port = get16(record + (inside ? flow.CLUSTER_PORT : flow.NODE_PORT));
      const isLeftUndone = offloads && passing.isPartial(packet);
      const address = inside ? cluster : own;
      passing.translate(packet, header, protocol, inside, address, port, isLeftUndone);
    }
    const egress = passing.sendTo(to, packet, offloads);
    if (idle >= getDouble(settings.AT + settings.LAST_SEEN_GRAIN)) {
      putDouble(record + flow.LAST_SEEN, now);
      flows.restate(number);
    }
    return egress;
  };
};
