// The last step of a frame that the pipeline passes on: it goes to its next hop (core/switch/leave.ts).

import * as ethernet from '../../core/wire/layout/ethernet.ts';
import { egressAhead, hasOffloads, hopAt } from './areas.ts';
import * as hop from '../layout/hop.ts';
import { isPlain, longestPiece, sayPlain } from '../packet/offload.ts';
import { headerOf, protocolOf, totalOf } from './sight.ts';

/** Whether a packet with offloads fits the hop's link, and the device there can do what it still needs. */
function fitsWithOffloads(to: usize, at: usize, seen: u32): bool {
  const longest = longestPiece(at, headerOf(seen), protocolOf(seen), totalOf(seen));
  if (longest > load<u32>(to, hop.MTU)) return false;
  return isPlain(at) || load<u8>(to, hop.OFFLOADS) != 0;
}

/**
 * Whether the packet at `at`, of which `seen` was seen, can go to a hop at once: its address is believed at
 * `now`, and the packet fits the link.
 */
export function canReach(index: u32, at: usize, seen: u32, now: f64): bool {
  const to = hopAt(index);
  if (index == 0 || !(now < load<f64>(to, hop.BELIEVED_UNTIL))) return false;
  return hasOffloads ? fitsWithOffloads(to, at, seen) : totalOf(seen) <= load<u32>(to, hop.MTU);
}

/**
 * Sends the packet at `at` of `total` bytes to a hop that it can reach; the length of its frame is noted at
 * `length`, and the link in its place.
 */
export function sendTo(index: u32, length: usize, at: usize, total: u32): void {
  const to = hopAt(index);
  const frame = at - ethernet.HEADER_LENGTH;
  store<u64>(frame, load<u64>(to, hop.HEADER));
  store<u32>(frame, load<u32>(to, hop.HEADER + 8), 8);
  store<u16>(frame, load<u16>(to, hop.HEADER + 12), 12);
  if (!hasOffloads && load<u8>(to, hop.OFFLOADS) != 0) sayPlain(at);
  store<u32>(length, total + ethernet.HEADER_LENGTH);
  store<u32>(length + egressAhead, load<u16>(to, hop.EGRESS));
}
