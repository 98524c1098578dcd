// Whether the demo showed what it claims: every answer where there must be one, from the node whose turn
// it was, and none from a node that was taken away.

import type { Asked } from './traffic.ts';
import { GATEWAY_NAME, OWN_PORT } from './cluster.ts';

const nameOf = ({ number, question }: Asked): string => `request ${number} (${question.kind})`;

/** What answers must have in common with those before: whose turn it was, whose connection it is. */
interface Turns {
  /** By port: the node that the last new connection went to. */
  readonly last: Map<number, string>;
  /** By number of the kept connection: its port at the client, and its node. */
  readonly kept: Map<number, { readonly sourcePort: number; readonly node: string }>;
}

/** The node after `last` in the order of `nodes` that is active. */
const nextTurn = (
  nodes: readonly string[],
  active: readonly string[],
  last: string | undefined,
): string | undefined => {
  const from = last === undefined ? 0 : nodes.indexOf(last) + 1;
  return [...nodes.slice(from), ...nodes.slice(0, from)].find((node) => active.includes(node));
};

const faultOf = (asked: Asked, nodes: readonly string[], turns: Turns): string | null => {
  const { question, reply, active, lost } = asked;
  if (lost) {
    turns.kept.delete(question.connection);
    return reply.kind === 'failed'
      ? null
      : `${nameOf(asked)}: its node is down, and it was answered`;
  }
  if (reply.kind === 'failed') return `${nameOf(asked)}: ${reply.why}`;
  const { node, sourcePort } = reply;
  if (question.port === OWN_PORT)
    return node === GATEWAY_NAME ? null : `${nameOf(asked)}: answered by ${node}, not the gateway`;
  const kept = question.kind === 'kept' ? turns.kept.get(question.connection) : undefined;
  if (kept?.sourcePort === sourcePort)
    return kept.node === node ? null : `${nameOf(asked)}: went from ${kept.node} to ${node}`;
  if (kept !== undefined) return `${nameOf(asked)}: the connection to ${kept.node} was lost`;
  if (question.kind === 'kept') turns.kept.set(question.connection, { sourcePort, node });
  const turn = nextTurn(nodes, active, turns.last.get(question.port));
  turns.last.set(question.port, node);
  return turn === node ? null : `${nameOf(asked)}: answered by ${node}; it was ${turn}'s turn`;
};

/** What was not as it must be, in sentences; none when all was. `nodes` in the order of their turns. */
export const faultsOf = (all: readonly Asked[], nodes: readonly string[]): readonly string[] => {
  const turns: Turns = { last: new Map(), kept: new Map() };
  const faults = all.flatMap((asked) => faultOf(asked, nodes, turns) ?? []);
  const silent = nodes.filter(
    (node) => !all.some(({ reply }) => reply.kind === 'answered' && reply.node === node),
  );
  return [...faults, ...silent.map((node) => `${node} answered nothing`)];
};
