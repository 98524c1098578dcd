// Programs of a host that wait at its ports: proc_net(5), `tcp`, `udp`, and
// their like of IPv6.

import { existsSync, readFileSync } from 'node:fs';
import type { Host } from '../../lab/host.ts';
import { until } from '../../lab/until.ts';

/** What a socket is that waits: TCP_LISTEN, and TCP_CLOSE of UDP's (include/net/tcp_states.h). */
const WAITS = { tcp: '0A', udp: '07' } as const;

/** The ports at which sockets wait, from the text of the file. */
export const waitingPorts = (text: string, protocol: 'tcp' | 'udp'): readonly number[] =>
  text.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    return state === WAITS[protocol] ? [parseInt(local.split(':')[1] ?? '', 16)] : [];
  });

/** Whether programs of the host wait at all these ports. */
export const isListening = (
  host: Host,
  protocol: 'tcp' | 'udp',
  ports: readonly number[],
): boolean => {
  // A socket of IPv6 takes connections of IPv4 too.
  const read = (): string =>
    [protocol, `${protocol}6`]
      .map((name) => `/proc/thread-self/net/${name}`)
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'utf8'))
      .join('');
  const waiting = waitingPorts(host.inside(read), protocol);
  return ports.every((port) => waiting.includes(port));
};

/**
 * Starts a program that goes on, and resolves with its process when it listens at all these ports. Throws
 * what it said where it ends instead.
 */
export const serve = async (
  host: Host,
  ports: readonly number[],
  command: string,
  ...argv: readonly string[]
): Promise<number> => {
  const child = host.start(command, ...argv);
  let [said, over] = ['', false];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2048)));
  child.on('error', (error) => (said = error.message));
  child.once('close', () => (over = true));
  const about = `${command} of ${host.name} at TCP ${ports.join(', ')}`;
  await until(about, () => over || isListening(host, 'tcp', ports));
  if (over) throw new Error(`${command} of ${host.name} ended: ${said.trim()}`);
  return child.pid ?? 0;
};
