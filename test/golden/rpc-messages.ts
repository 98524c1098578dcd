// The messages in a capture, as tshark numbers them: UDP datagrams put together, and TCP segments of data.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { readCapture } from '../../adapters/pcap/read.ts';

export interface CapturedMessage {
  /** Number of the frame that completes it. */
  readonly frame: number;
  readonly protocol: 'udp' | 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Behind the header of UDP or TCP. */
  readonly data: Uint8Array;
  /** Of `data`, what the first fragment carries. */
  readonly firstFragment: Uint8Array;
}

const word16 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);

const messageOf = (frame: number, packet: Uint8Array, first: number): CapturedMessage | null => {
  const isUdp = packet[9] === 17;
  const headers = 20 + (isUdp ? 8 : ((packet[32] ?? 0) >> 4) * 4);
  const data = packet.slice(headers);
  if (data.length === 0) return null;
  return {
    frame,
    protocol: isUdp ? 'udp' : 'tcp',
    sourcePort: word16(packet, 20),
    destinationPort: word16(packet, 22),
    data,
    firstFragment: data.slice(0, first - headers),
  };
};

/** Messages of IPv4 without options; a datagram's fragments stand one after another, as they were sent. */
export const messagesOf = (name: string): readonly CapturedMessage[] => {
  const path = fileURLToPath(new URL(`captures/${name}.pcap`, import.meta.url));
  const capture = readCapture(readFileSync(path));
  if (E.isLeft(capture)) throw new Error(capture.left.sentence);
  const messages: (CapturedMessage | null)[] = [];
  let fragments: Uint8Array[] = [];
  for (const { number, bytes } of capture.right.frames) {
    const frame = Uint8Array.from(bytes as Uint8Array);
    if (word16(frame, 12) !== 0x0800) continue;
    if (frame[14] !== 0x45) throw new Error(`frame ${number} has IP options`);
    const packet = frame.slice(14, 14 + word16(frame, 16));
    const offset = (word16(packet, 6) & 0x1fff) * 8;
    const before = fragments.reduce((sum, fragment) => sum + fragment.length, 0);
    if (offset !== Math.max(0, before - 20)) throw new Error(`frame ${number} is out of order`);
    fragments.push(offset === 0 ? packet : packet.slice(20));
    if ((word16(packet, 6) & 0x2000) !== 0) continue;
    const whole = Uint8Array.from(fragments.flatMap((fragment) => [...fragment]));
    messages.push(messageOf(number, whole, fragments[0]?.length ?? 0));
    fragments = [];
  }
  return messages.filter((message) => message !== null);
};
