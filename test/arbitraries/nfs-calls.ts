// NFS calls of any procedure, with filehandles of any node or of none, written without core's encoders.

import fc from 'fast-check';
import { bytes, counted, raw, word } from '../core/rpc/slow-xdr.ts';
import { NFS, NFS_ACL } from '../core/switch/routes/rpc-laboratory.ts';

const VERSION_2 = 2;
/** Bytes of a handle of version 2. */
const HANDLE_2 = 32;

export interface NfsCall {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  /** The bytes of the filehandle; in version 2 as many as it has there. */
  readonly handle: Uint8Array;
  /** AUTH_UNIX: so many bytes of it. */
  readonly credential: number;
  /** Bytes that miss at the end, or that follow the handle. */
  readonly missing: number;
  readonly more: number;
}

const numbers = fc.constantFrom(1, 2, 3, 1, 2, 3, 4, 9, 256, 512);
const inOrder = {
  big: (number: number) => [number >> 8, number & 255],
  little: (number: number) => [number & 255, number >> 8],
};

/** Handles that have a node number where some preset looks for it, in either order. */
const handles = fc
  .tuple(
    numbers,
    fc.constantFrom(2, 2, 2, 2, 4, 28, 0),
    fc.constantFrom('big' as const, 'big' as const, 'little' as const),
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(32, 32, 32, 28, 29, 30, 64) },
      { weight: 1, arbitrary: fc.constantFrom(0, 3, 4, 5, 66) },
    ),
  )
  .map(([number, at, order, length]) => {
    const handle = new Uint8Array(66);
    handle.set(inOrder[order](number), at);
    return handle.slice(0, length);
  });

/** Calls that mostly go to a node; others want one thing or another. */
export const nfsCalls: fc.Arbitrary<NfsCall> = fc.record({
  program: fc.constantFrom(...Array<number>(12).fill(NFS), NFS_ACL, 100004),
  version: fc.constantFrom(3, 3, 3, VERSION_2, VERSION_2, 3, VERSION_2, 4),
  procedure: fc.constantFrom(1, 4, 6, 1, 4, 6, 1, 4, 6, 7, 0, 3, 21, 22, 31, 32),
  handle: handles,
  credential: fc.constantFrom(0, 0, 24, 0, 24, 400, 404),
  missing: fc.constantFrom(...Array<number>(12).fill(0), 1, 4, 30),
  more: fc.constantFrom(0, 8, 13),
});

/** The call's message. */
export const messageOf = (call: NfsCall, xid: number): Uint8Array => {
  const { program, version, procedure, handle, credential, missing, more } = call;
  const fixed = Uint8Array.from({ length: HANDLE_2 }, (_, at) => handle[at] ?? 0);
  const header = [xid, 0, 2, program, version, procedure].map(word).join('');
  const auth = word(credential === 0 ? 0 : 1) + counted(new Uint8Array(credential).fill(1));
  const file = version === VERSION_2 ? raw(fixed) : counted(handle);
  const message = bytes(header, auth, word(0), word(0), file, raw(new Uint8Array(more).fill(7)));
  return message.subarray(0, Math.max(0, message.length - missing));
};
