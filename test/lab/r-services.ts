// Remote login, remote commands and files, served on every node by the programs that hosts have for it.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Files } from './machine.ts';
import { makeMachine } from './machine.ts';
import type { Network, NodeName } from './network.ts';
import { CLIENT, NODE_NAMES } from './network.ts';

/** What `laboratory` has to look for: servers and clients. */
export const PROGRAMS = [
  ...['inetd', 'in.rlogind', 'in.rshd', 'in.rexecd', 'telnetd', 'dropbear', 'dropbearkey', 'nginx'],
  // By these names, as openssh-client has a `rsh` and a `rlogin` of its own.
  ...['netkit-rlogin', 'netkit-rsh', 'telnet', 'expect', 'ssh', 'ssh-keygen', 'curl', 'ss'],
] as const;

export const PORTS = [22, 23, 80, 512, 513, 514] as const;

/** Whom telnet and rexec let in; rlogin, rsh and ssh let root of the client in. */
export const GUEST = 'guest';
export const PASSWORD = 'throw-away';
/** crypt(3) of the password by SHA-512. */
const HASH =
  '$6$laboratory$QKRstrcY23xlT7zK9DRk.y2.vXWkC1576LVCKhh1e7E1ZeyPECyCJEscdbkys7BEZbGeBIAJVi2jkCmCuhWnx0';

const INETD = `shell stream tcp nowait root /usr/sbin/in.rshd in.rshd
login stream tcp nowait root /usr/sbin/in.rlogind in.rlogind
exec stream tcp nowait root /usr/sbin/in.rexecd in.rexecd
telnet stream tcp nowait root /usr/sbin/telnetd telnetd
`;

const NGINX = `user root; daemon off; master_process off; error_log stderr;
events {}
http { access_log off; server { listen 80; root /srv; add_header Node $hostname; } }
`;

const SYSTEM: Files = {
  '/etc/passwd': `root:x:0:0:root:/root:/bin/sh\n${GUEST}:x:1000:1000::/home:/bin/sh\n`,
  '/etc/shadow': `root:*:19000::::::\n${GUEST}:${HASH}:19000::::::\n`,
  '/etc/group': `root:x:0:\ntty:x:5:\n${GUEST}:x:1000:\n`,
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n',
  '/etc/inetd.conf': INETD,
  '/etc/nginx/nginx.conf': NGINX,
  '/root/.rhosts': `${CLIENT} root\n`,
  // A folder that nginx takes for granted.
  '/var/lib/nginx/kept': '',
};

export interface RemoteServices {
  /** What ssh is told: whom to be, and where to note the host's key. */
  readonly ssh: readonly string[];
  /** SHA-256 of the 4 MiB at `/large`, the same on every node. */
  readonly sum: string;
  dispose(): void;
}

/** The keys that ssh needs. The nodes have one host key, as they are one host. */
const makeKeys = (): { readonly folder: string; readonly files: Files } => {
  const folder = mkdtempSync(join(tmpdir(), 'onehost-keys-'));
  const [host, user] = [join(folder, 'host'), join(folder, 'user')];
  execFileSync('dropbearkey', ['-t', 'ed25519', '-f', host], { stdio: 'ignore' });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', user]);
  return {
    folder,
    files: {
      '/etc/dropbear/key': readFileSync(host),
      '/root/.ssh/authorized_keys': readFileSync(`${user}.pub`),
    },
  };
};

const serveOn = async (network: Network, name: NodeName, files: Files): Promise<void> => {
  const hosts = `127.0.0.1 localhost\n127.0.1.1 ${name}\n${CLIENT} client\n`;
  const machine = await makeMachine(network.nodes[name], { ...files, '/etc/hosts': hosts });
  machine.start('inetd', '-i');
  machine.start('dropbear', '-F', '-E', '-r', '/etc/dropbear/key', '-p', '22');
  machine.start('nginx');
  await machine.listening('tcp', PORTS);
};

/** Starts the servers on every node; ready when they listen. */
export const serveRemotely = async (network: Network): Promise<RemoteServices> => {
  const large = randomBytes(4 << 20);
  const keys = makeKeys();
  const dispose = (): void => rmSync(keys.folder, { recursive: true, force: true });
  const files = { ...SYSTEM, ...keys.files, '/srv/large': large };
  try {
    await Promise.all(NODE_NAMES.map((name) => serveOn(network, name, files)));
  } catch (error) {
    dispose();
    throw error;
  }
  const known = `UserKnownHostsFile=${join(keys.folder, 'known_hosts')}`;
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=accept-new', known];
  return {
    ssh: [
      ...['-F', 'none', '-i', join(keys.folder, 'user'), '-l', 'root'],
      ...options.flatMap((option) => ['-o', option]),
    ],
    sum: createHash('sha256').update(large).digest('hex'),
    dispose,
  };
};
