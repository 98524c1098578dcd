// Reads a configuration: a plain value, as YAML or JSON gives it, to a `Config` or to every problem at once.

import * as E from 'fp-ts/lib/Either.js';
import type { Config, ConfigDraft } from './config.ts';
import { configShape } from './config.ts';
import { deviceProblems } from './meaning-devices.ts';
import { metricsProblems } from './meaning-metrics.ts';
import { nameProblems, nodeProblems, prefixProblems, routerProblems } from './meaning-links.ts';
import { entryProblems, nodePortProblems, nonSpecificPortProblems } from './meaning-ports.ts';
import { directPortProblems } from './meaning-forwarding.ts';
import {
  backupProblems,
  filehandleProblems,
  referenceProblems,
  repeatedNodeProblems,
} from './meaning-references.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';

const checks: readonly ((config: ConfigDraft) => readonly Problem[])[] = [
  nameProblems,
  prefixProblems,
  routerProblems,
  nodeProblems,
  deviceProblems,
  metricsProblems,
  entryProblems,
  referenceProblems,
  backupProblems,
  repeatedNodeProblems,
  nodePortProblems,
  directPortProblems,
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
