// The laboratory's network: real hosts around the gateway's namespace, joined by veth and bridges.
//
//   far ── router ─┬─ campus ─ [oh-campus gateway oh-inter] ─ interconnect ─┬─ alpha
//        client ───┤                                                        ├─ beta
//        manager ──┘                                                        └─ gamma
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { sentence } from '../../adapters/linux/libc.ts';
import type { Host } from './host.ts';
import { makeHost } from './host.ts';
import { makeWireLike } from './wire-like.ts';

export const CLUSTER = '198.51.100.1';
export const CLIENT = '198.51.100.9';
export const MANAGER = '198.51.100.200';
/** The router's two addresses: on the campus, and towards the far host. */
export const ROUTER = '198.51.100.254';
export const FAR_ROUTER = '203.0.113.1';
export const FAR = '203.0.113.9';
export const INTERNAL = '10.77.0.1';
export const NODES = { alpha: '10.77.0.11', beta: '10.77.0.12', gamma: '10.77.0.13' } as const;

/** Largest packet between the router and the far host. */
export const FAR_MTU = 1300;

export type NodeName = keyof typeof NODES;
export const NODE_NAMES = ['alpha', 'beta', 'gamma'] as const;

export interface Network {
  readonly gateway: Host;
  readonly client: Host;
  readonly manager: Host;
  readonly router: Host;
  readonly far: Host;
  readonly nodes: Readonly<Record<NodeName, Host>>;
  /** Ends all programs; the kernel then takes links and namespaces away. */
  dispose(): void;
}

export interface NetworkSettings {
  /** Largest packet that the nodes send, bytes. */
  readonly interconnectMtu?: number;
  /** Whether the TAPs may have several queues. */
  readonly multiQueue?: boolean;
}

const bridges = (flags: string): string =>
  ['campus', 'inter']
    .map(
      (name) => `link add br-${name} type bridge mcast_snooping 0
link set br-${name} up
tuntap add oh-${name} mode tap ${flags}
link set oh-${name} master br-${name} up
`,
    )
    .join('');

/**
 * The gateway's namespace has the bridges: to the hosts on them it is only wire, and what they receive is
 * complete. What they send is not: the gateway gets it as the kernel has it.
 */
const attach = (gateway: Host, bridge: string, host: Host): void => {
  gateway.ip(`link add v-${host.name} type veth peer name eth0 netns ${host.path}
link set v-${host.name} master br-${bridge} up
`);
  makeWireLike(gateway, `v-${host.name}`);
};

const addressed = (host: Host, device: string, address: string, more = ''): void => {
  host.ip(`addr add ${address}/24 dev ${device}
link set ${device} up
${more}`);
};

/** Where br_netfilter is loaded, a bridge looks into packets and drops what it does not like. */
const keepBridgesPlain = (gateway: Host): void => {
  const path = '/proc/sys/net/bridge/bridge-nf-call-iptables';
  if (existsSync(path)) gateway.inside(() => writeFileSync(path, '0'));
};

const lay = (network: Network, settings: NetworkSettings): void => {
  const { gateway, client, manager, router, far, nodes } = network;
  gateway.ip(bridges(settings.multiQueue === true ? 'multi_queue' : ''));
  keepBridgesPlain(gateway);
  for (const host of [client, manager, router]) attach(gateway, 'campus', host);
  addressed(client, 'eth0', CLIENT);
  addressed(manager, 'eth0', MANAGER, `route add 10.77.0.0/24 via ${CLUSTER}\n`);
  addressed(router, 'eth0', ROUTER);
  router.ip(`link add eth1 type veth peer name eth0 netns ${far.path}\n`);
  addressed(router, 'eth1', FAR_ROUTER, `link set eth1 mtu ${FAR_MTU}\n`);
  router.inside(() => writeFileSync('/proc/sys/net/ipv4/ip_forward', '1'));
  // It offers more than it can take in one segment: what is sent has to find the path's MTU.
  addressed(
    far,
    'eth0',
    FAR,
    `link set eth0 mtu ${FAR_MTU}\nroute add default via ${FAR_ROUTER} advmss 1460\n`,
  );
  for (const name of NODE_NAMES) {
    const node = nodes[name];
    attach(gateway, 'inter', node);
    const mtu = settings.interconnectMtu ?? 1500;
    addressed(
      node,
      'eth0',
      NODES[name],
      `link set eth0 mtu ${mtu}\nroute add default via ${INTERNAL} advmss 1460\n`,
    );
  }
};

/** Makes the hosts and their links. Throws a sentence where they cannot be had; nothing is left then. */
export const makeNetwork = (settings: NetworkSettings = {}): Network => {
  const hosts: Host[] = [];
  const dispose = (): void => {
    for (const host of hosts.splice(0)) host.dispose();
  };
  const add = (name: string): Host => {
    const host = makeHost(name);
    hosts.push(host);
    return host;
  };
  try {
    const network: Network = {
      gateway: add('gateway'),
      client: add('client'),
      manager: add('manager'),
      router: add('router'),
      far: add('far'),
      nodes: { alpha: add('alpha'), beta: add('beta'), gamma: add('gamma') },
      dispose,
    };
    lay(network, settings);
    return network;
  } catch (error) {
    dispose();
    throw error;
  }
};

const isThere = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

const BUILT = new URL('../../dist/adapters/cli/main.js', import.meta.url);

/** Why the laboratory cannot be had here with these programs; null where it can. */
const missing = (programs: readonly string[]): string | null => {
  const absent = ['ip', 'setpriv', ...programs].filter((program) => !isThere(program));
  if (absent.length > 0) return `this machine has no ${absent.join(', ')}`;
  if (!existsSync(BUILT)) return 'onehost is not built (npm run build)';
  try {
    makeNetwork().dispose();
    return null;
  } catch (error) {
    return sentence(error).split('\n')[0] ?? '';
  }
};

/** Whether the tests of `about` can run here; if not, one line says why. */
export const laboratory = (about: string, ...programs: readonly string[]): boolean => {
  const why = missing(programs);
  if (why !== null) console.info(`laboratory, ${about}: not run, ${why}`);
  return why === null;
};
