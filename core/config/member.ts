// Reads a member file: a plain value, as YAML or JSON gives it, to a `MemberConfig` or to every problem at once.

import * as E from 'fp-ts/lib/Either.js';
import { adapterProblems, keyProblems, ownRouterProblems, pinProblems } from './member-meaning.ts';
import type { MemberConfig, MemberDraft } from './member-shape.ts';
import { memberShape } from './member-shape.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';
import type { JsonSchema } from './shape.ts';

const checks: readonly ((config: MemberDraft) => readonly Problem[])[] = [
  keyProblems,
  adapterProblems,
  ownRouterProblems,
  pinProblems,
];

/** The member file that `value` holds, defaults filled in. Else every problem, as with `decodeConfig`. */
export const decodeMember = (value: unknown): E.Either<readonly Problem[], MemberConfig> => {
  const { errors, sound } = memberShape.read(value, [
    { key: '', type: memberShape, actual: value },
  ]);
  const draft = (sound ?? {}) as MemberDraft;
  const problems = [...errors.map(problemOf), ...checks.flatMap((check) => check(draft))];
  return problems.length === 0 ? E.right(draft as MemberConfig) : E.left(problems);
};

/** Its JSON Schema, draft 2020-12. */
export const memberSchemaOf = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A member file of onehost',
  ...memberShape.schema,
});
