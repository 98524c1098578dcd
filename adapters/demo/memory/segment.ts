// TCP segments and UDP datagrams as the simulated hosts send them: RFC 9293, RFC 768.

import type { Ipv4Address } from '../../../core/wire/address.ts';
import type { ReadonlyBytes } from '../../../core/wire/bytes.ts';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../../core/wire/layout/ipv4.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import * as udp from '../../../core/wire/udp.ts';
import type { Message } from './station.ts';

/** One end and the other of what is sent. */
export interface Ends {
  readonly source: Ipv4Address;
  readonly sourcePort: number;
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
}

/** The ends of an answer. */
export const swapped = (ends: Ends): Ends => ({
  source: ends.destination,
  sourcePort: ends.destinationPort,
  destination: ends.source,
  destinationPort: ends.sourcePort,
});

const WINDOW = 65535;

export const textOf = (bytes: ReadonlyBytes): string =>
  new TextDecoder().decode(bytes as Uint8Array);

export const tcpMessage = (
  ends: Ends,
  flags: number,
  sequence: number,
  acknowledgement: number,
  text = '',
): Message => ({
  protocol: PROTOCOL_TCP,
  source: ends.source,
  destination: ends.destination,
  payload: tcp.encode(
    {
      sourcePort: ends.sourcePort,
      destinationPort: ends.destinationPort,
      sequence: sequence >>> 0,
      acknowledgement: acknowledgement >>> 0,
      flags,
      window: WINDOW,
      urgentPointer: 0,
      options: new Uint8Array(0),
      payload: new TextEncoder().encode(text),
    },
    ends.source,
    ends.destination,
  ),
});

export const udpMessage = (ends: Ends, text: string): Message => ({
  protocol: PROTOCOL_UDP,
  source: ends.source,
  destination: ends.destination,
  payload: udp.encode(
    {
      sourcePort: ends.sourcePort,
      destinationPort: ends.destinationPort,
      payload: new TextEncoder().encode(text),
    },
    ends.source,
    ends.destination,
  ),
});
