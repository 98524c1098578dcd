// Calls of ONC RPC version 2: RFC 5531 section 9. A message is a datagram, or a record of a TCP stream.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u32 } from '../wire/bytes.ts';
import * as layout from './layout/rpc.ts';
import type { Extent, XdrFault } from './xdr.ts';
import { after, encode, readOpaque } from './xdr.ts';

export interface Call {
  readonly kind: 'call';
  /** The caller's number for this call; its answer carries the same. */
  readonly xid: number;
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  /** Offset of the arguments in the bytes given; `end` when there are none. */
  readonly argumentsAt: number;
}

/**
 * Why bytes are no call. `rpc-version` is answered RPC_MISMATCH; the others have no answer: the caller is
 * not known to have called, or not all of its call has come.
 */
export type RpcFault =
  | { readonly kind: 'truncated' | 'not-a-call' | 'auth-too-long' }
  | { readonly kind: 'rpc-version'; readonly xid: number };

const TRUNCATED: RpcFault = { kind: 'truncated' };
const NOT_A_CALL: RpcFault = { kind: 'not-a-call' };
const AUTH_TOO_LONG: RpcFault = { kind: 'auth-too-long' };

/** The body of a credential or verifier (RFC 5531 section 8.2), of any flavour. */
export const readAuth = (bytes: ReadonlyBytes, at: number, end: number): Extent | XdrFault =>
  readOpaque(bytes, at + 4, end, layout.MAX_AUTH_LENGTH);

const faultOf = (fault: XdrFault): RpcFault => (fault === 'truncated' ? TRUNCATED : AUTH_TOO_LONG);

/** The call whose message is the bytes `at` up to `end`. */
export const readCall = (bytes: ReadonlyBytes, at: number, end: number): Call | RpcFault => {
  if (end - at < layout.RPC_VERSION) return TRUNCATED;
  if (u32(bytes, at + layout.MESSAGE_TYPE) !== layout.CALL) return NOT_A_CALL;
  if (end - at < layout.PROGRAM) return TRUNCATED;
  const xid = u32(bytes, at + layout.XID);
  if (u32(bytes, at + layout.RPC_VERSION) !== layout.RPC_VERSION_2)
    return { kind: 'rpc-version', xid };
  if (end - at < layout.CREDENTIAL) return TRUNCATED;
  const credential = readAuth(bytes, at + layout.CREDENTIAL, end);
  if (typeof credential === 'string') return faultOf(credential);
  const verifier = readAuth(bytes, after(credential), end);
  if (typeof verifier === 'string') return faultOf(verifier);
  return {
    kind: 'call',
    xid,
    program: u32(bytes, at + layout.PROGRAM),
    version: u32(bytes, at + layout.VERSION),
    procedure: u32(bytes, at + layout.PROCEDURE),
    argumentsAt: after(verifier),
  };
};

const NO_AUTH = [layout.AUTH_NONE, 0];

/** A call's message, with neither credential nor verifier. `args` are the arguments in XDR. */
export const encodeCall = (
  { xid, program, version, procedure }: Omit<Call, 'kind' | 'argumentsAt'>,
  args: ReadonlyBytes,
): Uint8Array =>
  encode([
    xid,
    layout.CALL,
    layout.RPC_VERSION_2,
    program,
    version,
    procedure,
    ...NO_AUTH,
    ...NO_AUTH,
    args,
  ]);
