// Calls of NFS versions 2 (RFC 1094) and 3 (RFC 1813) and of NFS_ACL: the filehandle that each begins with
// (figure 9), and the answer of one that failed.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Call } from './call.ts';
import * as layout from './layout/nfs.ts';
import type { Procedure } from './nfs-procedure.ts';
import { proceduresOf } from './nfs-procedure.ts';
import type { Extent, XdrFault } from './xdr.ts';
import { encode, readFixed, readOpaque } from './xdr.ts';

/** Why a call is none of these programs: named as the reply that says so. */
export type NotNfs = 'program-unavailable' | 'program-mismatch' | 'procedure-unavailable';

export const procedureOf = ({
  program,
  version,
  procedure,
}: Pick<Call, 'program' | 'version' | 'procedure'>): Procedure | NotNfs => {
  const procedures = proceduresOf(program, version);
  return typeof procedures === 'string'
    ? procedures
    : (procedures[procedure] ?? 'procedure-unavailable');
};

/**
 * Where the filehandle lies that the arguments of `call` begin with; `none` for a procedure that takes
 * none, such as NULL. RENAME and LINK name two files or directories: this is the first. It may stand in
 * bytes that end before the arguments do, such as the first fragment of a WRITE.
 */
export const readHandle = (
  bytes: ReadonlyBytes,
  call: Call,
  end: number,
): Extent | 'none' | NotNfs | XdrFault => {
  const procedure = procedureOf(call);
  if (typeof procedure === 'string') return procedure;
  if (procedure.absent === 'void') return 'none';
  return call.version === layout.VERSION_2
    ? readFixed(call.argumentsAt, end, layout.HANDLE_LENGTH_2)
    : readOpaque(bytes, call.argumentsAt, end, layout.MAX_HANDLE_LENGTH_3);
};

/**
 * The results of `call` when it failed: the status, and for all attributes that they are absent. Null for
 * what cannot fail, such as NULL, and for what is none of these procedures.
 */
export const encodeFailure = (call: Call, status: number): Uint8Array | null => {
  const procedure = procedureOf(call);
  if (typeof procedure === 'string' || procedure.absent === 'void') return null;
  return encode([status, ...Array<number>(procedure.absent).fill(0)]);
};
