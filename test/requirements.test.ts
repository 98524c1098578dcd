// Every requirement that the code is to meet is shown by a test that names it, and tests name no others.

import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const folder = new URL('.', import.meta.url);

/** The ids of docs/requirements.md: the first column of its tables. */
const listed = [
  ...readFileSync(new URL('../docs/requirements.md', folder), 'utf8').matchAll(/^\| (\w\d+) +\|/gm),
].map(([, id = '']) => id);

const numbered = (letter: string, last: number): readonly string[] =>
  Array.from({ length: last }, (_, at) => `${letter}${at + 1}`);

/** What must have tests by now; the form, IPv6 and NFS over TCP come later. */
const needed = [...numbered('A', 22), ...numbered('B', 11), ...numbered('D', 7)];

/** Whether `callee` is `it` or `test`, or made from it: `it.each(table)`, `it.runIf(able)`. */
const isTest = (callee: ts.Expression): boolean => {
  if (ts.isIdentifier(callee)) return callee.text === 'it' || callee.text === 'test';
  if (ts.isPropertyAccessExpression(callee)) return isTest(callee.expression);
  return ts.isCallExpression(callee) && isTest(callee.expression);
};

/** The text of a title, of a template what is written out of it. */
const titleOf = (argument: ts.Expression | undefined): string | null => {
  if (argument === undefined) return null;
  if (ts.isStringLiteralLike(argument)) return argument.text;
  if (!ts.isTemplateExpression(argument)) return null;
  return [argument.head, ...argument.templateSpans.map(({ literal }) => literal)]
    .map(({ text }) => text)
    .join(' ');
};

/** The titles of all tests in a file's text. */
const titlesIn = (text: string): readonly string[] => {
  const titles: string[] = [];
  const walk = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const title = titleOf(node.arguments[0]);
      if (title !== null) titles.push(title);
    }
    ts.forEachChild(node, walk);
  };
  walk(ts.createSourceFile('test.ts', text, ts.ScriptTarget.Latest));
  return titles;
};

/** The ids that stand in a title as words: `A9: …`, `… (A9)`, `A5, A14: …`. */
const idsIn = (title: string): readonly string[] => title.match(/\b[A-D][1-9]\d?\b/g) ?? [];

const named = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) =>
      titlesIn(readFileSync(new URL(name, folder), 'utf8')).flatMap((title) =>
        idsIn(title).map((id): [string, string] => [id, `${name}: ${title}`]),
      ),
    ),
);

describe('the requirements', () => {
  it('are found in titles of every form, and only there', () => {
    const text = `
      describe('B1', () => {
        // A1: a comment
        it('A2: plain', () => expect('A3').toBe('A4'));
        it.each([['A5'], ['A6']])('%s, and A7', () => {});
        for (const one of ones) test(\`A8: \${one} of (A9)\`, () => {});
        it.runIf(able)('ABC, 0xA1, A100 and D2', async () => {});
        split('A10');
      });`;
    expect(titlesIn(text).flatMap(idsIn)).toEqual(['A2', 'A7', 'A8', 'A9', 'D2']);
  });

  it('are each named by the title of a test', () => {
    expect(needed.filter((id) => !listed.includes(id))).toEqual([]);
    expect(needed.filter((id) => !named.has(id))).toEqual([]);
  });

  it('have every id that a title names', () => {
    expect([...named].filter(([id]) => !listed.includes(id)).map(([, where]) => where)).toEqual([]);
  });
});
