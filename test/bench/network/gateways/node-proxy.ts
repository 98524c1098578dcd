// What one writes in Node.js first: two sockets of `net`, one piped into the other.

import { serve } from '../listening.ts';
import { TCP_PORTS } from '../place.ts';
import type { Contestant } from './contestant.ts';
import { joinByVeth } from './veth.ts';

const PROXY = `
const net = require('node:net');
const [host, node, ...ports] = process.argv.slice(1);
for (const port of ports.map(Number))
  net.createServer({ noDelay: true, allowHalfOpen: true }, (one) => {
    const other = net.connect({ host: node, port, noDelay: true, allowHalfOpen: true });
    one.on('error', () => other.destroy());
    other.on('error', () => one.destroy());
    one.pipe(other);
    other.pipe(one);
  }).listen({ host, port, backlog: 8192 });
`;

export const nodeProxy: Contestant = {
  id: 'node',
  name: 'Node.js, net',
  needs: [],
  carriesUdp: false,
  stand: async (site, place) => {
    const gateway = joinByVeth(site, place, 'node-proxy');
    const ports = TCP_PORTS.map(String);
    const argv = ['-e', PROXY, place.cluster, place.node, ...ports];
    const pid = await serve(gateway, TCP_PORTS, process.execPath, ...argv);
    return { pid };
  },
};
