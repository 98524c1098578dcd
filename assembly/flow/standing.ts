// Whether a packet leaves the phase of its connection as it is, and how long that may be idle: told by one
// byte for each state, so that it costs a load. Rules: core/decision/connection/phase.ts.

import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import * as flow from '../layout/flow.ts';
import * as config from '../layout/settings.ts';

/** Phases in which no packet without SYN, FIN or RST changes anything. */
const STEADY =
  (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED) | (1 << flow.CLOSING) | (1 << flow.TWO_WAY);
const LASTING = (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED);

/** The table: for UDP, for a node's packet, for each state. In the page that is there from the start. */
const TABLE_AT: usize = 2048;
const STATES: u32 = 256;
/** In an entry of the table, beside the limit. */
const PLAIN: u32 = 1;

/** Where a table entry is. */
function placeOf(protocol: u32, inside: bool, state: u32): usize {
  const column = ((<u32>(protocol == ipv4.PROTOCOL_UDP)) << 1) | (<u32>inside);
  return TABLE_AT + column * STATES + state;
}

/** Whether a packet from this side leaves the phase as it is. */
function isSteady(state: u32, protocol: u32, inside: bool): bool {
  const phase = state & flow.PHASE_MASK;
  if ((STEADY & (1 << phase)) != 0) return true;
  if (protocol != ipv4.PROTOCOL_UDP) return false;
  const isOpener = ((state & flow.OPENED_BY_NODE) != 0) == inside;
  return phase == flow.ONE_WAY ? isOpener : phase == flow.ANSWERED && !isOpener;
}

/** Which of the limits in the settings holds: its offset there, a multiple of 8. */
function limitOf(state: u32, protocol: u32, inside: bool): u32 {
  if ((state & flow.IN_USE) == 0 || !isSteady(state, protocol, inside)) return config.NEVER;
  if (protocol == ipv4.PROTOCOL_UDP) return config.UDP;
  return (LASTING & (1 << (state & flow.PHASE_MASK))) != 0
    ? config.TCP_ESTABLISHED
    : config.TCP_TRANSITORY;
}

/** Whether nothing but the entry is to be thought of. */
function isPlainState(state: u32, inside: bool): bool {
  return (state & flow.UNTRANSLATED) == 0 && !(inside && (state & flow.OPENED_BY_NODE) != 0);
}

function standingOf(state: u32, protocol: u32, inside: bool): u8 {
  const limit = limitOf(state, protocol, inside);
  return <u8>(limit | (<u32>(limit != config.NEVER && isPlainState(state, inside))));
}

function initFor(protocol: u32, inside: bool): void {
  for (let state: u32 = 0; state < STATES; state++)
    store<u8>(placeOf(protocol, inside, state), standingOf(state, protocol, inside));
}

/** Works the table out. */
export function standingInit(): void {
  initFor(ipv4.PROTOCOL_TCP, false);
  initFor(ipv4.PROTOCOL_TCP, true);
  initFor(ipv4.PROTOCOL_UDP, false);
  initFor(ipv4.PROTOCOL_UDP, true);
}

/**
 * How long a connection in a state may be idle so that a packet of TCP or UDP from this side changes nothing,
 * milliseconds; 0: it may change something, or the record is free.
 */
export function idleLimit(state: u32, protocol: u32, inside: bool): f64 {
  return load<f64>(config.AT + (load<u8>(placeOf(protocol, inside, state)) & ~PLAIN));
}

/**
 * Whether such a packet, of a connection that was heard just now, is passed on by what the entry says, which
 * is all that there is to be thought of: that is the case of almost every packet.
 */
export function isPlain(state: u32, protocol: u32, inside: bool): bool {
  return (load<u8>(placeOf(protocol, inside, state)) & PLAIN) != 0;
}
