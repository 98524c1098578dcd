// A packet of a known connection goes where the one before it went: core/switch/follow.ts, as far as it says
// the same each time. Whatever could be said otherwise goes up: a phase that a packet changes, a time that
// ran out, a node that is gone, a hop that must be asked for.

import * as ethernet from '../../core/wire/layout/ethernet.ts';
import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import { hasOffloads, hopAt, linkCount, nodeAt } from './areas.ts';
import { roleOf } from './directory.ts';
import { recordAt } from '../flow/record.ts';
import { flowRestate } from '../flow/table.ts';
import { canReach, sendTo } from './hop.ts';
import * as directory from '../layout/directory.ts';
import * as flow from '../layout/flow.ts';
import * as hop from '../layout/hop.ts';
import * as link from '../layout/link.ts';
import * as node from '../layout/node.ts';
import * as config from '../layout/settings.ts';
import { BY_DECISION, clusterPortOf } from './node-port.ts';
import { isPartial } from '../packet/offload.ts';
import { headerOf, protocolOf, totalOf } from './sight.ts';
import { idleLimit, isPlain } from '../flow/standing.ts';
import { oneHopOn, translate } from '../packet/translate.ts';

// Where the fields of what was learned are in one word that starts with the node.
const INBOUND_SHIFT: u64 = (flow.INBOUND_HOP - flow.NODE) * 8;
const OUTBOUND_SHIFT: u64 = (flow.OUTBOUND_HOP - flow.NODE) * 8;
const EPOCH_SHIFT: u64 = (flow.EPOCH - flow.NODE) * 8;

/** The hop that was learned for packets of a record from this side; 0: none, or its node is down. */
function hopLearned(record: usize, inside: bool): u32 {
  const learned = load<u64>(record, flow.NODE);
  if (<u32>(learned >>> EPOCH_SHIFT) != load<u16>(config.AT, config.EPOCH)) return 0;
  const to = (<u32>(learned >>> select<u64>(OUTBOUND_SHIFT, INBOUND_SHIFT, inside))) & 0xffff;
  if (to == 0 || load<u8>(nodeAt((<u32>learned) & 0xffff), node.DOWN) != 0) return 0;
  return to;
}

/** The packet at `at` gets the ends that the other side of the record knows. */
function translateBy(record: usize, at: usize, seen: u32, inside: bool): void {
  const address = load<u32>(
    record + select<usize>(flow.CLUSTER_ADDRESS, flow.NODE_ADDRESS, inside),
  );
  const port = load<u16>(record + select<usize>(flow.CLUSTER_PORT, flow.NODE_PORT, inside));
  const partial = hasOffloads && isPartial(at);
  translate(at, headerOf(seen), protocolOf(seen), inside, address, port, partial);
}

/**
 * Passes the packet at `at`, of which `seen` was seen, on by the entry at `record`, where that is all that is
 * to be thought of. False: nothing was done.
 */
export function repeatPlain(
  record: usize,
  inside: bool,
  length: usize,
  at: usize,
  seen: u32,
  now: f64,
): bool {
  if (!isPlain(load<u8>(record, flow.STATE), protocolOf(seen), inside)) return false;
  if (now - load<f64>(record, flow.LAST_SEEN) >= load<f64>(config.AT, config.JUST_NOW))
    return false;
  const to = hopLearned(record, inside);
  if (!canReach(to, at, seen, now)) return false;
  translateBy(record, at, seen, inside);
  sendTo(to, length, at, totalOf(seen));
  return true;
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

/** What is done to a packet whose addresses the host sees as the node does; false: it goes up. */
function leaveUntranslated(record: usize, at: usize, inside: bool): bool {
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
 * Passes the packet at `at` on as the entry `number` says; `inside`: it is the node's, else the host's. Its
 * length is noted at `length`. False: nothing was done, it goes up.
 */
export function repeatFlow(
  number: u32,
  inside: bool,
  length: usize,
  at: usize,
  seen: u32,
  now: f64,
): bool {
  const record = recordAt(number);
  const state = <u32>load<u8>(record, flow.STATE);
  const protocol = protocolOf(seen);
  const idle = now - load<f64>(record, flow.LAST_SEEN);
  if (idle >= idleLimit(state, protocol, inside)) return false;
  if (inside && (state & flow.OPENED_BY_NODE) != 0 && !keepsPort(record, protocol)) return false;
  const to = hopLearned(record, inside);
  if (!canReach(to, at, seen, now)) return false;
  if ((state & flow.UNTRANSLATED) == 0) translateBy(record, at, seen, inside);
  else if (!leaveUntranslated(record, at, inside)) return false;
  sendTo(to, length, at, totalOf(seen));
  if (idle >= load<f64>(config.AT, config.LAST_SEEN_GRAIN)) {
    store<f64>(record, now, flow.LAST_SEEN);
    flowRestate(number);
  }
  return true;
}
