// The last step of a frame that the pipeline passes on: it goes to its next hop (core/switch/leave.ts).

import * as ethernet from '../core/wire/layout/ethernet.ts';
import { hopAt, leaves, linkAt } from './areas.ts';
import * as hop from './layout/hop.ts';
import * as link from './layout/link.ts';
import { isPartial, isPlain, longestPiece, sayPlain } from './offload.ts';

function hasOffloads(index: u32): bool {
  return (load<u32>(linkAt(index), link.FLAGS) & link.OFFLOADS) != 0;
}

/** Whether the checksum of the packet at `at`, which came by a link, is to be completed. */
export function isPartialFrom(ingress: u32, at: usize): bool {
  return hasOffloads(ingress) && isPartial(at);
}

/**
 * Whether the packet at `at` of `total` bytes can go to a hop at once: its address is believed at `now`, the
 * packet fits the link, and the device there can do what the frame still needs.
 */
export function canReach(
  index: u32,
  ingress: u32,
  at: usize,
  header: u32,
  protocol: u32,
  total: u32,
  now: f64,
): bool {
  if (index == 0) return false;
  const to = hopAt(index);
  if (!(now < load<f64>(to, hop.BELIEVED_UNTIL))) return false;
  const mtu = load<u32>(to, hop.MTU);
  if (!hasOffloads(ingress)) return total <= mtu;
  if (longestPiece(at, header, protocol, total) > mtu) return false;
  return isPlain(at) || hasOffloads(load<u16>(to, hop.EGRESS));
}

/** Sends the packet at `at` of `total` bytes in a slot to a hop that it can reach. */
export function sendTo(index: u32, ingress: u32, slot: u32, at: usize, total: u32): void {
  const to = hopAt(index);
  const frame = at - ethernet.HEADER_LENGTH;
  store<u64>(frame, load<u64>(to, hop.HEADER));
  store<u32>(frame, load<u32>(to, hop.HEADER + 8), 8);
  store<u16>(frame, load<u16>(to, hop.HEADER + 12), 12);
  const egress = <u32>load<u16>(to, hop.EGRESS);
  if (!hasOffloads(ingress) && hasOffloads(egress)) sayPlain(at);
  leaves(slot, egress, total + ethernet.HEADER_LENGTH);
}
