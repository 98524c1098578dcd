// What the gateway answers to ONC RPC calls over UDP, in the name of the cluster.

import { onLink } from '../../wire/address.ts';
import { PROTOCOL_UDP } from '../../wire/layout/ipv4.ts';
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

const PATH: Path = 'inbound-function';

/** How many times the bytes of a request its answer may have: what RFC 9000 section 8 allows, for the same reason. */
const AMPLIFICATION = 3;

/**
 * Whether the sender is who its address says: a host on the link that answers, or asks, by ARP at the MAC
 * address that the frame came from. Any other source may be forged, to have its owner flooded.
 */
const isVerified = ({ tables, frame, ingress, packet }: Arrival): boolean => {
  if (ingress.framing === 'ip') return true;
  const { mac } = tables.neighbours.get(neighbourKey(ingress.link, packet.source)) ?? {};
  return onLink(ingress.address, packet.source) && mac === senderMac(frame);
};

/** The call in a UDP packet, as far as it is there. */
export const callIn = ({ frame, packet }: Arrival): Call | RpcFault =>
  readCall(frame, packet.transportAt + HEADER_LENGTH, packet.at + packet.length);

/** Answers with an RPC reply, from the address and port that were asked. */
export const answerRpc = (arrival: Arrival, reason: Reason, message: Uint8Array): Decision => {
  const { packet } = arrival;
  const { destination, source } = packet;
  const datagram = {
    sourcePort: packet.destinationPort,
    destinationPort: packet.sourcePort,
    payload: message,
  };
  const bytes = udp.encode(datagram, destination, source);
  return answer(PATH, reason, replies(arrival, destination, PROTOCOL_UDP, bytes));
};

/** Answers with results that may be long: not to those who may not have asked. */
export const answerAtLength = (arrival: Arrival, xid: number, results: Uint8Array): Decision => {
  const message = rpc.encodeSuccess(xid, results);
  const headers = arrival.packet.transportAt - arrival.packet.at + HEADER_LENGTH;
  const isLong = headers + message.length > AMPLIFICATION * arrival.packet.length;
  return isLong && !isVerified(arrival)
    ? answerRpc(arrival, 'rpc-refused', rpc.encodeSystemError(xid))
    : answerRpc(arrival, 'rpc-answer', message);
};

/** What bytes get that are no call; silence, unless it is known that somebody called. */
export const answerFault = (arrival: Arrival, fault: RpcFault): Decision =>
  fault.kind === 'rpc-version'
    ? answerRpc(arrival, 'rpc-refused', rpc.encodeRpcMismatch(fault.xid))
    : drop(PATH, 'rpc-unreadable');
