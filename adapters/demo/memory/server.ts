// A simulated node's programs: an HTTP server and a UDP echo that say which node they are. All that TCP
// needs to answer stands in the segment it answers (RFC 9293 section 3.10), so nothing is remembered.

import * as E from 'fp-ts/lib/Either.js';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../../core/wire/layout/ipv4.ts';
import { ACK, FIN, PSH, RST, SYN } from '../../../core/wire/layout/tcp.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import * as udp from '../../../core/wire/udp.ts';
import { swapped, tcpMessage, textOf, udpMessage } from './segment.ts';
import type { Message } from './station.ts';

/** The node's first sequence number; any does. */
const FIRST = 7000;

export interface Server {
  readonly name: string;
  readonly httpPort: number;
  readonly udpPort: number;
}

const response = (name: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${name.length + 1}\r\n\r\n${name}\n`;

const answerTcp = ({ name, httpPort }: Server, message: Message): Message | null => {
  const decoded = tcp.decode(message.payload, 0, message.payload.length);
  if (E.isLeft(decoded)) return null;
  const { flags, sequence, acknowledgement, payload } = decoded.right;
  const ends = swapped({ ...message, ...decoded.right });
  if ((flags & RST) !== 0) return null;
  if (decoded.right.destinationPort !== httpPort) {
    const reset = tcp.resetFor(decoded.right);
    return reset && tcpMessage(ends, reset.flags, reset.sequence, reset.acknowledgement);
  }
  if ((flags & SYN) !== 0) return tcpMessage(ends, SYN | ACK, FIRST, sequence + 1);
  const next = sequence + payload.length;
  if (payload.length > 0) {
    const last = textOf(payload).includes('\r\nConnection: close\r\n') ? FIN : 0;
    return tcpMessage(ends, PSH | ACK | last, acknowledgement, next, response(name));
  }
  return (flags & FIN) === 0 ? null : tcpMessage(ends, ACK, acknowledgement, next + 1);
};

const answerUdp = ({ name, udpPort }: Server, message: Message): Message | null => {
  const decoded = udp.decode(message.payload, 0, message.payload.length);
  return E.isLeft(decoded) || decoded.right.destinationPort !== udpPort
    ? null
    : udpMessage(swapped({ ...message, ...decoded.right }), name);
};

/** What the server says to a message that its host got; null for nothing. */
export const answerOf = (server: Server, message: Message): Message | null => {
  if (message.protocol === PROTOCOL_TCP) return answerTcp(server, message);
  return message.protocol === PROTOCOL_UDP ? answerUdp(server, message) : null;
};
