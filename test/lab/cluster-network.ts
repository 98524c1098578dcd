// The laboratory of cluster messaging: three computers on three networks, with two routers between them.
//
//   n1 10.1.0.0/24 ─┬─ alpha .11 ─┬─ n2 10.2.0.0/24        alpha: n1 primary, n2 alternate
//                   │             ├─ beta  .12 ─┐          beta:  n3 primary, n2 alternate
//                   ├─ gamma .13 ─│─────────────┤          gamma: n3 primary, n1 alternate
//                   └─ north .1 ──│─────────────┼─ n3 10.3.0.0/24
//                                 └─ south .2 ──┘          north joins n1 and n3, south n2 and n3
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { newClusterKey } from '../../adapters/member/key-file.ts';
import { ask } from '../../adapters/control/socket.ts';
import type { Row } from '../../adapters/control/views.ts';
import { ONEHOST } from './gateway.ts';
import type { Host, Outcome } from './host.ts';
import { makeHost, outcomeOf } from './host.ts';
import { until } from './until.ts';

export const COMPUTERS = ['alpha', 'beta', 'gamma'] as const;
export type ComputerName = (typeof COMPUTERS)[number];

interface Attachment {
  readonly network: 1 | 2 | 3;
  readonly address: string;
  /** Its routers, and the networks that they lead to. */
  readonly routers: readonly { readonly address: string; readonly serves: readonly string[] }[];
}

const N1 = '10.1.0.0/24';
const N2 = '10.2.0.0/24';
const N3 = '10.3.0.0/24';
const router = (address: string, ...serves: readonly string[]) => ({ address, serves });

/** By interface: eth0 is the primary. */
export const ATTACHMENTS: Readonly<Record<ComputerName, readonly [Attachment, Attachment]>> = {
  alpha: [
    { network: 1, address: '10.1.0.11', routers: [router('10.1.0.1', N3)] },
    { network: 2, address: '10.2.0.11', routers: [router('10.2.0.2', N3)] },
  ],
  beta: [
    { network: 3, address: '10.3.0.12', routers: [router('10.3.0.1', N1), router('10.3.0.2', N2)] },
    { network: 2, address: '10.2.0.12', routers: [router('10.2.0.2', N3)] },
  ],
  gamma: [
    { network: 3, address: '10.3.0.13', routers: [router('10.3.0.1', N1), router('10.3.0.2', N2)] },
    { network: 1, address: '10.1.0.13', routers: [router('10.1.0.1', N3)] },
  ],
};

/** Each joins by a neighbour: before it has the table, it knows no way to other networks. */
const SEEDS: Readonly<Record<ComputerName, readonly string[]>> = {
  alpha: ['10.2.0.12', '10.1.0.13'],
  beta: ['10.2.0.11'],
  gamma: ['10.1.0.11'],
};

const MTU = 9000;

export interface ClusterNetwork {
  readonly computers: Readonly<Record<ComputerName, Host>>;
  readonly north: Host;
  readonly south: Host;
  /** Unplugs an interface: no carrier changes, nothing is told. */
  cut(host: Host, device: string): void;
  mend(host: Host, device: string): void;
  dispose(): void;
}

/** Bridges with veths are the networks; the ends in the wires' namespace are called `HOST-DEVICE`. */
const lay = (wires: Host, network: ClusterNetwork): void => {
  wires.ip(
    [1, 2, 3]
      .map((n) => `link add n${n} mtu ${MTU} type bridge mcast_snooping 0\nlink set n${n} up\n`)
      .join(''),
  );
  const plug = (host: Host, device: string, n: number, address: string): void => {
    const end = `${host.name}-${device}`;
    wires.ip(`link add ${end} mtu ${MTU} type veth peer name ${device} netns ${host.path}
link set ${end} master n${n} up
`);
    host.ip(`link set ${device} mtu ${MTU}
addr add ${address}/24 dev ${device}
link set ${device} up
`);
  };
  for (const name of COMPUTERS)
    ATTACHMENTS[name].forEach(({ network: n, address }, at) => {
      plug(network.computers[name], `eth${at}`, n, address);
    });
  plug(network.north, 'eth0', 1, '10.1.0.1');
  plug(network.north, 'eth1', 3, '10.3.0.1');
  plug(network.south, 'eth0', 2, '10.2.0.2');
  plug(network.south, 'eth1', 3, '10.3.0.2');
  for (const router of [network.north, network.south])
    router.inside(() => writeFileSync('/proc/sys/net/ipv4/ip_forward', '1'));
};

