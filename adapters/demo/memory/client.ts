// The simulated client's programs: HTTP requests over TCP (RFC 9293, without retransmission) and UDP
// datagrams, to the cluster address.

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../../core/wire/layout/ipv4.ts';
import { ACK, FIN, PSH, RST, SYN } from '../../../core/wire/layout/tcp.ts';
import type { TcpSegment } from '../../../core/wire/tcp.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import * as udp from '../../../core/wire/udp.ts';
import type { Question } from '../cluster.ts';
import type { Ends } from './segment.ts';
import { tcpMessage, textOf, udpMessage } from './segment.ts';
import type { Message, Station } from './station.ts';

const FIRST_PORT = 40000;
const FIRST_SEQUENCE = 1000;

/** A TCP connection of the client's, or its UDP socket; `sequence` is what it sends next. */
interface Open {
  readonly question: Question;
  readonly ends: Ends;
  readonly sequence: number;
  /** What the other end sends next. */
  readonly expected: number;
  readonly answer: string | null;
}

export interface Client {
  /** Sends what the question takes, by a port that it gives. */
  ask(question: Question): number;
  readonly receive: (message: Message) => void;
  /**
   * The node that answered at this port; null for no answer. The port is done with then, unless it is
   * that of a kept connection that was answered.
   */
  answerAt(port: number): string | null;
}

const requestText = ({ kind }: Question): string =>
  `GET / HTTP/1.1\r\nConnection: ${kind === 'kept' ? 'keep-alive' : 'close'}\r\n\r\n`;

const bodyOf = (response: string): string => response.split('\r\n\r\n')[1]?.trim() ?? '';

export const makeClient = (station: Station, cluster: Ipv4Address): Client => {
  const open = new Map<number, Open>();
  /** The port of each kept connection, by its number. */
  const kept = new Map<number, number>();
  let nextPort = FIRST_PORT;

  /** Sends a segment of `one`; `text` moves its sequence on, as a SYN or FIN does. */
  const send = (one: Open, flags: number, text = ''): Open => {
    station.send(tcpMessage(one.ends, flags, one.sequence, one.expected, text));
    const length = text.length + ((flags & (SYN | FIN)) === 0 ? 0 : 1);
    return { ...one, sequence: one.sequence + length };
  };

  const start = (question: Question, port: number): Open => {
    const ends = {
      source: station.address,
      sourcePort: port,
      destination: cluster,
      destinationPort: question.port,
    };
    const one: Open = { question, ends, sequence: FIRST_SEQUENCE, expected: 0, answer: null };
    if (question.kind !== 'udp') return send(one, SYN);
    station.send(udpMessage(ends, 'which node?'));
    return one;
  };

  const ask = (question: Question): number => {
    const keptPort = question.kind === 'kept' ? kept.get(question.connection) : undefined;
    const there = keptPort === undefined ? undefined : open.get(keptPort);
    const port = there?.ends.sourcePort ?? nextPort++;
    if (question.kind === 'kept') kept.set(question.connection, port);
    const one = there
      ? send({ ...there, answer: null }, PSH | ACK, requestText(question))
      : start(question, port);
    open.set(port, one);
    return port;
  };

  /** The connection or socket that a message is for. Only the cluster address is one host to the client. */
  const openFor = ({ source }: Message, from: number, to: number): Open | undefined => {
    const one = open.get(to);
    return source === cluster && one?.ends.destinationPort === from ? one : undefined;
  };

  const receiveUdp = (message: Message): void => {
    const datagram = udp.decode(message.payload, 0, message.payload.length);
    if (E.isLeft(datagram)) return;
    const { sourcePort, destinationPort, payload } = datagram.right;
    const one = openFor(message, sourcePort, destinationPort);
    if (one) open.set(destinationPort, { ...one, answer: textOf(payload) });
  };

  const afterSegment = (one: Open, { flags, sequence, payload }: TcpSegment): Open => {
    if ((flags & SYN) !== 0)
      return send({ ...one, expected: sequence + 1 }, PSH | ACK, requestText(one.question));
    if (payload.length === 0 || sequence !== one.expected) return one;
    const closes = (flags & FIN) !== 0;
    const expected = sequence + payload.length + (closes ? 1 : 0);
    const answer = bodyOf(textOf(payload));
    return send({ ...one, answer, expected }, closes ? FIN | ACK : ACK);
  };

  const receiveTcp = (message: Message): void => {
    const segment = tcp.decode(message.payload, 0, message.payload.length);
    if (E.isLeft(segment)) return;
    const { sourcePort, destinationPort, flags } = segment.right;
    const one = openFor(message, sourcePort, destinationPort);
    if (one === undefined) return;
    if ((flags & RST) !== 0) open.delete(destinationPort);
    else open.set(destinationPort, afterSegment(one, segment.right));
  };

  return {
    ask,
    receive: (message) => {
      if (message.protocol === PROTOCOL_TCP) receiveTcp(message);
      if (message.protocol === PROTOCOL_UDP) receiveUdp(message);
    },
    answerAt: (port) => {
      const one = open.get(port);
      const answer = one?.answer ?? null;
      if (one?.question.kind !== 'kept' || answer === null) open.delete(port);
      return answer;
    },
  };
};
