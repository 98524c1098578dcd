// Replies of ONC RPC version 2: RFC 5531 section 9. What is sent has no verifier (AUTH_NONE).

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u32 } from '../wire/bytes.ts';
import { readAuth } from './call.ts';
import * as layout from './layout/rpc.ts';
import type { Item } from './xdr.ts';
import { after, encode, readU32 } from './xdr.ts';

const accepted = (xid: number, status: number, ...rest: readonly Item[]): Uint8Array =>
  encode([xid, layout.REPLY, layout.ACCEPTED, layout.AUTH_NONE, 0, status, ...rest]);

/** The results of a procedure that returns nothing, such as NULL and UMNT. */
export const VOID: ReadonlyBytes = new Uint8Array(0);

/** The procedure was executed. `results` are in XDR. */
export const encodeSuccess = (xid: number, results: ReadonlyBytes): Uint8Array =>
  accepted(xid, layout.SUCCESS, results);

export const encodeProgramUnavailable = (xid: number): Uint8Array =>
  accepted(xid, layout.PROG_UNAVAIL);

/** The program has versions `low` to `high`, and not the one called. */
export const encodeProgramMismatch = (xid: number, low: number, high: number): Uint8Array =>
  accepted(xid, layout.PROG_MISMATCH, low, high);

export const encodeProcedureUnavailable = (xid: number): Uint8Array =>
  accepted(xid, layout.PROC_UNAVAIL);

/** The arguments cannot be read. */
export const encodeGarbageArguments = (xid: number): Uint8Array =>
  accepted(xid, layout.GARBAGE_ARGS);

/** The server cannot do it now. */
export const encodeSystemError = (xid: number): Uint8Array => accepted(xid, layout.SYSTEM_ERR);

/** Denied: the message is of another RPC version than 2, which is the only one here. */
export const encodeRpcMismatch = (xid: number): Uint8Array =>
  encode([
    xid,
    layout.REPLY,
    layout.DENIED,
    layout.RPC_MISMATCH,
    layout.RPC_VERSION_2,
    layout.RPC_VERSION_2,
  ]);

export interface Reply {
  readonly kind: 'reply';
  readonly xid: number;
  /** accept_stat: 0 is success. */
  readonly status: number;
  /** Offset of what follows the status: of success the results. */
  readonly resultsAt: number;
}

/** Why bytes are no accepted reply; `denied` answers its call all the same. */
export type ReplyFault =
  | { readonly kind: 'truncated' | 'not-a-reply' | 'auth-too-long' }
  | { readonly kind: 'denied'; readonly xid: number };

const TRUNCATED: ReplyFault = { kind: 'truncated' };
const NOT_A_REPLY: ReplyFault = { kind: 'not-a-reply' };
const AUTH_TOO_LONG: ReplyFault = { kind: 'auth-too-long' };

/** The reply whose message is the bytes `at` up to `end`. */
export const readReply = (bytes: ReadonlyBytes, at: number, end: number): Reply | ReplyFault => {
  if (end - at < layout.REPLY_STATUS) return TRUNCATED;
  if (u32(bytes, at + layout.MESSAGE_TYPE) !== layout.REPLY) return NOT_A_REPLY;
  if (end - at < layout.REPLY_VERIFIER) return TRUNCATED;
  const xid = u32(bytes, at + layout.XID);
  const verdict = u32(bytes, at + layout.REPLY_STATUS);
  if (verdict === layout.DENIED) return { kind: 'denied', xid };
  if (verdict !== layout.ACCEPTED) return NOT_A_REPLY;
  const verifier = readAuth(bytes, at + layout.REPLY_VERIFIER, end);
  if (verifier === 'truncated') return TRUNCATED;
  if (verifier === 'too-long') return AUTH_TOO_LONG;
  const status = readU32(bytes, after(verifier), end);
  if (status === 'truncated') return TRUNCATED;
  return { kind: 'reply', xid, status, resultsAt: after(verifier) + 4 };
};
