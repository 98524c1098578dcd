// PORTMAPPER (EP 0 605 339, example 1, A16): asked by hosts outside, the gateway answers for the cluster,
// with ports that it answers on itself (RFC 1833).

import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/layout/ipv4.ts';
import type { Ipv4Address } from '../../wire/address.ts';
import { utf8 } from '../../rpc/byte-string.ts';
import type { ByteString } from '../../rpc/byte-string.ts';
import type { Call } from '../../rpc/call.ts';
import * as layout from '../../rpc/layout/portmap.ts';
import * as portmap from '../../rpc/portmap.ts';
import type { Rpcb, Transport } from '../../rpc/rpcbind.ts';
import * as rpcbind from '../../rpc/rpcbind.ts';
import * as rpc from '../../rpc/reply.ts';
import type { Arrival } from '../../decision/arrival.ts';
import { drop } from '../../decision/arrival.ts';
import type { Decision } from '../../decision/verdict.ts';
import { messageEnd } from '../rpc-message.ts';
import { isListed, portOf, registrations } from './registrations.ts';
import { answerFault, callIn, notOf, refuseRpc, succeed, succeedAtLength } from './rpc-answer.ts';

const VERSIONS = {
  program: layout.PROGRAM,
  lowest: layout.VERSION_2,
  highest: layout.VERSION_4,
};

/** Whom rpcbind names as the owner of what the system itself registers. */
const OWNER = utf8('superuser');

const transportOf = (protocol: number): Transport =>
  protocol === PROTOCOL_TCP ? rpcbind.TCP : rpcbind.UDP;

/** The protocol of a netid; left empty, that of the question is meant. Null: not of IPv4. */
const protocolOf = (netid: ByteString): number | null => {
  if (netid === '' || netid === rpcbind.UDP.netid) return PROTOCOL_UDP;
  return netid === rpcbind.TCP.netid ? PROTOCOL_TCP : null;
};

const unavailable = (arrival: Arrival, { xid }: Call): Decision =>
  refuseRpc(arrival, rpc.encodeProcedureUnavailable(xid));

const garbage = (arrival: Arrival, { xid }: Call): Decision =>
  refuseRpc(arrival, rpc.encodeGarbageArguments(xid));

const getPort = (arrival: Arrival, call: Call): Decision => {
  const { tables, frame, packet } = arrival;
  const wanted = portmap.readMapping(frame, call.argumentsAt, messageEnd(frame, packet));
  if (wanted === 'truncated') return garbage(arrival, call);
  const port = portOf(tables.topology, wanted.program, wanted.protocol);
  return succeed(arrival, call, portmap.encodePort(port));
};

const version2 = (arrival: Arrival, call: Call): Decision => {
  switch (call.procedure) {
    case layout.GETPORT:
      return getPort(arrival, call);
    case layout.DUMP: {
      const mappings = registrations(arrival.tables.topology);
      return succeedAtLength(arrival, call, mappings.length, () => portmap.encodeDump(mappings));
    }
    default:
      return unavailable(arrival, call);
  }
};

const addressText = (cluster: Ipv4Address, port: number): ByteString =>
  port === 0 ? rpcbind.NO_ADDRESS : rpcbind.universalAddress(cluster, port);

/** Answers a call whose argument is a program, a version and a transport by what `results` makes of them. */
const answerWanted = (
  arrival: Arrival,
  call: Call,
  results: (arrival: Arrival, wanted: Rpcb) => Uint8Array,
): Decision => {
  const { frame, packet } = arrival;
  const wanted = rpcbind.readRpcb(frame, call.argumentsAt, messageEnd(frame, packet));
  return typeof wanted === 'string'
    ? garbage(arrival, call)
    : succeedAtLength(arrival, call, 0, () => results(arrival, wanted));
};

/** GETADDR. */
const addressOf = ({ tables, packet }: Arrival, { program, netid }: Rpcb): Uint8Array => {
  const protocol = protocolOf(netid);
  const port = protocol === null ? 0 : portOf(tables.topology, program, protocol);
  return rpcbind.encodeUniversalAddress(addressText(packet.destination, port));
};

/** GETVERSADDR, which wants the very version. */
const addressOfVersion = (arrival: Arrival, wanted: Rpcb): Uint8Array =>
  isListed(wanted.program, wanted.version)
    ? addressOf(arrival, wanted)
    : rpcbind.encodeUniversalAddress(rpcbind.NO_ADDRESS);

/** GETADDRLIST: the very version, by every transport. */
const addressList = ({ tables, packet }: Arrival, { program, version }: Rpcb): Uint8Array => {
  const protocols = isListed(program, version) ? [PROTOCOL_UDP, PROTOCOL_TCP] : [];
  const entries = protocols.flatMap((protocol) => {
    const port = portOf(tables.topology, program, protocol);
    const address = addressText(packet.destination, port);
    return port === 0 ? [] : [{ address, transport: transportOf(protocol) }];
  });
  return rpcbind.encodeAddressList(entries);
};

const wholeList = ({ tables, packet }: Arrival): Uint8Array =>
  rpcbind.encodeDump(
    registrations(tables.topology).map(({ program, version, protocol, port }) => ({
      program,
      version,
      netid: transportOf(protocol).netid,
      address: addressText(packet.destination, port),
      owner: OWNER,
    })),
  );

const version3And4 = (arrival: Arrival, call: Call): Decision => {
  const { version, procedure } = call;
  if (procedure === layout.GETADDR) return answerWanted(arrival, call, addressOf);
  if (procedure === layout.DUMP) return succeedAtLength(arrival, call, 0, () => wholeList(arrival));
  if (version !== layout.VERSION_4) return unavailable(arrival, call);
  if (procedure === layout.GETVERSADDR) return answerWanted(arrival, call, addressOfVersion);
  return procedure === layout.GETADDRLIST
    ? answerWanted(arrival, call, addressList)
    : unavailable(arrival, call);
};

/** Decides an inbound message of a service whose entry names the portmapper. */
export const routePortmapper = (arrival: Arrival): Decision => {
  const call = callIn(arrival);
  if (call.kind !== 'call') return answerFault(arrival, call);
  const refusal = notOf(VERSIONS, call);
  if (refusal !== null) return refuseRpc(arrival, refusal);
  // These are the same in all versions.
  switch (call.procedure) {
    case layout.NULL:
      return succeed(arrival, call);
    // Nobody outside registers anything: FALSE (RFC 1833 section 3.1).
    case layout.SET:
    case layout.UNSET:
      return refuseRpc(arrival, rpc.encodeSuccess(call.xid, portmap.encodePort(0)));
    // A call through the portmapper would come from the cluster itself; what fails has no answer. Version
    // 4 calls it BCAST.
    case layout.CALLIT:
      return drop('inbound-function', 'rpc-refused');
    default:
      return call.version === layout.VERSION_2
        ? version2(arrival, call)
        : version3And4(arrival, call);
  }
};
