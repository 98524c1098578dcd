// Programs and procedures of ONC RPC by the names that RFC 1813, RFC 1833 and rpcsvc/*.x give them.

import type { Call } from '../rpc/call.ts';
import * as mount from '../rpc/layout/mount.ts';
import * as nfs from '../rpc/layout/nfs.ts';
import * as portmap from '../rpc/layout/portmap.ts';
import { procedureOf } from '../rpc/nfs.ts';

const programs: Readonly<Record<number, string>> = {
  [mount.PROGRAM]: 'MOUNT',
  [nfs.PROGRAM]: 'NFS',
  [nfs.ACL_PROGRAM]: 'NFS_ACL',
  [portmap.PROGRAM]: 'PORTMAPPER',
};

export const programName = (program: number): string => programs[program] ?? `program ${program}`;

const MOUNT: Readonly<Record<number, string>> = {
  [mount.NULL]: 'NULL',
  [mount.MNT]: 'MNT',
  [mount.DUMP]: 'DUMP',
  [mount.UMNT]: 'UMNT',
  [mount.UMNTALL]: 'UMNTALL',
  [mount.EXPORT]: 'EXPORT',
  [mount.EXPORTALL]: 'EXPORTALL',
  [mount.PATHCONF]: 'PATHCONF',
};

const PORTMAP: Readonly<Record<number, string>> = {
  [portmap.NULL]: 'NULL',
  [portmap.SET]: 'SET',
  [portmap.UNSET]: 'UNSET',
  [portmap.GETPORT]: 'GETPORT',
  [portmap.DUMP]: 'DUMP',
  [portmap.CALLIT]: 'CALLIT',
};

const RPCBIND_3: Readonly<Record<number, string>> = {
  ...PORTMAP,
  [portmap.GETADDR]: 'GETADDR',
  [portmap.GETTIME]: 'GETTIME',
  [portmap.UADDR2TADDR]: 'UADDR2TADDR',
  [portmap.TADDR2UADDR]: 'TADDR2UADDR',
};

const RPCBIND_4: Readonly<Record<number, string>> = {
  ...RPCBIND_3,
  [portmap.BCAST]: 'BCAST',
  [portmap.GETVERSADDR]: 'GETVERSADDR',
  [portmap.INDIRECT]: 'INDIRECT',
  [portmap.GETADDRLIST]: 'GETADDRLIST',
  [portmap.GETSTAT]: 'GETSTAT',
};

const portmapperNames = (version: number): Readonly<Record<number, string>> => {
  if (version === portmap.VERSION_2) return PORTMAP;
  return version === portmap.VERSION_3 ? RPCBIND_3 : RPCBIND_4;
};

const procedureName = (call: Call): string | undefined => {
  const { program, version, procedure } = call;
  if (program === mount.PROGRAM) return MOUNT[procedure];
  if (program === portmap.PROGRAM) return portmapperNames(version)[procedure];
  const known = procedureOf(call);
  return typeof known === 'string' ? undefined : known.name;
};

/** `MNT of MOUNT version 3`. */
export const callName = (call: Call): string =>
  `${procedureName(call) ?? `procedure ${call.procedure}`} of ${programName(call.program)} version ${call.version}`;
