// How many questions each node answered, by kind.

import type { Question } from './cluster.ts';
import type { Asked } from './traffic.ts';

export const KINDS: readonly Question['kind'][] = ['http', 'kept', 'udp'];

/** Answers of `node`, of one kind or of all. */
export const answersOf = (all: readonly Asked[], node: string, kind?: Question['kind']): number =>
  all.filter(
    ({ question, reply }) =>
      reply.kind === 'answered' &&
      reply.node === node &&
      (kind === undefined || question.kind === kind),
  ).length;
