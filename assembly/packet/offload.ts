// Frames whose device leaves a checksum to be completed, or the cutting into segments: ./layout/offload.ts.
// In its slot such a frame has a header before the Ethernet header.

import * as ethernet from '../../core/wire/layout/ethernet.ts';
import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import * as tcp from '../../core/wire/layout/tcp.ts';
import * as udp from '../../core/wire/layout/udp.ts';
import * as offload from '../layout/offload.ts';
import * as slot from '../layout/slot.ts';

const BEFORE = slot.PACKET - slot.OFFLOAD;

function typeAt(at: usize): u32 {
  return (<u32>load<u8>(at - BEFORE, offload.GSO_TYPE)) & ~offload.GSO_ECN;
}

/** Whether the checksum of the packet at `at` is to be completed. */
export function isPartial(at: usize): bool {
  return (load<u8>(at - BEFORE, offload.FLAGS) & offload.NEEDS_CHECKSUM) != 0;
}

/**
 * Whether what a header says of the packet at `at` is what the pipeline knows to handle: nothing; a checksum
 * to complete, in its place; and, with one, segments of its own protocol.
 */
export function isOffloadKnown(at: usize, header: u32, protocol: u32): bool {
  const isTcp = protocol == ipv4.PROTOCOL_TCP;
  const type = typeAt(at);
  if (!isPartial(at)) return type == offload.GSO_NONE;
  const start = <u32>load<u16>(at - BEFORE, offload.CHECKSUM_START);
  const field = <u32>load<u16>(at - BEFORE, offload.CHECKSUM_OFFSET);
  if (start != ethernet.HEADER_LENGTH + header) return false;
  if (field != select<u32>(tcp.CHECKSUM, udp.CHECKSUM, isTcp)) return false;
  if (type == offload.GSO_NONE) return true;
  if (load<u16>(at - BEFORE, offload.GSO_SIZE) == 0) return false;
  return type == select<u32>(offload.GSO_TCP_IPV4, offload.GSO_UDP, isTcp);
}

/** The length of the longest packet that the one at `at`, of `total` bytes, will be on its way. */
export function longestPiece(at: usize, header: u32, protocol: u32, total: u32): u32 {
  if (typeAt(at) == offload.GSO_NONE) return total;
  const transport =
    protocol == ipv4.PROTOCOL_TCP
      ? (<u32>(load<u8>(at + header, tcp.DATA_OFFSET) >>> 4)) << 2
      : <u32>udp.HEADER_LENGTH;
  return min<u32>(total, header + transport + load<u16>(at - BEFORE, offload.GSO_SIZE));
}

/** Whether the packet at `at` is to be cut: it stands for several. */
export function isSuper(at: usize): bool {
  return typeAt(at) != offload.GSO_NONE;
}

/** Whether a frame needs nothing done by the device that it leaves by. */
export function isPlain(at: usize): bool {
  return !isPartial(at) && typeAt(at) == offload.GSO_NONE;
}

/** Says to the device that a frame leaves by that nothing is left to do. */
export function sayPlain(at: usize): void {
  store<u64>(at - BEFORE, 0);
  store<u16>(at - BEFORE, 0, offload.CHECKSUM_OFFSET);
}
