// What happens in the demo, and in which order: phases between which a node goes and comes back, rounds
// of questions in each.

import type { NodeState } from '../../core/decision/topology.ts';
import type { Question } from './cluster.ts';
import { ECHO_PORT, HTTP_PORT, OWN_PORT } from './cluster.ts';

/** The node that is taken away. */
export const AWAY = 'beta';

export interface Phase {
  /** What the phase begins with; null for nothing. */
  readonly change: { readonly node: string; readonly state: NodeState } | null;
  readonly title: string;
  readonly rounds: number;
}

export interface Script {
  readonly phases: readonly Phase[];
  /** Milliseconds from one question to the next, and from one phase to the next. */
  readonly between: number;
  readonly pause: number;
  /** How long the client waits for an answer that cannot come, milliseconds. */
  readonly patienceForLost: number;
}

/** Long enough for a machine that has much else to do, milliseconds. */
const PATIENCE = 5000;

const question = (kind: Question['kind'], port: number, connection = 0): Question => ({
  kind,
  port,
  connection,
  patience: PATIENCE,
});

/**
 * One round. The kept connections come first: opened before all others, the first is the first node's and
 * the second that of the node which is taken away.
 */
export const ROUND: readonly Question[] = [
  question('kept', HTTP_PORT, 1),
  question('kept', HTTP_PORT, 2),
  question('http', HTTP_PORT),
  question('udp', ECHO_PORT),
  question('http', HTTP_PORT),
  question('udp', ECHO_PORT),
  question('http', HTTP_PORT),
  question('udp', ECHO_PORT),
];

/** Once in each phase: a port that no node has. */
export const LAST: Question = question('http', OWN_PORT);

const phases = (rounds: number): readonly Phase[] => [
  {
    change: null,
    title: 'All three nodes are active: each new connection goes to the next of them.',
    rounds,
  },
  {
    change: { node: AWAY, state: 'down' },
    title: `${AWAY} is taken away: onehost set node ${AWAY} down. Traffic goes on without it.`,
    rounds,
  },
  {
    change: { node: AWAY, state: 'active' },
    title: `${AWAY} comes back: onehost set node ${AWAY} active. New connections reach it.`,
    rounds,
  },
];

/** About half a minute. */
export const UNHURRIED: Script = {
  phases: phases(4),
  between: 250,
  pause: 1500,
  patienceForLost: 1500,
};

/** A few seconds. */
export const QUICK: Script = { phases: phases(2), between: 30, pause: 100, patienceForLost: 700 };
