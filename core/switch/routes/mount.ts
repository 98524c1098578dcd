// f_MOUNT (figures 7 and 8, A15): the path in the message gives the node, by the cluster export table, and
// the node its MOUNT's port, by the mount port table.

import * as E from 'fp-ts/lib/Either.js';
import type { ByteString } from '../../rpc/byte-string.ts';
import { utf8 } from '../../rpc/byte-string.ts';
import type { Call } from '../../rpc/call.ts';
import * as layout from '../../rpc/layout/mount.ts';
import {
  carriesPath,
  encodeExports,
  encodeFailedMount,
  encodeMounts,
  hasProcedure,
  readPath,
} from '../../rpc/mount.ts';
import * as rpc from '../../rpc/reply.ts';
import { formatIpv4 } from '../../wire/address.ts';
import type { Arrival } from '../../decision/arrival.ts';
import { drop } from '../../decision/arrival.ts';
import { exportContaining } from '../../decision/exports.ts';
import type { Path } from '../../decision/path.ts';
import type { Change } from '../../decision/tables.ts';
import type { NodeIndex, Service } from '../../decision/topology.ts';
import type { Decision } from '../../decision/verdict.ts';
import { refuse } from '../../host/refusal.ts';
import type { Exit } from '../exit.ts';
import { leave } from '../leave.ts';
import { mountPortOf } from '../mount-port.ts';
import { operating } from '../operating.ts';
import { messageEnd } from '../rpc-message.ts';
import { hasStack, toGateway } from '../to-gateway.ts';
import { wayChanges } from '../way-out.ts';
import { askedChanges, returnedChanges } from './mount-list.ts';
import { exitTo } from './node.ts';
import {
  answerFault,
  answerRpc,
  callIn,
  notOf,
  refuseRpc,
  succeed,
  succeedAtLength,
} from './rpc-answer.ts';

const PATH: Path = 'inbound-function';

const VERSIONS = {
  program: layout.PROGRAM,
  lowest: layout.VERSION_1,
  highest: layout.VERSION_3,
};

/** Where MOUNT of a node is; null while its port is not known. */
const exitToMount = (
  { tables, packet }: Arrival,
  { embodiment, port: own, protocol }: Service,
  node: NodeIndex,
): Exit | null => {
  const port = embodiment === 'direct' ? own : mountPortOf(tables, node, protocol);
  return port === null ? null : exitTo(tables.topology, packet, embodiment, node, port);
};

const withChanges = (decision: Decision, changes: readonly Change[]): Decision => ({
  ...decision,
  changes: [...decision.changes, ...changes],
});

/** What a call gets whose path no export has. */
const encodeUnknown = ({ xid, procedure }: Call): Uint8Array => {
  if (procedure === layout.MNT) return rpc.encodeSuccess(xid, encodeFailedMount(layout.NOENT));
  // UMNT has done its work, whatever there was; PATHCONF's results have no word for a failure.
  return procedure === layout.UMNT ? rpc.encodeSuccess(xid, rpc.VOID) : rpc.encodeSystemError(xid);
};

/** What the call means for the list of mounts. */
const listChanges = (arrival: Arrival, call: Call, path: ByteString): readonly Change[] => {
  const { tables, packet } = arrival;
  if (call.procedure === layout.MNT) return askedChanges(arrival, call.xid, path);
  return call.procedure === layout.UMNT ? returnedChanges(tables, packet.source, path) : [];
};

/** MNT, UMNT and PATHCONF: to the node that has the path (boxes 805 to 850). */
const byPath = (arrival: Arrival, service: Service, call: Call): Decision => {
  const { tables, frame, packet } = arrival;
  const { topology } = tables;
  const path = readPath(frame, call.argumentsAt, messageEnd(frame, packet));
  if (E.isLeft(path)) return refuseRpc(arrival, rpc.encodeGarbageArguments(call.xid));
  const changes = listChanges(arrival, call, path.right);
  const named = exportContaining(topology.exports, path.right);
  if (named === null) {
    // The gateway tries (box 820); without a stack of its own it says that there is no such path.
    if (hasStack(arrival)) return withChanges(toGateway(arrival, PATH), changes);
    const unknown = answerRpc(arrival, 'export-unknown', encodeUnknown(call));
    return call.procedure === layout.UMNT ? withChanges(unknown, changes) : unknown;
  }
  const node = operating(topology, named.node);
  if (node === null) return refuse(arrival, PATH, 'no-operating-node');
  const exit = exitToMount(arrival, service, node);
  // Its portmapper is being asked, and the client asks again.
  return exit === null
    ? drop(PATH, 'mount-port-unknown')
    : leave(arrival, PATH, exit, [...wayChanges(arrival), ...changes]);
};

/**
 * UMNTALL concerns every node, but only their lists of mounts, which nothing relies on and nobody outside
 * sees. The gateway answers: one forged question must not become an answer from each node.
 */
const unmountAll = (arrival: Arrival, call: Call): Decision =>
  withChanges(succeed(arrival, call), returnedChanges(arrival.tables, arrival.packet.source, null));

/** What the cluster exports, each path for everyone: who may mount it the node decides. */
const exportList = ({ tables }: Arrival): Uint8Array =>
  encodeExports([...tables.topology.exports.keys()] as ByteString[]);

const mountList = ({ tables }: Arrival): Uint8Array =>
  encodeMounts(
    [...tables.mounts.values()].flatMap(({ host, path, asked }) =>
      asked === null ? [{ host: utf8(formatIpv4(host)), directory: path }] : [],
    ),
  );

/** Decides an inbound message of a service whose entry names f_MOUNT. */
export const routeMount = (arrival: Arrival, service: Service): Decision => {
  const call = callIn(arrival);
  if (call.kind !== 'call') return answerFault(arrival, call);
  const refusal = notOf(VERSIONS, call);
  if (refusal !== null) return refuseRpc(arrival, refusal);
  const { tables } = arrival;
  const { version, procedure } = call;
  if (!hasProcedure(version, procedure))
    return refuseRpc(arrival, rpc.encodeProcedureUnavailable(call.xid));
  if (carriesPath(version, procedure)) return byPath(arrival, service, call);
  switch (procedure) {
    case layout.UMNTALL:
      return unmountAll(arrival, call);
    case layout.DUMP:
      return succeedAtLength(arrival, call, tables.mounts.size, () => mountList(arrival));
    case layout.EXPORT:
    case layout.EXPORTALL:
      return succeedAtLength(arrival, call, tables.topology.exports.size, () =>
        exportList(arrival),
      );
    default:
      return succeed(arrival, call);
  }
};
