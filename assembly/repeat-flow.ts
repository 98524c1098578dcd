// A packet of a known connection goes where the one before it went: core/switch/follow.ts, as far as it says
// the same each time. Whatever could be said otherwise goes up: a phase that a packet changes, a time that
// ran out, a node that is gone, a hop that must be asked for.

import * as ethernet from '../core/wire/layout/ethernet.ts';
import * as ipv4 from '../core/wire/layout/ipv4.ts';
import { hopAt, linkCount, nodeAt, settings } from './areas.ts';
import { roleOf } from './directory.ts';
import { recordAt } from './flow-record.ts';
import { flowRestate } from './flow-table.ts';
import { canReach, isPartialFrom, sendTo } from './hop.ts';
import * as directory from './layout/directory.ts';
import * as flow from './layout/flow.ts';
import * as hop from './layout/hop.ts';
import * as link from './layout/link.ts';
import * as node from './layout/node.ts';
import * as config from './layout/settings.ts';
import { BY_DECISION, clusterPortOf } from './node-port.ts';
import { oneHopOn, translate } from './translate.ts';

/** Phases in which no packet without SYN, FIN or RST changes anything (core/decision/connection/phase.ts). */
const STEADY =
  (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED) | (1 << flow.CLOSING) | (1 << flow.TWO_WAY);
const LASTING = (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED);

/** Whether a packet from this side leaves the phase as it is. */
function isSteady(state: u32, protocol: u32, inside: bool): bool {
  const phase = state & flow.PHASE_MASK;
  if ((STEADY & (1 << phase)) != 0) return true;
  if (protocol != ipv4.PROTOCOL_UDP) return false;
  const isOpener = ((state & flow.OPENED_BY_NODE) != 0) == inside;
  return phase == flow.ONE_WAY ? isOpener : phase == flow.ANSWERED && !isOpener;
}

/** How long it may be idle, milliseconds. */
function idleLimit(state: u32, protocol: u32): f64 {
  if (protocol == ipv4.PROTOCOL_UDP) return load<f64>(settings, config.UDP);
  return (LASTING & (1 << (state & flow.PHASE_MASK))) != 0
    ? load<f64>(settings, config.TCP_ESTABLISHED)
    : load<f64>(settings, config.TCP_TRANSITORY);
}

/** Whether a frame of the packet at `at` comes from the node: all have the cluster's address (A14). */
function isFromNode(at: usize, index: u32): bool {
  const to = hopAt(load<u16>(nodeAt(index), node.HOP));
  if (load<u8>(to, hop.KNOWN) == 0) return false;
  const from = at - ethernet.HEADER_LENGTH + ethernet.SOURCE;
  return (
    load<u32>(from) == load<u32>(to, hop.HEADER) &&
    load<u16>(from, 4) == load<u16>(to, hop.HEADER + 4)
  );
}

/** Whether a node's own connection goes on under its cluster port (core/switch/outbound.ts). */
function keepsPort(record: usize, protocol: u32): bool {
  const index = <u32>load<u16>(record, flow.NODE);
  const port = clusterPortOf(index, protocol, load<u16>(record, flow.NODE_PORT));
  if (port == BY_DECISION) return false;
  return port < 0 || port == <i32>load<u16>(record, flow.CLUSTER_PORT);
}

/** The same for a connection whose addresses the host sees as the node does; false: it goes up. */
function repeatUntranslated(record: usize, at: usize, inside: bool): bool {
  const address = load<u32>(record, flow.CLUSTER_ADDRESS);
  if ((roleOf(address) & directory.CLUSTER) != 0)
    return !inside || isFromNode(at, load<u16>(record, flow.NODE));
  // A management host's (A12): which hosts are, each network says for itself.
  if (!inside && linkCount() > <u32>link.FIRST_NETWORK + 1) return false;
  if (load<u8>(at, ipv4.TTL) <= 1) return false;
  oneHopOn(at);
  return true;
}

/**
 * Passes the packet at `at` in a slot on as the entry `number` says; `inside`: it is the node's, else the
 * host's. False: nothing was done, it goes up.
 */
export function repeatFlow(
  number: u32,
  inside: bool,
  ingress: u32,
  slot: u32,
  at: usize,
  protocol: u32,
  now: f64,
): bool {
  const record = recordAt(number);
  const state = <u32>load<u8>(record, flow.STATE);
  if (!isSteady(state, protocol, inside)) return false;
  if (load<u16>(record, flow.EPOCH) != load<u16>(settings, config.EPOCH)) return false;
  const to = <u32>load<u16>(record + select<usize>(flow.OUTBOUND_HOP, flow.INBOUND_HOP, inside));
  if (to == 0) return false;
  const idle = now - load<f64>(record, flow.LAST_SEEN);
  if (idle >= idleLimit(state, protocol)) return false;
  if (load<u8>(nodeAt(load<u16>(record, flow.NODE)), node.DOWN) != 0) return false;
  if (inside && (state & flow.OPENED_BY_NODE) != 0 && !keepsPort(record, protocol)) return false;

  const first = load<u32>(at);
  const header = (first & 15) << 2;
  const total = <u32>bswap<u16>(<u16>(first >>> (ipv4.TOTAL_LENGTH * 8)));
  if (!canReach(to, ingress, at, header, protocol, total, now)) return false;

  if (load<u32>(record, flow.CLUSTER_ADDRESS) == load<u32>(record, flow.NODE_ADDRESS)) {
    if (!repeatUntranslated(record, at, inside)) return false;
  } else {
    const address = load<u32>(
      record + select<usize>(flow.CLUSTER_ADDRESS, flow.NODE_ADDRESS, inside),
    );
    const port = load<u16>(record + select<usize>(flow.CLUSTER_PORT, flow.NODE_PORT, inside));
    translate(at, header, protocol, inside, address, port, isPartialFrom(ingress, at));
  }
  sendTo(to, ingress, slot, at, total);

  if (idle >= load<f64>(settings, config.LAST_SEEN_GRAIN)) {
    store<f64>(record, now, flow.LAST_SEEN);
    flowRestate(number);
  }
  return true;
}
