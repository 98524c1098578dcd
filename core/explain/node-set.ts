// The two variables that figure 5 sets on its way: NODE_ADDR and NODE_PORT.

import { formatAddress } from '../wire/address.ts';
import type { NodeIndex, Topology } from '../decision/topology.ts';

/** `NODE_ADDR is 10.0.0.11, NODE_PORT is 80`, of a port of a node. */
export const nodeSetText = ({ nodes }: Topology, node: NodeIndex, port: number): string => {
  const address = nodes[node]?.address;
  const written = address === undefined ? 'not known' : formatAddress(address);
  return `NODE_ADDR is ${written}, NODE_PORT is ${port}`;
};
