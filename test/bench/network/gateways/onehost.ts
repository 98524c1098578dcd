// `onehost run` with its TAPs right in the client's and the node's namespace: to both it is a network card.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { ask } from '../../../../adapters/control/socket.ts';
import { decodeConfig } from '../../../../core/config/decode.ts';
import type { Host } from '../../../lab/host.ts';
import { until } from '../../../lab/until.ts';
import { ROOT } from '../../root.ts';
import type { Place } from '../place.ts';
import { TCP_PORTS, UDP_PORTS } from '../place.ts';
import type { Site } from '../site.ts';
import type { Contestant } from './contestant.ts';
import { addressEnds } from './veth.ts';

const ONEHOST = join(ROOT, 'bin/onehost.js');
const READY = 'onehost: ready';

type End = 'client' | 'node';

/** A TAP for each end. */
type Taps = Readonly<Record<End, { readonly tap: string; readonly netns?: string }>>;

/** Made where they are to be, by the names that they have there. */
const tapsAtEnds = (site: Site, { device }: Place): Taps => ({
  client: { tap: device, netns: site.client.path },
  node: { tap: device, netns: site.node.path },
});

/** Made in the gateway's namespace, to be moved from there. */
const TAPS_AT_HOME: Taps = { client: { tap: 'oh-client' }, node: { tap: 'oh-node' } };

const configuration = ({ cluster, internal, node }: Place, taps: Taps): unknown => {
  const services = [
    ...TCP_PORTS.map((port) => ({ port, protocol: 'tcp' })),
    ...UDP_PORTS.map((port) => ({ port, protocol: 'udp' })),
  ].map((service) => ({ ...service, route: 'connection', nodes: ['node'] }));
  return {
    cluster: 'bench',
    networks: { campus: { device: taps.client, address: `${cluster}/24` } },
    interconnect: { device: taps.node, address: `${internal}/24` },
    nodes: { node: { number: 1, address: node } },
    services,
  };
};

const start = async (gateway: Host, file: string, socket: string): Promise<number> => {
  const run = ['run', '-c', file, '--socket', socket];
  const child = gateway.start(process.execPath, ONEHOST, ...run);
  let [said, over] = ['', false];
  child.stdout?.resume();
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4096);
  });
  child.once('exit', () => (over = true));
  await until('the line `onehost: ready`', () => over || said.includes(READY));
  if (over) throw new Error(`onehost did not start: ${said.trim()}`);
  return child.pid ?? 0;
};

const connectionsOf = async (socket: string): Promise<number> => {
  const answer = await ask(socket, { command: 'show', what: 'nodes' });
  if (E.isLeft(answer)) throw new Error(answer.left);
  if (answer.right.kind !== 'rows') throw new Error(answer.right.message);
  return Number(answer.right.rows[0]?.['connections'] ?? 0);
};

const move = (gateway: Host, site: Site, { device }: Place): void => {
  for (const end of ['client', 'node'] as const)
    gateway.ip(`link set ${TAPS_AT_HOME[end].tap} netns ${site[end].path} name ${device}\n`);
};

export const onehost: Contestant = {
  id: 'onehost',
  name: 'onehost',
  needs: [],
  carriesUdp: true,
  stand: async (site, place) => {
    const gateway = site.host('onehost');
    const file = join(site.folder, 'onehost.json');
    const socket = join(site.folder, 'onehost.sock');
    const settled = configuration(place, tapsAtEnds(site, place));
    const settles = E.isRight(decodeConfig(settled));
    const config = settles ? settled : configuration(place, TAPS_AT_HOME);
    writeFileSync(file, JSON.stringify(config));
    const pid = await start(gateway, file, socket);
    if (!settles) move(gateway, site, place);
    addressEnds(site, place);
    return { pid, connections: () => connectionsOf(socket) };
  },
};
