// The client and the node that all contestants stand between, and what the node serves.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../lab/host.ts';
import { makeHost } from '../../lab/host.ts';
import { serve } from './listening.ts';
import { PORTS } from './place.ts';
import type { Programs } from './programs.ts';

export interface Site {
  readonly client: Host;
  readonly node: Host;
  /** For files of programs; gone afterwards. */
  readonly folder: string;
  readonly programs: Programs;
  /** Makes a host for a contestant. It goes with the site, if not before. */
  host(name: string): Host;
  dispose(): void;
}

/** One process, as the gateway is one: it answers without files, and ends connections when asked to. */
const nginxConfiguration = (folder: string): string => `
daemon off; master_process off; pid ${folder}/nginx.pid; error_log /dev/null;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen ${PORTS.http} backlog=8192; return 200 "here\\n"; }
}
`;

/** More connections a second than there are ports by default: the same for all. */
const roomForConnections = (host: Host): void =>
  host.inside(() => writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', '10000 65535'));

const startServers = async ({ node, folder, programs }: Site): Promise<void> => {
  if (programs.has('iperf3'))
    await serve(node, [PORTS.iperf], 'iperf3', '-s', '-p', String(PORTS.iperf));
  if (programs.has('nginx')) {
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, nginxConfiguration(folder));
    await serve(node, [PORTS.http], 'nginx', '-c', file, '-e', '/dev/null');
  }
  if (programs.talk !== null)
    await serve(node, [PORTS.echo], programs.talk, 'answer', String(PORTS.echo));
};

/** Makes both hosts and starts the node's servers. Throws a sentence where they cannot be had. */
export const makeSite = async (programs: Programs): Promise<Site> => {
  const folder = mkdtempSync(join(tmpdir(), 'onehost-network-'));
  const hosts: Host[] = [];
  const host = (name: string): Host => {
    const made = makeHost(name);
    roomForConnections(made);
    hosts.push(made);
    return made;
  };
  const dispose = (): void => {
    for (const one of hosts.splice(0)) one.dispose();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const site = { client: host('client'), node: host('node'), folder, programs, host, dispose };
    await startServers(site);
    return site;
  } catch (error) {
    dispose();
    throw error;
  }
};
