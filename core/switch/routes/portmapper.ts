// PORTMAPPER (EP 0 605 339, example 1, A16): asked by hosts outside, the gateway answers for the cluster,
// with ports that it answers on itself (RFC 1833).

import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/layout/ipv4.ts';
import type { Ipv4Address } from '../../wire/address.ts';
import { utf8 } from '../../rpc/byte-string.ts';
import type { ByteString } from '../../rpc/byte-string.ts';
import type { Call } from '../../rpc/call.ts';
import * as layout from '../../rpc/layout/portmap.ts';
import * as portmap from '../../rpc/portmap.ts';
import * as rpcbind from '../../rpc/rpcbind.ts';
import * as rpc from '../../rpc/reply.ts';
import type { Arrival } from '../../decision/arrival.ts';
import { drop } from '../../decision/arrival.ts';
import type { Decision } from '../../decision/verdict.ts';
import { portOf, registrations } from './registrations.ts';
import { answerAtLength, answerFault, answerRpc, callIn } from './rpc-answer.ts';

const OWNER = utf8('superuser');

const transports: Readonly<Record<number, rpcbind.Transport>> = {
  [PROTOCOL_UDP]: rpcbind.UDP,
  [PROTOCOL_TCP]: rpcbind.TCP,
};

const protocolOf = (netid: ByteString): number | null => {
  // Left empty, the transport of the question is meant.
  if (netid === '' || netid === rpcbind.UDP.netid) return PROTOCOL_UDP;
  return netid === rpcbind.TCP.netid ? PROTOCOL_TCP : null;
};

const success = (arrival: Arrival, { xid }: Call, results: Uint8Array): Decision =>
  answerRpc(arrival, 'rpc-answer', rpc.encodeSuccess(xid, results));

const garbage = (arrival: Arrival, { xid }: Call): Decision =>
  answerRpc(arrival, 'rpc-refused', rpc.encodeGarbageArguments(xid));

const unavailable = (arrival: Arrival, { xid }: Call): Decision =>
  answerRpc(arrival, 'rpc-refused', rpc.encodeProcedureUnavailable(xid));

/** Nobody outside registers anything: FALSE (RFC 1833 section 3.1). */
const notRegistered = (arrival: Arrival, { xid }: Call): Decision =>
  answerRpc(arrival, 'rpc-refused', rpc.encodeSuccess(xid, portmap.encodePort(0)));

const version2 = (arrival: Arrival, call: Call): Decision => {
  const { tables, frame, packet } = arrival;
  const { topology } = tables;
  switch (call.procedure) {
    case layout.GETPORT: {
      const wanted = portmap.readMapping(frame, call.argumentsAt, packet.at + packet.length);
      if (wanted === 'truncated') return garbage(arrival, call);
      const port = portOf(topology, wanted.program, wanted.protocol);
      return success(arrival, call, portmap.encodePort(port));
    }
    case layout.DUMP:
      return answerAtLength(arrival, call.xid, portmap.encodeDump(registrations(topology)));
    // A call through the portmapper would come from the cluster itself; what fails has no answer.
    case layout.CALLIT:
      return drop('inbound-function', 'rpc-refused');
    default:
      return unavailable(arrival, call);
  }
};

const addressText = (cluster: Ipv4Address, port: number): ByteString =>
  port === 0 ? rpcbind.NO_ADDRESS : rpcbind.universalAddress(cluster, port);

/** GETADDR and GETVERSADDR; the latter wants the very version. */
const universalAddress = (arrival: Arrival, call: Call): Decision => {
  const { tables, frame, packet } = arrival;
  const { topology } = tables;
  const wanted = rpcbind.readRpcb(frame, call.argumentsAt, packet.at + packet.length);
  if (typeof wanted === 'string') return garbage(arrival, call);
  const protocol = protocolOf(wanted.netid);
  const isListed =
    call.procedure === layout.GETADDR ||
    registrations(topology).some(
      ({ program, version }) => program === wanted.program && version === wanted.version,
    );
  const port = protocol === null || !isListed ? 0 : portOf(topology, wanted.program, protocol);
  const address = addressText(packet.destination, port);
  return success(arrival, call, rpcbind.encodeUniversalAddress(address));
};

const addressList = (arrival: Arrival, call: Call): Decision => {
  const { tables, frame, packet } = arrival;
  const wanted = rpcbind.readRpcb(frame, call.argumentsAt, packet.at + packet.length);
  if (typeof wanted === 'string') return garbage(arrival, call);
  const entries = [PROTOCOL_UDP, PROTOCOL_TCP].flatMap((protocol) => {
    const port = portOf(tables.topology, wanted.program, protocol);
    const transport = transports[protocol];
    return port === 0 || transport === undefined
      ? []
      : [{ address: addressText(packet.destination, port), transport }];
  });
  return answerAtLength(arrival, call.xid, rpcbind.encodeAddressList(entries));
};

const wholeList = ({ tables, packet }: Arrival): Uint8Array =>
  rpcbind.encodeDump(
    registrations(tables.topology).flatMap(({ program, version, protocol, port }) => {
      const { netid } = transports[protocol] ?? rpcbind.UDP;
      const address = addressText(packet.destination, port);
      return [{ program, version, netid, address, owner: OWNER }];
    }),
  );

const version3And4 = (arrival: Arrival, call: Call): Decision => {
  const isFour = call.version === layout.VERSION_4;
  switch (call.procedure) {
    case layout.GETADDR:
      return universalAddress(arrival, call);
    case layout.GETVERSADDR:
      return isFour ? universalAddress(arrival, call) : unavailable(arrival, call);
    case layout.GETADDRLIST:
      return isFour ? addressList(arrival, call) : unavailable(arrival, call);
    case layout.DUMP:
      return answerAtLength(arrival, call.xid, wholeList(arrival));
    // CALLIT of version 3 has the same number.
    case layout.BCAST:
      return drop('inbound-function', 'rpc-refused');
    default:
      return unavailable(arrival, call);
  }
};

/** Decides an inbound message of a service whose entry names the portmapper. */
export const routePortmapper = (arrival: Arrival): Decision => {
  const call = callIn(arrival);
  if (call.kind !== 'call') return answerFault(arrival, call);
  const { xid, program, version, procedure } = call;
  if (program !== layout.PROGRAM)
    return answerRpc(arrival, 'rpc-refused', rpc.encodeProgramUnavailable(xid));
  if (version < layout.VERSION_2 || version > layout.VERSION_4) {
    const mismatch = rpc.encodeProgramMismatch(xid, layout.VERSION_2, layout.VERSION_4);
    return answerRpc(arrival, 'rpc-refused', mismatch);
  }
  // These three are the same in all versions.
  if (procedure === layout.NULL)
    return answerRpc(arrival, 'rpc-answer', rpc.encodeSuccess(xid, rpc.VOID));
  if (procedure === layout.SET || procedure === layout.UNSET) return notRegistered(arrival, call);
  return version === layout.VERSION_2 ? version2(arrival, call) : version3And4(arrival, call);
};
