// Box 565 where the routing function reads ONC RPC: f_MOUNT of figure 8, f_NFS of figure 9, the portmapper.

import * as E from 'fp-ts/lib/Either.js';
import { nodeName } from '../decision/names.ts';
import type { NodeIndex, Service } from '../decision/topology.ts';
import type { Call, RpcFault } from '../rpc/call.ts';
import type { FilehandleField } from '../rpc/filehandle.ts';
import { NO_NODE_NUMBER, nodeNumberIn } from '../rpc/filehandle.ts';
import { carriesPath, readPath } from '../rpc/mount.ts';
import * as mount from '../rpc/layout/mount.ts';
import { readHandle } from '../rpc/nfs.ts';
import { callIn } from '../switch/routes/rpc-answer.ts';
import { messageEnd } from '../switch/rpc-message.ts';
import type { PacketAccount } from './account.ts';
import { arrivalOf, lastNodeRead, placeText, reasonOf } from './account.ts';
import { counted } from './counted.ts';
import { quotedText } from './quoted-text.ts';
import { nodeSetText } from './node-set.ts';
import { callName } from './rpc-name.ts';
import { asksPortmapper, replyText } from './rpc-reply.ts';

/** `beta`, or `beta, which is down; its backup gamma`: the node that is named, and the one `decide` chose. */
const chosen = (account: PacketAccount, named: NodeIndex): string => {
  const { topology, decision } = account;
  const name = nodeName(topology, named);
  if (reasonOf(decision.verdict) === 'no-operating-node')
    return `${name}, which is down and has no backup that operates`;
  const node = lastNodeRead(account);
  return node === undefined || node === named
    ? name
    : `${name}, which is down; its backup ${nodeName(topology, node)}`;
};

/** Boxes 830 to 840: where MOUNT is on the node, as configured or as learned. */
const mountPort = (account: PacketAccount, service: Service, node: NodeIndex): string => {
  const { topology, reads } = account;
  if (service.embodiment === 'direct')
    return `the port stays (direct): ${nodeSetText(topology, node, service.port)}`;
  const name = nodeName(topology, node);
  const configured = reads.findLast((read) => read.table === 'mount-ports');
  if (configured?.table === 'mount-ports' && configured.found !== undefined)
    return `the mount port table has port ${configured.found} for ${name}, configured (boxes 830, 835): ${nodeSetText(topology, node, configured.found)} (box 840)`;
  const learned = reads.findLast((read) => read.table === 'rpc-ports');
  const port = learned?.table === 'rpc-ports' ? (learned.found?.port ?? null) : null;
  return port === null
    ? `the mount port table has no port for ${name} yet (box 830): its portmapper is being asked`
    : `the mount port table has port ${port} for ${name}, learned (boxes 830, 835): ${nodeSetText(topology, node, port)} (box 840)`;
};

/** MNT, UMNT, PATHCONF: boxes 805 to 850. */
const byPath = (account: PacketAccount, service: Service, call: Call): string => {
  const { frame, packet, reads, topology, decision } = account;
  const path = readPath(frame, call.argumentsAt, messageEnd(frame, packet));
  if (E.isLeft(path))
    return `${callName(call)}, whose path is ${path.left.replaceAll('-', ' ')}: ${replyText(account)}`;
  const at = call.argumentsAt + 4;
  const place = path.right === '' ? '' : `${placeText(at, path.right.length)}, `;
  const asked = `${callName(call)} names ${quotedText(path.right)} (${place}box 805)`;
  const entry = reads.findLast((read) => read.table === 'exports' && read.found !== undefined);
  if (entry?.table !== 'exports' || entry.found === undefined) {
    const none = 'no entry of the cluster export table contains it (boxes 810 to 820)';
    return reasonOf(decision.verdict) === 'export-unknown'
      ? `${asked}; ${none}: ${replyText(account)}`
      : `${asked}; ${none}: the gateway tries`;
  }
  const holder = chosen(account, entry.found);
  const found = `${asked}; the longest entry of the cluster export table that contains it is ${quotedText(entry.key)}, of ${holder} (boxes 810 to 825)`;
  if (reasonOf(decision.verdict) === 'no-operating-node') return found;
  const node = lastNodeRead(account) ?? entry.found;
  return topology.nodes[node] === undefined
    ? found
    : `${found}; ${mountPort(account, service, node)}`;
};

const unreadable = (account: PacketAccount, { kind }: RpcFault): string =>
  kind === 'rpc-version'
    ? `a call of another RPC version than 2: ${replyText(account)}`
    : `no ONC RPC call (${kind.replaceAll('-', ' ')})`;

/** f_MOUNT. */
export const mountText = (account: PacketAccount, service: Service): string => {
  const call = callIn(arrivalOf(account));
  if (call.kind !== 'call') return unreadable(account, call);
  const { program, version, procedure } = call;
  const isVersion = version >= mount.VERSION_1 && version <= mount.VERSION_3;
  const isRefused = reasonOf(account.decision.verdict) === 'rpc-refused';
  if (program === mount.PROGRAM && isVersion && carriesPath(version, procedure))
    return byPath(account, service, call);
  if (program === mount.PROGRAM && procedure === mount.UMNTALL && !isRefused)
    return `${callName(call)} concerns every node that operates and whose MOUNT port is known`;
  return `${callName(call)}: ${replyText(account)}`;
};

const numberText = (
  { frame }: PacketAccount,
  at: number,
  length: number,
  field: FilehandleField,
): string => {
  const number = nodeNumberIn(frame, at, length, field);
  return number === NO_NODE_NUMBER
    ? `it ends before the node number, which would be at byte ${field.offset} of it (box 935)`
    : `its node number is ${number} (${placeText(at + field.offset, field.size)}, box 935)`;
};

/** f_NFS. */
export const nfsText = (
  account: PacketAccount,
  service: Service,
  field: FilehandleField,
): string => {
  const { frame, packet, topology, decision } = account;
  const call = callIn(arrivalOf(account));
  if (call.kind !== 'call') return unreadable(account, call);
  const handle = readHandle(frame, call, messageEnd(frame, packet));
  if (typeof handle === 'string') {
    const why = handle === 'none' ? ' takes no filehandle' : '';
    return `${callName(call)}${why}: ${replyText(account)}`;
  }
  const { at, length } = handle;
  const place = length === 0 ? '' : `${placeText(at, length)}, `;
  const begins = `${callName(call)} begins with a filehandle of ${counted(length, 'byte')} (${place}box 930)`;
  const number = `${begins}; ${numberText(account, at, length, field)}`;
  if (reasonOf(decision.verdict) === 'filehandle-unknown')
    return `${number}: no node has it; ${replyText(account)}`;
  const value = nodeNumberIn(frame, at, length, field);
  const named = topology.nodes.findIndex((node) => node.number === value);
  const holder = `${number}: ${chosen(account, named)}`;
  if (reasonOf(decision.verdict) === 'no-operating-node') return holder;
  const node = lastNodeRead(account) ?? named;
  return `${holder}; ${nodeSetText(topology, node, service.nodePort)} (box 940)`;
};

/** The portmapper: what was asked, and what the gateway answers. */
export const portmapperText = (account: PacketAccount): string => {
  const call = callIn(arrivalOf(account));
  if (call.kind !== 'call') return unreadable(account, call);
  const { frame, packet } = account;
  const asks = asksPortmapper(frame, call, messageEnd(frame, packet));
  return `${callName(call)}${asks}: ${replyText(account, call)}`;
};
