// Echo to an address of the gateway is answered as a host answers it (D2; RFC 1122 section 3.2.2.6).

import * as E from 'fp-ts/lib/Either.js';
import * as icmp from '../wire/icmp.ts';
import { PROTOCOL_ICMP } from '../wire/layout/ipv4.ts';
import type { Arrival } from '../decision/arrival.ts';
import { answer, drop } from '../decision/arrival.ts';
import type { Path } from '../decision/path.ts';
import type { Decision } from '../decision/verdict.ts';
import { replies } from './reply.ts';

/** The reply to the echo request `arrival`, from the address that was asked. */
export const echoReply = (arrival: Arrival, path: Path): Decision => {
  const { frame, packet } = arrival;
  const message = icmp.decode(frame, packet.transportAt, packet.at + packet.length);
  if (E.isLeft(message))
    return drop(path, message.left === 'sound' ? 'icmp-checksum' : message.left);
  const bytes = icmp.encode(icmp.echoReplyTo(message.right));
  return answer(path, 'echo-request', replies(arrival, packet.destination, PROTOCOL_ICMP, bytes));
};
