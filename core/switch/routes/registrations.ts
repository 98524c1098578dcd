// What the cluster's portmapper has on its list (A16): the ONC RPC programs behind the message switch table.

import * as mount from '../../rpc/layout/mount.ts';
import * as nfs from '../../rpc/layout/nfs.ts';
import * as portmap from '../../rpc/layout/portmap.ts';
import type { Mapping } from '../../rpc/portmap.ts';
import type { Topology } from '../../decision/topology.ts';

/** Versions that are listed. */
const versions: Readonly<Record<number, readonly number[]>> = {
  [portmap.PROGRAM]: [portmap.VERSION_2, portmap.VERSION_3, portmap.VERSION_4],
  [mount.PROGRAM]: [mount.VERSION_1, mount.VERSION_3],
  [nfs.PROGRAM]: [nfs.VERSION_3],
};

/** All registrations: the portmapper's own first, without which `rpcinfo -p` believes nothing. */
export const registrations = ({ services }: Topology): readonly Mapping[] =>
  [...services.values()]
    .flatMap(({ program, protocol, port }) =>
      program === null
        ? []
        : (versions[program] ?? []).map((version) => ({ program, version, protocol, port })),
    )
    .sort((a, b) => a.program - b.program || b.protocol - a.protocol || a.version - b.version);

/** NFS_ACL stands behind the port of NFS, with the same versions. */
const listedAs = (program: number): number => (program === nfs.ACL_PROGRAM ? nfs.PROGRAM : program);

/** Whether the very version of a program is listed. */
export const isListed = (program: number, version: number): boolean =>
  (versions[listedAs(program)] ?? []).includes(version);

/** The port of a program, whatever version is wanted, as rpcbind tells it; 0 when the cluster has none. */
export const portOf = ({ services }: Topology, program: number, protocol: number): number => {
  const listed = listedAs(program);
  for (const service of services.values())
    if (service.program === listed && service.protocol === protocol) return service.port;
  return 0;
};
