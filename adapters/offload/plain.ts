// The frames that a device would have given if it left nothing to be done: what the switch decides.

import { GSO_NONE } from '../../assembly/layout/offload.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { u16 } from '../../core/wire/bytes.ts';
import * as ethernet from '../../core/wire/layout/ethernet.ts';
import { packetAt } from '../../core/wire/packet.ts';
import type { Framing } from '../device.ts';
import { complete } from './complete.ts';
import type { Offload } from './header.ts';
import { isNothing } from './header.ts';
import { segmented } from './segment.ts';

/** Where the IPv4 packet is in a frame; -1: it has none. */
const packetIn = (frame: ReadonlyBytes, framing: Framing): number => {
  if (framing === 'ip') return 0;
  const isIpv4 =
    frame.length >= ethernet.HEADER_LENGTH &&
    u16(frame, ethernet.ETHER_TYPE) === ethernet.ETHER_TYPE_IPV4;
  return isIpv4 ? ethernet.HEADER_LENGTH : -1;
};

/**
 * The plain frames that a frame stands for, in their order: itself, whose checksum is completed where it lies,
 * or the pieces to be cut. What is no sound IPv4 packet stands for itself: it is switched nowhere, and `decide`
 * says why. Null: what was left to be done does not fit the frame.
 */
export const plainFrames = (
  frame: Uint8Array,
  framing: Framing,
  offload: Offload,
): readonly ReadonlyBytes[] | null => {
  if (isNothing(offload)) return [frame];
  const at = packetIn(frame, framing);
  const packet = at < 0 ? null : packetAt(frame, at);
  if (packet === null || typeof packet === 'number') return [frame];
  if (offload.cutting !== GSO_NONE) return segmented(frame, packet, offload);
  return complete(frame, packet, offload) ? [frame] : null;
};
