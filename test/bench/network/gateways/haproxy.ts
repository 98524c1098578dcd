// HAProxy as a TCP proxy that lets the kernel move what it can (splice(2)).

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../listening.ts';
import type { Place } from '../place.ts';
import { TCP_PORTS } from '../place.ts';
import type { Contestant } from './contestant.ts';
import { joinByVeth } from './veth.ts';

const configuration = ({ cluster, node }: Place): string => `
global
  maxconn 2000
defaults
  mode tcp
  option splice-auto
  timeout connect 5s
  timeout client 1m
  timeout server 1m
${TCP_PORTS.map(
  (port) => `listen port-${port}
  bind ${cluster}:${port}
  server node ${node}:${port}
`,
).join('')}`;

export const haproxy: Contestant = {
  id: 'haproxy',
  name: 'HAProxy, splice',
  needs: ['haproxy'],
  carriesUdp: false,
  stand: async (site, place) => {
    const gateway = joinByVeth(site, place, 'haproxy');
    const file = join(site.folder, 'haproxy.cfg');
    writeFileSync(file, configuration(place));
    // -db: in one process, in the foreground.
    const pid = await serve(gateway, TCP_PORTS, 'haproxy', '-db', '-f', file);
    return { pid };
  },
};
