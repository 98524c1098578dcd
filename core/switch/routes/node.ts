// An entry without routing function (box 560, A7), and ports whose node is computed (box 550, A5).

import { refuse } from '../../host/refusal.ts';
import type { Arrival } from '../../decision/arrival.ts';
import { leave } from '../leave.ts';
import type { NodeIndex } from '../../decision/topology.ts';
import { interconnect } from '../../decision/topology.ts';
import { asIpv4, toNode } from '../translate.ts';
import type { Decision, Path } from '../../decision/verdict.ts';

/** Sends the packet to `port` of a node; a node that is down refuses as a closed port does. */
export const routeNode = (
  arrival: Arrival,
  path: Path,
  index: NodeIndex,
  port: number,
): Decision => {
  const { topology } = arrival.tables;
  const node = topology.nodes[index];
  if (node === undefined || node.state === 'down')
    return refuse(arrival, path, 'no-operating-node');
  const address = asIpv4(node.address);
  return leave(
    arrival,
    path,
    {
      egress: interconnect(topology),
      nextHop: address,
      rewrite: toNode(arrival.packet, address, port),
    },
    [],
  );
};
