// The least that a gateway on TAPs can be: native/pass.c, which rewrites addresses and knows nothing else.

import { until } from '../../../lab/until.ts';
import type { Place } from '../place.ts';
import type { Site } from '../site.ts';
import type { Contestant } from './contestant.ts';
import { addressEnds } from './veth.ts';

const MAC = '02:00:5e:00:01:01';
const END_MACS = { client: '02:00:5e:00:01:09', node: '02:00:5e:00:01:0b' } as const;

/** It answers no ARP: neighbours are told. */
const introduce = (site: Site, { device, cluster, internal }: Place): void => {
  site.client.ip(`neigh replace ${cluster} lladdr ${MAC} dev ${device} nud permanent\n`);
  site.node.ip(`neigh replace ${internal} lladdr ${MAC} dev ${device} nud permanent\n`);
};

export const cOnTaps: Contestant = {
  id: 'c',
  name: 'C on TAPs',
  aside: true,
  needs: ['pass'],
  carriesUdp: true,
  stand: async (site, place) => {
    const { client, node, programs } = site;
    const spaces = [client.path, node.path];
    const words = [...spaces, place.device, place.cluster, place.node];
    const macs = [MAC, END_MACS.client, END_MACS.node];
    const child = site.host('c').start(programs.path('pass'), ...words, ...macs);
    let [said, over] = ['', false];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('close', () => (over = true));
    await until('native/pass.c', () => over || said.includes('ready'));
    if (over) throw new Error(`pass ended: ${said.trim()}`);
    for (const end of ['client', 'node'] as const)
      site[end].ip(`link set ${place.device} address ${END_MACS[end]}\n`);
    addressEnds(site, place);
    introduce(site, place);
    return { pid: child.pid ?? 0 };
  },
};
