// The procedures of NFS versions 2 (RFC 1094) and 3 (RFC 1813) and of NFS_ACL: what a failed one answers.

import * as layout from './layout/nfs.ts';

/**
 * A procedure takes a filehandle first, and can fail; or it does neither (`void`). `absent`: how many words
 * follow the status of a failure; each says of attributes that they are not given.
 */
export interface Procedure {
  readonly name: string;
  readonly absent: number | 'void';
}

const procedures = (
  ...rows: readonly (readonly [name: string, absent: number | 'void'])[]
): readonly Procedure[] => rows.map(([name, absent]) => ({ name, absent }));

/** post_op_attr: attributes after the operation. */
const POST_OP = 1;
/** wcc_data: a few attributes before it, and attributes after it. */
const WCC = 2;

const NFS_2 = procedures(
  ['NULL', 'void'],
  ['GETATTR', 0],
  ['SETATTR', 0],
  ['ROOT', 'void'],
  ['LOOKUP', 0],
  ['READLINK', 0],
  ['READ', 0],
  ['WRITECACHE', 'void'],
  ['WRITE', 0],
  ['CREATE', 0],
  ['REMOVE', 0],
  ['RENAME', 0],
  ['LINK', 0],
  ['SYMLINK', 0],
  ['MKDIR', 0],
  ['RMDIR', 0],
  ['READDIR', 0],
  ['STATFS', 0],
);

const NFS_3 = procedures(
  ['NULL', 'void'],
  ['GETATTR', 0],
  ['SETATTR', WCC],
  ['LOOKUP', POST_OP],
  ['ACCESS', POST_OP],
  ['READLINK', POST_OP],
  ['READ', POST_OP],
  ['WRITE', WCC],
  ['CREATE', WCC],
  ['MKDIR', WCC],
  ['SYMLINK', WCC],
  ['MKNOD', WCC],
  ['REMOVE', WCC],
  ['RMDIR', WCC],
  // Both directories.
  ['RENAME', WCC + WCC],
  // The file, then the directory.
  ['LINK', POST_OP + WCC],
  ['READDIR', POST_OP],
  ['READDIRPLUS', POST_OP],
  ['FSSTAT', POST_OP],
  ['FSINFO', POST_OP],
  ['PATHCONF', POST_OP],
  ['COMMIT', WCC],
);

const ACL_2 = procedures(
  ['NULL', 'void'],
  ['GETACL', 0],
  ['SETACL', 0],
  ['GETATTR', 0],
  ['ACCESS', 0],
  ['GETXATTRDIR', 0],
);

const ACL_3 = procedures(
  ['NULL', 'void'],
  ['GETACL', POST_OP],
  ['SETACL', POST_OP],
  ['GETXATTRDIR', 0],
);

/** The procedures of a version of a program, by number; why not, as the reply says it. */
export const proceduresOf = (
  program: number,
  version: number,
): readonly Procedure[] | 'program-unavailable' | 'program-mismatch' => {
  if (program !== layout.PROGRAM && program !== layout.ACL_PROGRAM) return 'program-unavailable';
  const isNfs = program === layout.PROGRAM;
  if (version === layout.VERSION_2) return isNfs ? NFS_2 : ACL_2;
  if (version === layout.VERSION_3) return isNfs ? NFS_3 : ACL_3;
  return 'program-mismatch';
};
