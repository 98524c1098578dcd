// `onehost run` with its TAPs right in the client's and the node's namespace: to both it is a network card.

import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { ask } from '../../../../adapters/control/socket.ts';
import type { Row } from '../../../../adapters/control/views.ts';
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
const TAKEN = 'was taken over';
const METRICS = '127.0.0.1:9464';

const configuration = (site: Site, place: Place): unknown => {
  const { device, cluster, internal, node } = place;
  const services = [
    ...TCP_PORTS.map((port) => ({ port, protocol: 'tcp' })),
    ...UDP_PORTS.map((port) => ({ port, protocol: 'udp' })),
  ].map((service) => ({ ...service, route: 'connection', nodes: ['node'] }));
  const tapOn = (host: Host): unknown => ({ tap: device, netns: host.path });
  return {
    cluster: 'bench',
    networks: { campus: { device: tapOn(site.client), address: `${cluster}/24` } },
    interconnect: { device: tapOn(site.node), address: `${internal}/24` },
    nodes: { node: { number: 1, address: node } },
    services,
    metrics: { listen: METRICS },
  };
};

const start = async (gateway: Host, file: string, socket: string): Promise<ChildProcess> => {
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
  return child;
};

const nodesOf = async (socket: string): Promise<readonly Row[]> => {
  const answer = await ask(socket, { command: 'show', what: 'nodes' });
  if (E.isLeft(answer)) throw new Error(answer.left);
  if (answer.right.kind !== 'rows') throw new Error(answer.right.message);
  return answer.right.rows;
};

/** It has the namespace's loopback to itself. */
const scrape = async (gateway: Host): Promise<number> => {
  const argv = ['-sSfo', '/dev/null', '-w', '%{time_total}', `http://${METRICS}/metrics`];
  const { code, stdout, stderr } = await gateway.run('curl', ...argv);
  if (code !== 0) throw new Error(`curl: ${stderr.trim()}`);
  return Number(stdout) * 1000;
};

const reload = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      const line = chunk.toString();
      if (line.includes(TAKEN)) resolve();
      else reject(new Error(line.trim()));
    };
    child.stderr?.once('data', hear);
    child.kill('SIGHUP');
  });

export const onehost: Contestant = {
  id: 'onehost',
  name: 'onehost',
  needs: [],
  carriesUdp: true,
  stand: async (site, place) => {
    const file = join(site.folder, 'onehost.json');
    const socket = join(site.folder, 'onehost.sock');
    writeFileSync(file, JSON.stringify(configuration(site, place)));
    const host = site.host('onehost');
    host.ip('link set lo up\n');
    const child = await start(host, file, socket);
    addressEnds(site, place);
    return {
      pid: child.pid ?? 0,
      connections: async () => Number((await nodesOf(socket))[0]?.['connections'] ?? 0),
      control: {
        ask: async () => {
          await nodesOf(socket);
        },
        scrape: () => scrape(host),
        reload: () => reload(child),
      },
    };
  },
};
