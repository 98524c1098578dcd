// What the gateway answers to ONC RPC calls over UDP, in the name of the cluster.

import { onLink } from '../../wire/address.ts';
import type { ReadonlyBytes } from '../../wire/bytes.ts';
import { MIN_HEADER_LENGTH, PROTOCOL_UDP } from '../../wire/layout/ipv4.ts';
import { HEADER_LENGTH } from '../../wire/layout/udp.ts';
import * as udp from '../../wire/udp.ts';
import type { Call, RpcFault } from '../../rpc/call.ts';
import { readCall } from '../../rpc/call.ts';
import * as rpc from '../../rpc/reply.ts';
import type { Arrival } from '../../decision/arrival.ts';
import { answer, drop, senderMac } from '../../decision/arrival.ts';
import type { Path } from '../../decision/path.ts';
import type { Reason } from '../../decision/reason.ts';
import { neighbourKey } from '../../decision/tables.ts';
import type { Decision } from '../../decision/verdict.ts';
import { replies } from '../../host/reply.ts';
import { isDamaged, messageAt, messageEnd } from '../rpc-message.ts';

const PATH: Path = 'inbound-function';

/** How many times the bytes of a request its answer may have: what RFC 9000 section 8 allows, for the same reason. */
const AMPLIFICATION = 3;

/** The longest message in one UDP datagram, bytes (RFC 791 section 3.1: a total length of 16 bits). */
const LONGEST_MESSAGE = 65535 - MIN_HEADER_LENGTH - HEADER_LENGTH;

/** The call in a UDP packet, as far as it is there. */
export const callIn = ({ frame, packet }: Arrival): Call | RpcFault =>
  readCall(frame, messageAt(packet), messageEnd(frame, packet));

/** What bytes get that are no call; silence, unless it is known that somebody called. */
export const answerFault = (arrival: Arrival, fault: RpcFault): Decision =>
  fault.kind === 'rpc-version'
    ? refuseRpc(arrival, rpc.encodeRpcMismatch(fault.xid))
    : drop(PATH, 'rpc-unreadable');

/** Versions of a program. */
export interface Versions {
  readonly program: number;
  readonly lowest: number;
  readonly highest: number;
}

/** What a call of another program or version gets; null when it is of these. */
export const notOf = (
  { program, lowest, highest }: Versions,
  { xid, ...called }: Call,
): Uint8Array | null => {
  if (called.program !== program) return rpc.encodeProgramUnavailable(xid);
  return called.version < lowest || called.version > highest
    ? rpc.encodeProgramMismatch(xid, lowest, highest)
    : null;
};

/** Answers with an RPC reply, from the address and port that were asked. */
export const answerRpc = (arrival: Arrival, reason: Reason, message: Uint8Array): Decision => {
  if (isDamaged(arrival)) return drop(PATH, 'udp-checksum');
  const { destination, source, destinationPort, sourcePort } = arrival.packet;
  const ports = { sourcePort: destinationPort, destinationPort: sourcePort };
  const datagram = udp.encode({ ...ports, payload: message }, destination, source);
  return answer(PATH, reason, replies(arrival, destination, PROTOCOL_UDP, datagram));
};

/** Answers that the call was executed; `results` in XDR, none for a procedure that returns nothing. */
export const succeed = (
  arrival: Arrival,
  { xid }: Call,
  results: ReadonlyBytes = rpc.VOID,
): Decision => answerRpc(arrival, 'rpc-answer', rpc.encodeSuccess(xid, results));

/** Answers with a reply that says why the call was not executed. */
export const refuseRpc = (arrival: Arrival, message: Uint8Array): Decision =>
  answerRpc(arrival, 'rpc-refused', message);

/**
 * Whether the sender is who its address says: a host on the link that answers, or asks, by ARP at the MAC
 * address that the frame came from. Any other source may be forged, to have its owner flooded.
 */
const isVerified = ({ tables, frame, ingress, packet }: Arrival): boolean => {
  if (ingress.framing === 'ip') return true;
  const { mac } = tables.neighbours.get(neighbourKey(ingress.link, packet.source)) ?? {};
  return onLink(ingress.address, packet.source) && mac === senderMac(frame);
};

const isAmplified = ({ packet }: Arrival, { sends }: Decision): boolean => {
  const sent = sends.reduce((sum, { frame }) => sum + frame.length, 0);
  return sent > AMPLIFICATION * (packet.at + packet.length);
};

/** Bytes of the shortest entry of a list: the word that says that there is one, and another. */
const LEAST_ENTRY = 8;

/**
 * Answers with a list, of `entries` entries, which `encoded` encodes: not with more than a datagram, nor to
 * those who may not have asked. A list that is too long in any case is not encoded to find that out.
 */
export const succeedAtLength = (
  arrival: Arrival,
  call: Call,
  entries: number,
  encoded: () => ReadonlyBytes,
): Decision => {
  const refusal = rpc.encodeSystemError(call.xid);
  const longest = isVerified(arrival)
    ? LONGEST_MESSAGE
    : AMPLIFICATION * (arrival.packet.at + arrival.packet.length);
  if (entries * LEAST_ENTRY > longest) return refuseRpc(arrival, refusal);
  const results = encoded();
  if (rpc.encodeSuccess(call.xid, results).length > LONGEST_MESSAGE)
    return refuseRpc(arrival, refusal);
  const answered = succeed(arrival, call, results);
  return isAmplified(arrival, answered) && !isVerified(arrival)
    ? refuseRpc(arrival, refusal)
    : answered;
};
