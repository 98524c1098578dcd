// The MOUNT program: RFC 1094 appendix A (version 1), RFC 1813 section 5 (version 3). Version 2 is version
// 1 with PATHCONF. Procedure numbers and statuses stand in layout/mount.ts.

import * as E from 'fp-ts/lib/Either.js';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { ByteString } from './byte-string.ts';
import { byteString } from './byte-string.ts';
import * as layout from './layout/mount.ts';
import { HANDLE_LENGTH_2, MAX_HANDLE_LENGTH_3 } from './layout/nfs.ts';
import type { Extent, XdrFault } from './xdr.ts';
import { encode, list, readFixed, readOpaque, readU32 } from './xdr.ts';

/** Whether the procedure's argument is a path (A15). */
export const carriesPath = (version: number, procedure: number): boolean =>
  procedure === layout.MNT ||
  procedure === layout.UMNT ||
  (version === layout.VERSION_2 && procedure === layout.PATHCONF);

/** Whether the version has the procedure; `version` is one of 1 to 3. */
export const hasProcedure = (version: number, procedure: number): boolean => {
  if (version === layout.VERSION_1) return procedure <= layout.EXPORTALL;
  return procedure <= (version === layout.VERSION_2 ? layout.PATHCONF : layout.EXPORT);
};

/** The path of MNT, UMNT or PATHCONF: at most 1024 bytes, as the client sent them. */
export const readPath = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
): E.Either<XdrFault, ByteString> => {
  const path = readOpaque(bytes, at, end, layout.MAX_PATH_LENGTH);
  return typeof path === 'string' ? E.left(path) : E.right(byteString(bytes, path));
};

/** MNT's results when it failed. `status`: an error number in versions 1 and 2, mountstat3 in version 3. */
export const encodeFailedMount = (status: number): Uint8Array => encode([status]);

/** A host that has mounted a directory. */
export interface MountEntry {
  /** At most 255 bytes. */
  readonly host: ByteString;
  /** At most 1024 bytes. */
  readonly directory: ByteString;
}

/** DUMP's results. */
export const encodeMounts = (entries: readonly MountEntry[]): Uint8Array =>
  encode(list(entries, ({ host, directory }) => [host, directory]));

/** EXPORT's results. Each path is for everyone: its list of groups is empty. */
export const encodeExports = (paths: readonly ByteString[]): Uint8Array =>
  encode(list(paths, (path) => [path, ...list([], () => [])]));

export interface MountResult {
  /** 0 is success. */
  readonly status: number;
  /** Where the filehandle lies; null when there is none, because it failed. */
  readonly handle: Extent | null;
}

/** MNT's results, of a reply to a call of `version`. */
export const readMountResult = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
  version: number,
): MountResult | XdrFault => {
  const status = readU32(bytes, at, end);
  if (status === 'truncated') return status;
  if (status !== layout.OK) return { status, handle: null };
  const handle =
    version === layout.VERSION_3
      ? readOpaque(bytes, at + 4, end, MAX_HANDLE_LENGTH_3)
      : readFixed(at + 4, end, HANDLE_LENGTH_2);
  return typeof handle === 'string' ? handle : { status, handle };
};
