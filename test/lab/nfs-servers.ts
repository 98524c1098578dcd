// NFS-Ganesha with rpcbind on every node: MOUNT and NFS, version 3, by UDP and TCP, each node one export.
import type { Files, Machine } from './machine.ts';
import { makeMachine } from './machine.ts';
import type { Network, NodeName } from './network.ts';
import { NODE_NAMES, NODES } from './network.ts';

/** What `laboratory` has to look for. */
export const SERVERS = ['rpcbind', 'ganesha.nfsd', 'rpcinfo', 'ss'] as const;

/** Numbers of programs: RFC 1813 sections 1 and 5, RFC 1833 section 3. */
export const PROGRAM = { mount: '100005', nfs: '100003', portmapper: '100000' } as const;
export const NFS_PORT = 2049;

/** Where the nodes listen for MOUNT: each where it likes, or all on the same port. */
export type MountPorts = Readonly<Record<NodeName, number>>;
export const MOUNT_PORT = 20048;
export const OWN_PORTS: MountPorts = { alpha: MOUNT_PORT, beta: 20049, gamma: 20050 };
export const SAME_PORTS: MountPorts = { alpha: MOUNT_PORT, beta: MOUNT_PORT, gamma: MOUNT_PORT };

export const EXPORTS = { alpha: '/export/n1', beta: '/export/n2', gamma: '/export/n3' } as const;

/** A file in every export, and what it says. */
export const NOTE = 'note';
export const noteOf = (name: NodeName): string => `this is ${name}\n`;

/** `Export_Id` is the node's number: it stands in every filehandle (A17). */
const ganesha = (name: NodeName, number: number, mountPort: number): string => `NFS_CORE_PARAM {
  Protocols = 3; Enable_UDP = true; NFS_Port = ${NFS_PORT}; MNT_Port = ${mountPort};
  Enable_NLM = false; Enable_RQUOTA = false;
}
EXPORT {
  Export_Id = ${number}; Filesystem_Id = ${number}.0;
  Path = "${EXPORTS[name]}"; Pseudo = "${EXPORTS[name]}";
  Protocols = 3; Transports = UDP, TCP; Access_Type = RW; Squash = No_Root_Squash;
  SecType = sys, none; PrivilegedPort = false;
  MaxRead = 32768; MaxWrite = 32768; PrefRead = 32768; PrefWrite = 32768; PrefReaddir = 32768;
  FSAL { Name = VFS; }
}
`;

const CONFIGURATION = '/etc/ganesha/lab.conf';
const PROCESS = '/run/ganesha/pid';

/** Nobody is asked for names of hosts. */
const filesOf = (name: NodeName, mountPort: number): Files => ({
  '/etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${name}\n`,
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  [CONFIGURATION]: ganesha(name, NODE_NAMES.indexOf(name) + 1, mountPort),
  [`${EXPORTS[name]}/${NOTE}`]: noteOf(name),
  [`${EXPORTS[name]}/inner/${NOTE}`]: noteOf(name),
  // Folders that the servers take for granted.
  '/run/ganesha/kept': '',
  '/run/rpcbind/kept': '',
  '/var/lib/nfs/ganesha/kept': '',
});

const startGanesha = async (machine: Machine, name: NodeName): Promise<void> => {
  machine.start('ganesha.nfsd', '-F', '-L', 'STDERR', '-f', CONFIGURATION, '-p', PROCESS);
  for (const program of [PROGRAM.mount, PROGRAM.nfs])
    await machine.ready(`program ${program}`, async () => {
      const { code } = await machine.run('rpcinfo', '-u', NODES[name], program, '3');
      return code === 0;
    });
};

const serveOn = async (network: Network, name: NodeName, port: number): Promise<Machine> => {
  const machine = await makeMachine(network.nodes[name], filesOf(name, port));
  machine.start('rpcbind', '-f');
  await machine.listening('udp', [111]);
  await startGanesha(machine, name);
  return machine;
};

export type NfsMachines = Readonly<Record<NodeName, Machine>>;

/** Starts the servers on every node; ready when they answer. */
export const serveNfs = async (network: Network, ports: MountPorts): Promise<NfsMachines> => {
  const [alpha, beta, gamma] = await Promise.all([
    serveOn(network, 'alpha', ports.alpha),
    serveOn(network, 'beta', ports.beta),
    serveOn(network, 'gamma', ports.gamma),
  ]);
  return { alpha, beta, gamma };
};

/** Ends a node's server at once, and starts it again with another port for MOUNT. */
export const moveMount = async (machine: Machine, name: NodeName, port: number): Promise<void> => {
  const steps = [
    `kill -KILL $(cat ${PROCESS})`,
    `sed -i 's/MNT_Port = [0-9]*/MNT_Port = ${port}/' ${CONFIGURATION}`,
    // As the server would have done had it been asked to end.
    `rpcinfo -d ${PROGRAM.mount} 3; rpcinfo -d ${PROGRAM.nfs} 3`,
  ];
  const { code, stderr } = await machine.run('sh', '-c', steps.join(' && '));
  if (code !== 0) throw new Error(`${name}: its server cannot be moved: ${stderr}`);
  await startGanesha(machine, name);
};
