// How messages get to the nodes, and what the nodes are set up for: what holds in one way holds in all.
import { ONEHOST, type Running } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, NODE_NAMES } from './network.ts';

export interface Way {
  readonly forwarding: 'rewrite' | 'direct';
  /** Whether the nodes have the cluster's address too, on their loopback. */
  readonly loopback: boolean;
}

/** For `describe.each`, which puts the first into the name. */
export const WAYS: readonly (readonly [string, Way])[] = [
  ['rewrite', { forwarding: 'rewrite', loopback: false }],
  ['rewrite, the cluster’s address on the nodes too', { forwarding: 'rewrite', loopback: true }],
  // `node-setup` gives the nodes the cluster's address.
  ['direct', { forwarding: 'direct', loopback: false }],
];

/** Sets the nodes up for it; `direct` as a person would, by the gateway's configuration file. */
export const setUpNodes = async (network: Network, gateway: Running, way: Way): Promise<void> => {
  for (const name of NODE_NAMES) {
    const node = network.nodes[name];
    if (way.loopback) node.ip(`addr add ${CLUSTER}/32 dev lo\n`);
    if (way.forwarding !== 'direct') continue;
    const argv = ['node-setup', '-c', gateway.file, '--node', name, '--apply'];
    const { code, stderr } = await node.run(process.execPath, ONEHOST, ...argv);
    if (code !== 0) throw new Error(`node-setup of ${name}: ${stderr}`);
  }
};
