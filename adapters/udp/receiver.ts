// Reads datagrams by recvmmsg(2), many with one call, into memory of our own, and gives each away as a copy.

import { libc } from '../linux/libc.ts';
import { MSG_DONTWAIT, socketCalls } from './calls.ts';
import type { Ipv4Endpoint } from './endpoint.ts';
import { SOCKADDR_LENGTH, endpointAt } from './endpoint.ts';
import type { Headers } from './message-header.ts';
import { NAME_STRIDE, makeHeaders } from './message-header.ts';
import type { Hear } from './socket.ts';

/** Datagrams with one call, and the room for each, bytes: more than UDP over IPv4 has (RFC 768). */
const BATCH = 32;
const LONGEST = 65536;

interface Room {
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** Makes a header ready to receive, after one that was used. */
  readonly ready: (index: number) => void;
}

let shared: Room | null = null;

/** One for all sockets: it is empty again before another is read. */
const room = (): Room => {
  if (shared !== null) return shared;
  const bytes = Buffer.allocUnsafeSlow(BATCH * LONGEST);
  const address = libc().addressOf(bytes);
  const headers = makeHeaders(BATCH, SOCKADDR_LENGTH);
  const ready = (index: number): void => headers.aim(index, address + index * LONGEST, LONGEST, 0);
  for (let index = 0; index < BATCH; index++) ready(index);
  shared = { headers, bytes, ready };
  return shared;
};

/** Takes a batch, calls `hear` for each, and says whether there may be more. */
export const makeReceiver = (descriptor: number): ((hear: Hear) => boolean) => {
  const calls = socketCalls();
  return (hear) => {
    const { headers, bytes, ready } = room();
    const came = calls.recvmmsg(descriptor, headers.address, BATCH, MSG_DONTWAIT, 0);
    // Copied before anybody hears: who hears may send, and be called again.
    const datagrams: { readonly from: Ipv4Endpoint; readonly bytes: Uint8Array }[] = [];
    for (let index = 0; index < came; index++) {
      const start = index * LONGEST;
      datagrams.push({
        from: endpointAt(headers.names, index * NAME_STRIDE),
        bytes: new Uint8Array(bytes.subarray(start, start + headers.received(index))),
      });
      ready(index);
    }
    for (const datagram of datagrams) hear(datagram.from, datagram.bytes);
    return came === BATCH;
  };
};
