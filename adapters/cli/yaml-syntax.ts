// What is wrong with the syntax of a YAML file, in words for people who write one now and then.

import type { Document, YAMLError } from 'yaml';
import { repeatedKeys } from './yaml-keys.ts';

/** Something to be said about a place in a text, as an offset in it. */
export interface Remark {
  readonly offset: number;
  readonly message: string;
}

/** The key that starts at `offset`, as it is written. */
const keyAt = (text: string, offset: number): string =>
  /^[^\s:,{}[\]]+/.exec(text.slice(offset))?.[0] ?? 'a key';

const words = ({ code, message, pos: [offset] }: YAMLError, text: string): string => {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab cannot indent; use spaces';
    case 'MULTILINE_IMPLICIT_KEY':
    case 'MISSING_CHAR':
      return `this is not "key: value" (${message}); is a colon and a space missing after "${keyAt(text, offset)}"?`;
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BAD_INDENT':
      return `the indentation does not fit (${message}); keys of one mapping start in the same column`;
    default:
      return message;
  }
};

/** Errors that stand by themselves; what breaks the structure makes what follows it look wrong too. */
const INDEPENDENT: ReadonlySet<string> = new Set([
  'BAD_ALIAS',
  'BAD_DQ_ESCAPE',
  'MULTIPLE_ANCHORS',
  'MULTIPLE_TAGS',
  'TAG_RESOLVE_FAILED',
]);

const repetitions = (document: Document, text: string): readonly Remark[] =>
  repeatedKeys(document).map((offset) => ({
    offset,
    message: `${keyAt(text, offset)} stands here a second time; a key stands once`,
  }));

/** Every error that stands by itself, and the first of those that break the structure. */
export const syntaxRemarks = (document: Document, text: string): readonly Remark[] => {
  const errors = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const breaking = errors.find(({ code }) => !INDEPENDENT.has(code));
  const standing = errors
    .filter((error) => error === breaking || INDEPENDENT.has(error.code))
    .map((error) => ({ offset: error.pos[0], message: words(error, text) }));
  return [...standing, ...repetitions(document, text)];
};
