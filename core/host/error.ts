// ICMP errors of the gateway's own, limited in rate (D2; RFC 1122 section 3.2.2, RFC 1812 section 4.3.2).

import type { Ipv4Address } from '../wire/address.ts';
import { isGroupMac, mac } from '../wire/address.ts';
import { u48 } from '../wire/bytes.ts';
import * as icmp from '../wire/icmp.ts';
import { DESTINATION } from '../wire/layout/ethernet.ts';
import {
  CODE_PORT_UNREACHABLE,
  CODE_PROTOCOL_UNREACHABLE,
  DESTINATION_UNREACHABLE,
} from '../wire/layout/icmp.ts';
import { PROTOCOL_ICMP } from '../wire/layout/ipv4.ts';
import type { Arrival } from '../decision/arrival.ts';
import { answer, drop } from '../decision/arrival.ts';
import type { Reason } from '../decision/reason.ts';
import type { Change, ErrorBudget } from '../decision/tables.ts';
import { isMartian } from '../decision/topology.ts';
import type { Path } from '../decision/path.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Send } from '../decision/send.ts';
import { reply } from './reply.ts';

/** Errors a second, and how many may go at once: what Linux allows by default. */
export const ERRORS_PER_SECOND = 1000;
export const ERROR_BURST = 50;

export const fullErrorBudget: ErrorBudget = { errors: ERROR_BURST, refusals: ERROR_BURST, at: 0 };

/** What an answer is counted as: an error, or the refusal of a port or protocol. */
export type Spent = 'errors' | 'refusals';

/** The budget after one answer at `now`; null when it is spent. */
export const spend = (budget: ErrorBudget, now: number, spent: Spent): ErrorBudget | null => {
  const earned = (Math.max(0, now - budget.at) * ERRORS_PER_SECOND) / 1000;
  const filled: ErrorBudget = {
    errors: Math.min(ERROR_BURST, budget.errors + earned),
    refusals: Math.min(ERROR_BURST, budget.refusals + earned),
    at: Math.max(now, budget.at),
  };
  return filled[spent] < 1 ? null : { ...filled, [spent]: filled[spent] - 1 };
};

const isRefusal = (type: number, code: number): boolean =>
  type === DESTINATION_UNREACHABLE &&
  (code === CODE_PORT_UNREACHABLE || code === CODE_PROTOCOL_UNREACHABLE);

/** RFC 1122 section 3.2.2: never about an error, a later fragment, a broadcast, or a source that is no single host. */
const mayBeAnswered = ({ frame, ingress, packet }: Arrival): boolean =>
  packet.fragmentOffset === 0 &&
  !(packet.protocol === PROTOCOL_ICMP && (packet.fragment || icmp.isError(packet.icmpType))) &&
  !(ingress.framing === 'ethernet' && isGroupMac(mac(u48(frame, DESTINATION)))) &&
  !isMartian(packet.source);

/** `make` within the error budget: an answer counted as `reason`, or a drop when the budget is spent. */
export const withinBudget = (
  arrival: Arrival,
  path: Path,
  reason: Reason,
  spent: Spent,
  make: () => Send,
): Decision => {
  if (!mayBeAnswered(arrival)) return drop(path, reason);
  const budget = spend(arrival.tables.errorBudget, arrival.now, spent);
  if (budget === null) return drop(path, 'error-rate');
  const changes: readonly Change[] = [{ kind: 'error-budget', budget }];
  return answer(path, reason, [make()], changes);
};

/**
 * Answers the packet with an ICMP error from `source` that quotes it; dropped instead, under the same
 * reason, where RFC 1122 forbids an error. `rest` is bytes 4 to 7 of the message: the MTU of a
 * fragmentation needed (RFC 1191 section 4), else 0.
 */
export const icmpError = (
  arrival: Arrival,
  path: Path,
  reason: Reason,
  source: Ipv4Address,
  type: number,
  code: number,
  rest = 0,
): Decision =>
  withinBudget(arrival, path, reason, isRefusal(type, code) ? 'refusals' : 'errors', () => {
    const { frame, packet } = arrival;
    const quoted = frame.subarray(packet.at, packet.at + packet.length);
    const message = icmp.errorMessage(type, code, rest, quoted);
    return reply(arrival, source, PROTOCOL_ICMP, icmp.encode(message));
  });
