// Reads datagrams by recvmmsg(2), many with one call, into memory of our own, and gives each away as a copy.

import { libc } from '../linux/libc.ts';
import { MSG_DONTWAIT, MSG_TRUNC, socketCalls } from './calls.ts';
import { SOCKADDR_LENGTH, endpointAt } from './endpoint.ts';
import type { Headers } from './message-header.ts';
import { NAME_STRIDE, makeHeaders } from './message-header.ts';
import type { Hear } from './socket.ts';

/** Datagrams with one call, and the longest that any adapter carries, bytes. */
const BATCH = 32;
const LONGEST = 65536;

interface Room {
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly address: number;
}

let shared: Room | null = null;

/** One for all sockets: it is empty again before another is read. */
const room = (): Room => {
  if (shared !== null) return shared;
  const bytes = Buffer.allocUnsafeSlow(BATCH * LONGEST);
  shared = {
    headers: makeHeaders(BATCH, SOCKADDR_LENGTH),
    bytes,
    address: libc().addressOf(bytes),
  };
  return shared;
};

/** Takes a batch, calls `hear` for each, and says whether there may be more. */
export const makeReceiver = (descriptor: number): ((hear: Hear) => boolean) => {
  const calls = socketCalls();
  return (hear) => {
    const { headers, bytes, address } = room();
    for (let index = 0; index < BATCH; index++)
      headers.aim(index, address + index * LONGEST, LONGEST, 0);
    const came = calls.recvmmsg(descriptor, headers.address, BATCH, MSG_DONTWAIT, 0);
    // Copied before anybody hears: who hears may send, and be called again.
    const datagrams = Array.from({ length: Math.max(0, came) }, (_, index) => ({
      whole: (headers.flags(index) & MSG_TRUNC) === 0,
      from: endpointAt(headers.names, index * NAME_STRIDE),
      bytes: new Uint8Array(
        bytes.subarray(index * LONGEST, index * LONGEST + headers.received(index)),
      ),
    }));
    for (const datagram of datagrams) if (datagram.whole) hear(datagram.from, datagram.bytes);
    return came === BATCH;
  };
};
