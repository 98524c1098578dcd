// The slow and obvious reference for cutting: the frame is read into values, and a value for each piece is
// written anew, checksums summed up from nothing. Right for frames whose partial sum is right.

import * as E from 'fp-ts/lib/Either.js';
import * as ethernet from '../../../core/wire/ethernet.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import * as udp from '../../../core/wire/udp.ts';

const FIN = 1;
const PSH = 8;
const CWR = 0x80;

const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
};

const dataOf = (payload: Uint8Array, size: number): readonly Uint8Array[] =>
  payload.length <= size
    ? [payload]
    : [payload.subarray(0, size), ...dataOf(payload.subarray(size), size)];

/** The pieces of a sound frame, each with `size` bytes of data but the last. */
export const slowPieces = (frame: Uint8Array, size: number): readonly Uint8Array[] => {
  const outer = right(ethernet.decode(frame, 0, frame.length));
  const packet = right(ipv4.decode(outer.payload, 0, outer.payload.length));
  const { source, destination } = packet;
  const written = (transport: Uint8Array, index: number): Uint8Array => {
    const identification = (packet.identification + index) % 0x10000;
    return ethernet.encode({
      ...outer,
      payload: ipv4.encode({ ...packet, identification, payload: transport }),
    });
  };
  if (packet.protocol === 17) {
    const whole = right(udp.decode(packet.payload, 0, packet.payload.length));
    return dataOf(whole.payload as Uint8Array, size).map((payload, index) =>
      written(udp.encode({ ...whole, payload }, source, destination), index),
    );
  }
  const whole = right(tcp.decode(packet.payload, 0, packet.payload.length));
  const all = dataOf(whole.payload as Uint8Array, size);
  return all.map((payload, index) => {
    const off = (index === 0 ? 0 : CWR) | (index === all.length - 1 ? 0 : FIN | PSH);
    const sequence = (whole.sequence + index * size) % 0x100000000;
    const segment = { ...whole, payload, sequence, flags: whole.flags & ~off };
    return written(tcp.encode(segment, source, destination), index);
  });
};
