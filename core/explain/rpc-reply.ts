// What the gateway answers to an ONC RPC call, read from the answer that it sends (RFC 5531 section 9).

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { packetAt } from '../wire/packet.ts';
import { byteString } from '../rpc/byte-string.ts';
import type { Call } from '../rpc/call.ts';
import * as portmap from '../rpc/layout/portmap.ts';
import * as layout from '../rpc/layout/rpc.ts';
import { readMapping } from '../rpc/portmap.ts';
import { readReply } from '../rpc/reply.ts';
import { readRpcb } from '../rpc/rpcbind.ts';
import { readOpaque, readU32 } from '../rpc/xdr.ts';
import * as ethernet from '../wire/layout/ethernet.ts';
import { protocolName } from '../decision/names.ts';
import type { Reason } from '../decision/reason.ts';
import { messageAt, messageEnd } from '../switch/rpc-message.ts';
import type { PacketAccount } from './account.ts';
import { reasonOf } from './account.ts';
import { quotedText } from './quoted-text.ts';
import { programName } from './rpc-name.ts';

const statuses: Readonly<Record<number, string>> = {
  [layout.PROG_UNAVAIL]: 'the program is unavailable',
  [layout.PROG_MISMATCH]: 'the program has other versions',
  [layout.PROC_UNAVAIL]: 'there is no such procedure',
  [layout.GARBAGE_ARGS]: 'the arguments cannot be read',
  [layout.SYSTEM_ERR]: 'system error',
};

/** The results of GETPORT and its kin; others are not told. */
const resultsText = (
  frame: ReadonlyBytes,
  at: number,
  end: number,
  { version, procedure }: Call,
): string => {
  const isTwo = version === portmap.VERSION_2;
  if (procedure === portmap.GETPORT && isTwo) {
    const port = readU32(frame, at, end);
    return port === 0 ? 'port 0, it is not there' : `port ${port}`;
  }
  const isAddress = !isTwo && (procedure === portmap.GETADDR || procedure === portmap.GETVERSADDR);
  const text = isAddress ? readOpaque(frame, at, end, portmap.MAX_TEXT_LENGTH) : 'too-long';
  if (typeof text === 'string') return 'for the cluster';
  return text.length === 0 ? 'no address, it is not there' : byteString(frame, text);
};

/** The results of MOUNT and NFS begin with a status where the gateway says that something failed. */
const statusText = (why: Reason, result: number | 'truncated'): string => {
  if (why !== 'export-unknown' && why !== 'filehandle-unknown') return 'answered for the cluster';
  return result === 'truncated' ? 'answered without a status' : `answered status ${result}`;
};

/** What the reply says that `decide` sends; `call` is what a portmapper was asked. */
export const replyText = (
  { topology, decision }: PacketAccount,
  call: Call | null = null,
): string => {
  const send = decision.sends[0];
  if (reasonOf(decision.verdict) === 'udp-checksum') return 'no answer, its UDP checksum is wrong';
  if (decision.verdict.kind !== 'answer' || send === undefined) return 'no answer';
  const isBare = topology.links[send.egress]?.framing === 'ip';
  const packet = packetAt(send.frame, isBare ? 0 : ethernet.HEADER_LENGTH);
  if (typeof packet === 'number') return 'answered';
  const end = messageEnd(send.frame, packet);
  const reply = readReply(send.frame, messageAt(packet), end);
  if (reply.kind === 'denied') return 'refused, this RPC version is not spoken';
  if (reply.kind !== 'reply') return 'answered';
  const status = statuses[reply.status];
  if (status !== undefined) return `refused, ${status}`;
  if (call !== null) return `answered ${resultsText(send.frame, reply.resultsAt, end, call)}`;
  const result = readU32(send.frame, reply.resultsAt, end);
  return statusText(decision.verdict.reason, result);
};

const GETS: ReadonlySet<number> = new Set([
  portmap.GETADDR,
  portmap.GETVERSADDR,
  portmap.GETADDRLIST,
]);

/** ` for MOUNT version 3 over udp` of a call that asks where a program is; nothing of others. */
export const asksPortmapper = (
  frame: ReadonlyBytes,
  { program, version, procedure, argumentsAt }: Call,
  end: number,
): string => {
  if (program !== portmap.PROGRAM || !GETS.has(procedure)) return '';
  if (version === portmap.VERSION_2) {
    const wanted = procedure === portmap.GETPORT && readMapping(frame, argumentsAt, end);
    if (wanted === false || wanted === 'truncated') return '';
    return ` for ${programName(wanted.program)} version ${wanted.version} over ${protocolName(wanted.protocol)}`;
  }
  const wanted = readRpcb(frame, argumentsAt, end);
  if (typeof wanted === 'string') return '';
  const netid = /^\w+$/.test(wanted.netid) ? wanted.netid : quotedText(wanted.netid);
  const over = wanted.netid === '' ? '' : ` over ${netid}`;
  return ` for ${programName(wanted.program)} version ${wanted.version}${over}`;
};
