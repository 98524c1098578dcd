// The gateway's question to a node's portmapper, and what that answers, written without core's encoders.

import type { Output } from '../../core/simulate/simulate.ts';
import * as ethernet from '../../core/wire/ethernet.ts';
import * as ipv4 from '../../core/wire/ipv4.ts';
import * as udp from '../../core/wire/udp.ts';
import { bytes, raw, word } from '../core/rpc/slow-xdr.ts';
import { right } from '../core/switch/laboratory.ts';

/** Whether it is such a question: of all that a tick sends, only they are UDP. */
export const isQuestion = ({ frame }: Output): boolean => frame[12] === 8 && frame[23] === 17;

/** The frame that answers the frame of a question with a port, 0 for none. */
export const portmapperAnswer = (question: Uint8Array, port: number): Uint8Array => {
  const outer = right(ethernet.decode(question, 0, question.length));
  const packet = right(ipv4.decode(question, 14, question.length));
  const asked = right(udp.decode(packet.payload, 0, packet.payload.length));
  const xid = raw(Uint8Array.from(asked.payload as Uint8Array).slice(0, 4));
  const payload = bytes(xid, [1, 0, 0, 0, 0, port].map(word).join(''));
  const ports = { sourcePort: asked.destinationPort, destinationPort: asked.sourcePort };
  const { source, destination } = packet;
  return ethernet.encode({
    destination: outer.source,
    source: outer.destination,
    etherType: outer.etherType,
    payload: ipv4.encode({
      ...packet,
      source: destination,
      destination: source,
      payload: udp.encode({ ...ports, payload }, destination, source),
    }),
  });
};
