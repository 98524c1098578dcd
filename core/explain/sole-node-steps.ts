// Box 560 of figure 5: an entry without routing function names the node, or a backup takes its place (A21).

import { nodeName } from '../decision/names.ts';
import type { NodeIndex, Service } from '../decision/topology.ts';
import type { PacketAccount, Step } from './account.ts';
import { connectionOf, lastNodeRead, opensConnection, reasonOf, step } from './account.ts';
import { connectionStep } from './leaving-steps.ts';
import { nodeSetText } from './node-set.ts';

const NAME = 'node of the entry';

const stateOf = ({ topology }: PacketAccount, node: NodeIndex): string =>
  topology.nodes[node]?.state ?? 'not there';

/** Box 560, with what the cluster connection table has of the message, if anything. */
export const soleNodeSteps = (
  account: PacketAccount,
  service: Service,
  named: NodeIndex,
): readonly Step[] => {
  const { topology, decision } = account;
  const connection = connectionOf(account);
  const name = nodeName(topology, named);
  const state = stateOf(account, named);
  if (connection !== undefined && !opensConnection(account)) {
    const set = nodeSetText(topology, connection.node, connection.nodePort);
    const node = nodeName(topology, connection.node);
    return [step(560, NAME, `${set}: ${node}, by its connection`), ...connectionStep(account)];
  }
  if (reasonOf(decision.verdict) === 'no-operating-node')
    return [step(560, NAME, `${name} is ${state}, and there is no backup in its place`)];
  const node = connection?.node ?? lastNodeRead(account) ?? named;
  const set = nodeSetText(topology, node, service.nodePort);
  const draining = state === 'active' ? '' : ` (the node is ${state})`;
  const whose =
    node === named
      ? `${name}${draining}`
      : `${nodeName(topology, node)}, the backup of ${name}, which is ${state}`;
  const entry = connection === undefined ? [] : connectionStep(account);
  return [step(560, NAME, `${set}: ${whose}`), ...entry];
};
