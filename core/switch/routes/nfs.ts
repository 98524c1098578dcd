// f_NFS (figure 9, A17, A18): the node number in the filehandle gives the node; the port is the same on all.
// Datagram by datagram: a client uses one port for all that it has mounted.

import * as nfs from '../../rpc/layout/nfs.ts';
import type { Call } from '../../rpc/call.ts';
import type { FilehandleField } from '../../rpc/filehandle.ts';
import { nodeNumberIn } from '../../rpc/filehandle.ts';
import type { NotNfs } from '../../rpc/nfs.ts';
import { encodeFailure, readHandle } from '../../rpc/nfs.ts';
import * as rpc from '../../rpc/reply.ts';
import type { XdrFault } from '../../rpc/xdr.ts';
import type { Arrival } from '../../decision/arrival.ts';
import { drop } from '../../decision/arrival.ts';
import type { Path } from '../../decision/path.ts';
import type { Service, Topology } from '../../decision/topology.ts';
import type { Decision } from '../../decision/verdict.ts';
import { leave } from '../leave.ts';
import { operating } from '../operating.ts';
import { messageEnd } from '../rpc-message.ts';
import { wayChanges } from '../way-out.ts';
import { exitTo } from './node.ts';
import { answerFault, answerRpc, callIn, refuseRpc, succeed } from './rpc-answer.ts';

const PATH: Path = 'inbound-function';

/** A call without a handle: the gateway knows as much about it as every node. */
const withoutHandle = (arrival: Arrival, call: Call, why: 'none' | NotNfs | XdrFault): Decision => {
  const { xid } = call;
  switch (why) {
    case 'none':
      return succeed(arrival, call);
    case 'program-unavailable':
      return refuseRpc(arrival, rpc.encodeProgramUnavailable(xid));
    case 'program-mismatch': {
      const mismatch = rpc.encodeProgramMismatch(xid, nfs.VERSION_2, nfs.VERSION_3);
      return refuseRpc(arrival, mismatch);
    }
    case 'procedure-unavailable':
      return refuseRpc(arrival, rpc.encodeProcedureUnavailable(xid));
    case 'truncated':
    case 'too-long':
      return refuseRpc(arrival, rpc.encodeGarbageArguments(xid));
  }
};

/** The node of a number, which filehandles carry; -1 when there is none. */
const nodeNumbered = ({ nodes }: Topology, number: number): number =>
  nodes.findIndex((node) => node.number === number);

/** The handle is none that the cluster gave: each version has its own word for it. */
const unknownHandle = (arrival: Arrival, call: Call): Decision => {
  const status = call.version === nfs.VERSION_2 ? nfs.ERR_STALE : nfs.ERR_BADHANDLE;
  const results = encodeFailure(call, status) ?? rpc.VOID;
  return answerRpc(arrival, 'filehandle-unknown', rpc.encodeSuccess(call.xid, results));
};

/** Decides an inbound message of a service whose entry names f_NFS. */
export const routeNfs = (arrival: Arrival, service: Service, field: FilehandleField): Decision => {
  const { tables, frame, packet } = arrival;
  const { topology } = tables;
  const call = callIn(arrival);
  if (call.kind !== 'call') return answerFault(arrival, call);
  const handle = readHandle(frame, call, messageEnd(frame, packet));
  if (typeof handle === 'string') return withoutHandle(arrival, call, handle);
  const named = nodeNumbered(topology, nodeNumberIn(frame, handle.at, handle.length, field));
  if (named < 0) return unknownHandle(arrival, call);
  // Silence, as of a server that is away: a refusal would make clients give the file up.
  const node = operating(topology, named);
  const exit =
    node === null ? null : exitTo(topology, packet, service.embodiment, node, service.nodePort);
  return exit === null
    ? drop(PATH, 'no-operating-node')
    : leave(arrival, PATH, exit, wayChanges(arrival));
};
