// Reads a configuration: a plain value, as YAML or JSON gives it, to a `Config` or to every problem at once.

import * as E from 'fp-ts/lib/Either.js';
import type { Config, ConfigDraft } from './config.ts';
import { configShape } from './config.ts';
import {
  deviceProblems,
  nameProblems,
  nodeProblems,
  prefixProblems,
  routerProblems,
} from './meaning-links.ts';
import { entryProblems, nodePortProblems, nonSpecificPortProblems } from './meaning-ports.ts';
import {
  filehandleProblems,
  referenceProblems,
  repeatedNodeProblems,
} from './meaning-references.ts';
import type { Problem } from './problem.ts';
import { problem, problemOf } from './problem.ts';

/**
 * A gateway that rewrites where its nodes were set up for the other embodiment (A14) would serve nobody:
 * what this version does not have is refused, not replaced.
 */
const forwardingProblems = ({ forwarding }: ConfigDraft): readonly Problem[] =>
  forwarding === 'direct'
    ? [problem(['forwarding'], 'direct is not in this version yet; write rewrite, or leave it out')]
    : [];

const checks: readonly ((config: ConfigDraft) => readonly Problem[])[] = [
  forwardingProblems,
  nameProblems,
  prefixProblems,
  routerProblems,
  nodeProblems,
  deviceProblems,
  entryProblems,
  referenceProblems,
  repeatedNodeProblems,
  nodePortProblems,
  nonSpecificPortProblems,
  filehandleProblems,
];

/**
 * The configuration that `value` holds, defaults filled in. Else every problem: those of shape, and those
 * of meaning among the parts whose shape is sound.
 */
export const decodeConfig = (value: unknown): E.Either<readonly Problem[], Config> => {
  const { errors, sound } = configShape.read(value, [
    { key: '', type: configShape, actual: value },
  ]);
  const draft = (sound ?? {}) as ConfigDraft;
  const problems = [...errors.map(problemOf), ...checks.flatMap((check) => check(draft))];
  return problems.length === 0 ? E.right(draft as Config) : E.left(problems);
};
