// What the README shows is what the commands say. In a block marked `console` every line that starts with
// `$ ` is run, and what follows is its output; a line `…` stands for any lines.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as E from 'fp-ts/lib/Either.js';
import { parse } from 'yaml';
import { decodeConfig } from '../core/config/decode.ts';
import { decodeMember } from '../core/config/member.ts';

const root = new URL('..', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

const blocks = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  );

interface Shown {
  readonly command: string;
  readonly lines: readonly string[];
}

const shown: readonly Shown[] = blocks('console').flatMap((block) =>
  block.split(/^\$ /m).flatMap((part) => {
    const [command = '', ...lines] = part.trimEnd().split('\n');
    return command === '' ? [] : [{ command, lines }];
  }),
);

/** Whether `actual` is `expected`, in which `…` stands for any lines. */
const agrees = (expected: readonly string[], actual: readonly string[]): boolean => {
  const [first, ...rest] = expected;
  if (first === undefined) return actual.length === 0;
  if (first === '…')
    return actual.some((_, at) => agrees(rest, actual.slice(at))) || agrees(rest, []);
  return actual[0] === first && agrees(rest, actual.slice(1));
};

describe('README', () => {
  it('shows commands', () => {
    expect(shown.length).toBeGreaterThanOrEqual(3);
  });

  it.each(shown)('$command', ({ command, lines }) => {
    const { stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
    const actual = `${stderr}${stdout}`.trimEnd().split('\n');
    if (!agrees(lines, actual)) expect(actual.join('\n')).toBe(lines.join('\n'));
    expect(agrees(lines, actual)).toBe(true);
  });

  it.each(blocks('yaml member'))('its member file is sound', (text) => {
    expect(decodeMember(parse(text))).toSatisfy(E.isRight);
  });

  // The first is whole; others show what to put into it.
  const [whole = ''] = blocks('yaml');
  it.each(blocks('yaml'))('its configuration is sound', (text) => {
    expect(decodeConfig({ ...parse(whole), ...parse(text) })).toSatisfy(E.isRight);
  });
});
