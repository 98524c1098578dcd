// Plays the script: has the client ask one question after another, and tells what came of each.

import { setTimeout } from 'node:timers/promises';
import type { Cluster, Question, Reply } from './cluster.ts';
import { setNodeState } from './cluster.ts';
import type { Phase, Script } from './script.ts';
import { LAST, ROUND } from './script.ts';

/** A question and what came of it. */
export interface Asked {
  /** From 1. */
  readonly number: number;
  /** Names of the nodes that take new connections at the time. */
  readonly active: readonly string[];
  readonly question: Question;
  readonly reply: Reply;
  /** Whether it went by a kept connection whose node was taken away: then no answer can come. */
  readonly lost: boolean;
}

export interface Audience {
  /** A phase begins. */
  begins(phase: Phase): void;
  asked(asked: Asked): void;
}

/** Milliseconds pass, or the demo is stopped. */
const pass = async (milliseconds: number, stopped: AbortSignal): Promise<void> => {
  try {
    await setTimeout(milliseconds, undefined, { signal: stopped });
  } catch {
    // Stopped: whoever waits looks at the signal next.
  }
};

const activeNodes = ({ gateway }: Cluster): readonly string[] =>
  gateway.tables.topology.nodes.filter(({ state }) => state === 'active').map(({ name }) => name);

/** Plays until the script is at its end, or the demo is stopped. Gives all that was asked. */
export const play = async (
  cluster: Cluster,
  script: Script,
  audience: Audience,
  stopped: AbortSignal,
): Promise<readonly Asked[]> => {
  const all: Asked[] = [];
  /** The node of each kept connection. */
  const nodeOfKept = new Map<number, string>();

  const ask = async (question: Question): Promise<void> => {
    const active = activeNodes(cluster);
    const node = question.kind === 'kept' ? nodeOfKept.get(question.connection) : undefined;
    const lost = node !== undefined && !active.includes(node);
    const patience = lost ? script.patienceForLost : question.patience;
    const reply = await cluster.ask({ ...question, patience });
    if (stopped.aborted) return;
    if (question.kind === 'kept') {
      if (reply.kind === 'answered') nodeOfKept.set(question.connection, reply.node);
      else nodeOfKept.delete(question.connection);
    }
    const asked: Asked = { number: all.length + 1, active, question, reply, lost };
    all.push(asked);
    audience.asked(asked);
  };

  for (const phase of script.phases) {
    const { change, rounds } = phase;
    if (change !== null) setNodeState(cluster, change.node, change.state);
    audience.begins(phase);
    await pass(script.pause, stopped);
    const questions = Array.from({ length: rounds }, () => ROUND).flat();
    for (const question of [...questions, LAST]) {
      if (stopped.aborted) return all;
      await ask(question);
      await pass(script.between, stopped);
    }
  }
  return all;
};
