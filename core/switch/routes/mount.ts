// f_MOUNT (figures 7 and 8, A15): the path in the message gives the node, by the cluster export table, and
// the node its MOUNT's port, by the mount port table.

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
import * as E from 'fp-ts/lib/Either.js';
import { formatIpv4 } from '../../wire/address.ts';
import type { Arrival } from '../../decision/arrival.ts';
import { drop } from '../../decision/arrival.ts';
import { exportContaining } from '../../decision/exports.ts';
import type { Path } from '../../decision/path.ts';
import type { Change } from '../../decision/tables.ts';
import type { NodeIndex, Service } from '../../decision/topology.ts';
import type { Decision } from '../../decision/verdict.ts';
import { refuse } from '../../host/refusal.ts';
import type { Exit } from '../leave.ts';
import { leave } from '../leave.ts';
import { leaveToAll } from '../leave-to-all.ts';
import { mountPortOf } from '../mount-port.ts';
import { operates, operating } from '../operating.ts';
import { hasStack, toGateway } from '../to-gateway.ts';
import { wayChanges } from '../way-out.ts';
import { askedChanges, returnedChanges } from './mount-list.ts';
import { exitTo } from './node.ts';
import { answerAtLength, answerFault, answerRpc, callIn } from './rpc-answer.ts';

const PATH: Path = 'inbound-function';

/** Where MOUNT of a node is; null while its port is not known. */
const exitToMount = ({ tables, packet }: Arrival, service: Service, node: NodeIndex): Exit | null => {
  const { topology } = tables;
  const port =
    service.embodiment === 'direct'
      ? service.port
      : mountPortOf(tables, node, service.protocol);
  return port === null ? null : exitTo(topology, packet, service.embodiment, node, port);
};

/** No entry matches (box 820): the gateway tries; without a stack of its own it says that there is none. */
const unknownExport = (arrival: Arrival, { xid, procedure }: Call): Decision => {
  if (hasStack(arrival)) return toGateway(arrival, PATH);
  const isMount = procedure === layout.MNT;
  const results = isMount ? encodeFailedMount(layout.NOENT) : rpc.VOID;
  return answerRpc(arrival, 'export-unknown', rpc.encodeSuccess(xid, results));
};

/** MNT and UMNT: to the node that has the path (boxes 805 to 850). */
const byPath = (arrival: Arrival, service: Service, call: Call): Decision => {
  const { tables, frame, packet } = arrival;
  const { topology } = tables;
  const path = readPath(frame, call.argumentsAt, packet.at + packet.length);
  if (E.isLeft(path))
    return answerRpc(arrival, 'rpc-refused', rpc.encodeGarbageArguments(call.xid));
  const named = exportContaining(topology.exports, path.right);
  if (named === null) return unknownExport(arrival, call);
  const node = operating(topology, named.node);
  if (node === null) return refuse(arrival, PATH, 'no-operating-node');
  const exit = exitToMount(arrival, service, node);
  // Its portmapper is being asked, and the client asks again.
  if (exit === null) return drop(PATH, 'mount-port-unknown');
  const changes: readonly Change[] =
    call.procedure === layout.UMNT
      ? returnedChanges(tables, packet.source, path.right)
      : askedChanges(arrival, call.xid, path.right);
  return leave(arrival, PATH, exit, [...wayChanges(arrival), ...changes]);
};

/** UMNTALL concerns every node; the first that answers has answered for all. */
const toAllNodes = (arrival: Arrival, service: Service, call: Call): Decision => {
  const { tables, packet } = arrival;
  const changes = returnedChanges(tables, packet.source, null);
  const exits = tables.topology.nodes.flatMap((node, index) => {
    const exit = operates(node) ? exitToMount(arrival, service, index) : null;
    return exit === null ? [] : [exit];
  });
  const [first, ...others] = exits;
  if (first !== undefined) return leaveToAll(arrival, PATH, [first, ...others], changes);
  const done = answerRpc(arrival, 'rpc-answer', rpc.encodeSuccess(call.xid, rpc.VOID));
  return { ...done, changes };
};

/** What the cluster exports, each path for everyone: who may mount it the node decides. */
const exportList = (arrival: Arrival): Uint8Array =>
  encodeExports([...arrival.tables.topology.exports.keys()] as ByteString[]);

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
  const { xid, program, version, procedure } = call;
  if (program !== layout.PROGRAM)
    return answerRpc(arrival, 'rpc-refused', rpc.encodeProgramUnavailable(xid));
  if (version < layout.VERSION_1 || version > layout.VERSION_3) {
    const mismatch = rpc.encodeProgramMismatch(xid, layout.VERSION_1, layout.VERSION_3);
    return answerRpc(arrival, 'rpc-refused', mismatch);
  }
  if (!hasProcedure(version, procedure))
    return answerRpc(arrival, 'rpc-refused', rpc.encodeProcedureUnavailable(xid));
  if (carriesPath(version, procedure)) return byPath(arrival, service, call);
  switch (procedure) {
    case layout.UMNTALL:
      return toAllNodes(arrival, service, call);
    case layout.DUMP:
      return answerAtLength(arrival, xid, mountList(arrival));
    case layout.EXPORT:
    case layout.EXPORTALL:
      return answerAtLength(arrival, xid, exportList(arrival));
    default:
      return answerRpc(arrival, 'rpc-answer', rpc.encodeSuccess(xid, rpc.VOID));
  }
};