/** Makes computers, routers and networks. Throws a sentence where they cannot be had; nothing is left then. */
export const makeClusterNetwork = (): ClusterNetwork => {
  const hosts: Host[] = [];
  const dispose = (): void => hosts.splice(0).forEach((host) => host.dispose());
  const add = (name: string): Host => {
    const host = makeHost(name);
    hosts.push(host);
    return host;
  };
  try {
    const wires = add('wires');
    const networkOf = (host: Host, device: string): number => {
      const attachment = ATTACHMENTS[host.name as ComputerName][Number(device.slice(3))];
      return attachment?.network ?? 0;
    };
    const network: ClusterNetwork = {
      computers: { alpha: add('alpha'), beta: add('beta'), gamma: add('gamma') },
      north: add('north'),
      south: add('south'),
      cut: (host, device) => wires.ip(`link set ${host.name}-${device} nomaster\n`),
      mend: (host, device) =>
        wires.ip(`link set ${host.name}-${device} master n${networkOf(host, device)}\n`),
      dispose,
    };
    lay(wires, network);
    return network;
  } catch (error) {
    dispose();
    throw error;
  }
};

export interface RunningComputer {
  readonly name: ComputerName;
  readonly host: Host;
  readonly socket: string;
  said(): string;
  /** Rows of `onehost show`, by its control socket. */
  show(what: string): Promise<readonly Row[]>;
  /** Runs the command with `--socket`, as a person would, its input being `input`. */
  command(argv: readonly string[], input?: string | Buffer): Promise<Outcome>;
  /** Starts the command with `--socket`. */
  start(...argv: readonly string[]): ReturnType<Host['start']>;
  /** Gives it other keys of the cluster, of the files `lab.key` and `new.key`, and has it read them. */
  rotate(keys: readonly string[]): void;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Outcome>;
}

export interface Cluster {
  readonly network: ClusterNetwork;
  /** Starts `onehost member`, and waits until it is ready. */
  start(name: ComputerName, change?: Readonly<Record<string, unknown>>): Promise<RunningComputer>;
  /** Ends all, and removes what there was. */
  dispose(): Promise<void>;
}

const configuration = (name: ComputerName) => ({
  ...{ cluster: 'lab', name, keys: ['lab.key'], seeds: SEEDS[name] },
  adapters: ATTACHMENTS[name].map(({ address, routers }) => ({ address, routers })),
});

/** The network, and a folder for each computer, with the cluster's key in it. */
export const makeCluster = (): Cluster => {
  const network = makeClusterNetwork();
  const folder = mkdtempSync(join(tmpdir(), 'onehost-cluster-'));
  const keys = { 'lab.key': newClusterKey(), 'new.key': newClusterKey() };
  const running: RunningComputer[] = [];

  const launch = (
    name: ComputerName,
    change: Readonly<Record<string, unknown>>,
  ): RunningComputer => {
    const host = network.computers[name];
    const own = join(folder, name);
    mkdirSync(own, { recursive: true });
    for (const [key, text] of Object.entries(keys)) {
      writeFileSync(join(own, key), text);
      chmodSync(join(own, key), 0o600);
    }
    const file = join(own, 'member.yaml');
    const socket = join(own, 'member.sock');
    const write = (more: object): void =>
      writeFileSync(file, JSON.stringify({ ...configuration(name), ...change, ...more }));
    write({});
    const argv = [ONEHOST, 'member', '-c', file, '--socket', socket];
    const child = host.start(process.execPath, ...argv);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = outcomeOf(child);
    const start: RunningComputer['start'] = (...argv) =>
      host.start(process.execPath, ONEHOST, ...argv, '--socket', socket);
    return {
      ...{ name, host, socket, start },
      said: () => said,
      show: async (what) => {
        const answer = await ask(socket, { command: 'show', what }, 'member');
        if (E.isLeft(answer)) throw new Error(answer.left);
        if (answer.right.kind !== 'rows') throw new Error(answer.right.message);
        return answer.right.rows;
      },
      command: (argv, input = '') => {
        const asking = start(...argv);
        asking.stdin?.end(input);
        return outcomeOf(asking);
      },
      rotate: (used) => {
        write({ keys: used });
        child.kill('SIGHUP');
      },
      end: (signal) => {
        child.kill(signal);
        return ended;
      },
    };
  };

  return {
    network,
    start: async (name, change = {}) => {
      const computer = launch(name, change);
      running.push(computer);
      await until(`${name} to be ready; it said ${computer.said()}`, () =>
        computer.said().includes('onehost: ready\n'),
      );
      return computer;
    },
    dispose: async () => {
      await Promise.all(running.map((computer) => computer.end('SIGKILL')));
      network.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
