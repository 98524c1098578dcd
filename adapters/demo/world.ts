// Hosts of the laboratory: each a network namespace of its own with one interface, which is the kernel's
// end of a TAP or TUN; the other end is a device here. Descriptors and processes hold all of it, and nothing
// else does, so it is gone with this process, however that ends.
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { MacAddress } from '../../core/wire/address.ts';
import { parseIpv4, parseIpv4Interface } from '../../core/wire/address.ts';
import type { Device } from '../device.ts';
import { deviceOver } from '../linux/device-over.ts';
import { addDefaultRoute, interfaceMac, setAddress } from '../linux/interface.ts';
import { sentence } from '../linux/libc.ts';
import type { Namespace } from '../linux/namespace.ts';
import { inside, makeNamespace, spawnInside } from '../linux/namespace.ts';
import { openTap } from '../tap/tap.ts';

export interface HostSettings {
  readonly name: string;
  /** With the prefix length of its link: `10.77.0.11/24`. */
  readonly address: string;
  /** What the host calls its interface: `eth0`. */
  readonly interface: string;
  /** `tap`, when left out: an Ethernet link; `tun`: bare IP packets, as the gateway's own stack has them. */
  readonly kind?: 'tap' | 'tun';
  /** Address of its router, where it has one. */
  readonly defaultVia?: string;
  /** Largest IP packet on its link, bytes; 1500 when left out. */
  readonly mtu?: number;
}

export interface WorldHost {
  readonly name: string;
  /** Our end of the host's link. */
  readonly device: Device;
  /** Of the host's end. */
  readonly mac: MacAddress;
  /**
   * Starts a program on the host. Its standard input is a pipe from here; a program of Node ends when
   * that does, so that none outlives this process. Other programs should do the same.
   */
  spawn(command: string, argv: readonly string[], options?: SpawnOptions): ChildProcess;
}

export interface World {
  readonly hosts: readonly WorldHost[];
  /** Kills the hosts' programs and closes their links and namespaces. */
  dispose(): void;
}

/** Runs before a Node program: it ends when its standard input does. */
const LEASH = `--import=data:text/javascript,${encodeURIComponent(
  `process.stdin.on('end',()=>process.exit()).resume();process.stdin.unref();`,
)}`;

/** The caller's streams, but the first: the leash. */
const leashed = (options: SpawnOptions): SpawnOptions => {
  const { stdio = 'pipe', env = process.env } = options;
  const [, ...others] = typeof stdio === 'string' ? [stdio, stdio, stdio] : stdio;
  const nodeOptions = [env['NODE_OPTIONS'], LEASH].filter(Boolean).join(' ');
  return { ...options, stdio: ['pipe', ...others], env: { ...env, NODE_OPTIONS: nodeOptions } };
};

/** Without IPv6 on their links hosts say nothing until they are asked. Where it cannot be set, they do. */
const keepQuiet = (): void => {
  try {
    writeFileSync('/proc/sys/net/ipv6/conf/default/disable_ipv6', '1');
  } catch {
    // No IPv6 in this kernel, or settings that cannot be written: only less quiet.
  }
};

/** Gives the host's interface what it needs; the calling thread is in the host's namespace. */
const equip = (host: HostSettings): E.Either<string, MacAddress> => {
  const link = parseIpv4Interface(host.address);
  if (E.isLeft(link)) return link;
  const addressed = setAddress(host.interface, link.right);
  if (E.isLeft(addressed)) return addressed;
  if (host.defaultVia !== undefined) {
    const routed = E.chain(addDefaultRoute)(parseIpv4(host.defaultVia));
    if (E.isLeft(routed)) return routed;
  }
  return interfaceMac(host.interface);
};

const makeHost = (
  settings: HostSettings,
  namespace: Namespace,
  children: Set<ChildProcess>,
): E.Either<string, WorldHost> => {
  const { descriptor } = namespace;
  inside(descriptor, keepQuiet);
  const opened = openTap({
    name: settings.interface,
    kind: settings.kind ?? 'tap',
    netns: descriptor,
    ...(settings.mtu === undefined ? {} : { mtu: settings.mtu }),
  });
  if (E.isLeft(opened)) return opened;
  const device = deviceOver(opened.right);
  const mac = inside(descriptor, () => equip(settings));
  if (E.isLeft(mac)) {
    device.close();
    return mac;
  }
  const spawn: WorldHost['spawn'] = (command, argv, options = {}) => {
    const child = spawnInside(descriptor, command, argv, leashed(options));
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const { name } = settings;
  return E.right({ name, device: { ...device, name }, mac: mac.right, spawn });
};

/** Makes the hosts. Fails with a sentence that names the host, and then leaves nothing behind. */
export const makeWorld = (settings: readonly HostSettings[]): E.Either<string, World> => {
  const hosts: WorldHost[] = [];
  const namespaces: Namespace[] = [];
  const children = new Set<ChildProcess>();

  const dispose = (): void => {
    for (const child of children) child.kill('SIGKILL');
    for (const host of hosts) host.device.close();
    for (const namespace of namespaces.splice(0)) namespace.close();
  };

  const add = (host: HostSettings): E.Either<string, WorldHost> => {
    const namespace = makeNamespace();
    if (E.isLeft(namespace)) return namespace;
    namespaces.push(namespace.right);
    try {
      return makeHost(host, namespace.right, children);
    } catch (error) {
      return E.left(sentence(error));
    }
  };

  for (const host of settings) {
    const made = add(host);
    if (E.isLeft(made)) {
      dispose();
      return E.left(`host ${host.name}: ${made.left}`);
    }
    hosts.push(made.right);
  }
  return E.right({ hosts, dispose });
};
