// Reads a file, YAML or JSON, and gives each problem in it its place: `FILE:LINE:COLUMN: message`.

import { closeSync, openSync, readSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { Document } from 'yaml';
import { isAlias, isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import type { ConfigPath, Problem } from '../../core/config/problem.ts';
import { formatPath } from '../../core/config/problem.ts';
import { pairOf, startOf } from './yaml-keys.ts';
import type { Remark } from './yaml-syntax.ts';
import { syntaxRemarks } from './yaml-syntax.ts';

const MAX_BYTES = 1024 * 1024;
// Enough for any sane file; nested aliases could otherwise unfold to more than memory holds.
const MAX_ALIASES = 100;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file: a part of the path is not a directory',
  EISDIR: 'is a directory; expected a YAML or JSON file',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
};

/** At most `MAX_BYTES` and one more. In pieces: a pipe, too, is a file (`-c /dev/stdin`). */
const readBytes = (path: string): Buffer => {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      length += count;
      if (count === 0 || length === bytes.length) return bytes.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
};

const readText = (path: string): E.Either<string, string> => {
  try {
    const bytes = readBytes(path);
    if (bytes.length > MAX_BYTES) return E.left('is larger than 1 MiB; that is no configuration');
    return E.right(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof TypeError) return E.left('is not UTF-8 text');
    const { code = '', message } = error as NodeJS.ErrnoException;
    return E.left(reasons[code] ?? `cannot be read: ${message}`);
  }
};

/** Where a problem shows, as an offset in the text: as far along its path as the document goes. */
const offsetOf = (document: Document, { path, at }: Problem): number => {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const pair = isMap(node) ? pairOf(node, key) : undefined;
    if (at === 'key' && depth === path.length - 1) return startOf(pair?.key) ?? offset;
    node = pair ? pair.value : isSeq(node) ? node.items[Number(key)] : undefined;
    offset = startOf(node) ?? startOf(pair?.key) ?? offset;
    if (node === undefined || node === null) return offset;
  }
  return offset;
};

const sentence = ({ path, message, at }: Problem): string => {
  const place: ConfigPath = at === 'key' ? path.slice(0, -1) : path;
  return place.length === 0 ? message : `${formatPath(place)}: ${message}`;
};

/** The value of a YAML document, or all that is wrong with its syntax. */
const valueOf = (document: Document, text: string): E.Either<readonly Remark[], unknown> => {
  const remarks = [...syntaxRemarks(document, text)];
  if (document.directives?.yaml.version !== '1.2')
    remarks.push({ offset: 0, message: 'only YAML 1.2 is read; take the %YAML line out' });
  if (remarks.length > 0) return E.left(remarks);
  try {
    return E.right(document.toJS({ maxAliasCount: MAX_ALIASES }));
  } catch (error) {
    return E.left([{ offset: 0, message: error instanceof Error ? error.message : String(error) }]);
  }
};

/** A value read from a file, and where in it a problem lies. */
export interface ReadFile<A> {
  readonly value: A;
  /** Problems as lines for people, in the order of the file. */
  readonly placed: (problems: readonly Problem[]) => readonly string[];
}

/**
 * The value that `decode` makes of the file at `path`, or every problem in it, each as a line for people.
 * `keys` says what an empty file lacks.
 */
export const readYaml = <A>(
  path: string,
  keys: string,
  decode: (value: unknown) => E.Either<readonly Problem[], A>,
): E.Either<readonly string[], ReadFile<A>> => {
  const text = readText(path);
  if (E.isLeft(text)) return E.left([`${path}: ${text.left}`]);
  const lines = new LineCounter();
  const document = parseDocument(text.right, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    uniqueKeys: false,
  });
  const remarked = (remarks: readonly Remark[]): readonly string[] =>
    [...remarks]
      .sort((a, b) => a.offset - b.offset)
      .map(({ offset, message }) => {
        const { line, col } = lines.linePos(offset);
        return `${path}:${line}:${col}: ${message}`;
      });
  const placed = (problems: readonly Problem[]): readonly string[] =>
    remarked(
      problems.map((problem) => ({
        offset: offsetOf(document, problem),
        message: sentence(problem),
      })),
    );
  if (document.contents === null && document.errors.length === 0)
    return E.left([`${path}: is empty; expected ${keys}, …`]);
  const value = valueOf(document, text.right);
  if (E.isLeft(value)) return E.left(remarked(value.left));
  const decoded = decode(value.right);
  return E.isLeft(decoded)
    ? E.left(placed(decoded.left))
    : E.right({ value: decoded.right, placed });
};
