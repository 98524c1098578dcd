// A closed port refuses as a host's does, or drops, as configured (D6; RFC 9293 section 3.5.2, RFC 1122
// section 4.1.3.1).

import * as E from 'fp-ts/lib/Either.js';
import {
  CODE_PORT_UNREACHABLE,
  CODE_PROTOCOL_UNREACHABLE,
  DESTINATION_UNREACHABLE,
} from '../wire/layout/icmp.ts';
import { PROTOCOL_TCP } from '../wire/layout/ipv4.ts';
import { isPortType } from '../wire/packet.ts';
import * as tcp from '../wire/tcp.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import type { Reason } from '../decision/reason.ts';
import type { Path } from '../decision/path.ts';
import type { Decision } from '../decision/verdict.ts';
import { icmpError, withinBudget } from './error.ts';
import { reply } from './reply.ts';

const reset = (arrival: Arrival, path: Path, reason: Reason): Decision => {
  const { frame, packet } = arrival;
  // How long a segment in fragments is, only its last one tells; a reset has to acknowledge that.
  if (packet.fragment) return drop(path, reason);
  const segment = tcp.decode(frame, packet.transportAt, packet.at + packet.length);
  if (E.isLeft(segment)) return drop(path, reason);
  const answer = tcp.resetFor(segment.right);
  if (answer === null) return drop(path, reason);
  return withinBudget(arrival, path, reason, 'refusals', () => {
    const bytes = tcp.encode(answer, packet.destination, packet.source);
    return reply(arrival, packet.destination, PROTOCOL_TCP, bytes);
  });
};

/** Refuses the packet under `reason`: a reset for TCP, else an ICMP error; drops it if so configured. */
export const refuse = (arrival: Arrival, path: Path, reason: Reason): Decision => {
  const { tables, packet } = arrival;
  if (tables.topology.unmatched === 'drop') return drop(path, reason);
  if (packet.protocol === PROTOCOL_TCP) return reset(arrival, path, reason);
  const code = isPortType(packet.protocol) ? CODE_PORT_UNREACHABLE : CODE_PROTOCOL_UNREACHABLE;
  return icmpError(arrival, path, reason, packet.destination, DESTINATION_UNREACHABLE, code);
};
