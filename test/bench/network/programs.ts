// Which programs this machine has, of those that the bench can use.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Programs {
  has(name: string): boolean;
  /** The compiled program of native/talk.c, or null without a compiler. */
  readonly talk: string | null;
}

/** Where system programs lie that a user's PATH often leaves out. */
const SYSTEM = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Makes them found by all that this process starts. */
export const widenPath = (): void => {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const more = SYSTEM.filter((folder) => !path.includes(folder));
  process.env['PATH'] = [...path, ...more].join(delimiter);
};

export const isThere = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

export const programsOf = (talk: string | null): Programs => ({
  has: (name) => (name === 'talk' ? talk !== null : isThere(name)),
  talk,
});

/** How each is asked who it is. */
const VERSION: Readonly<Record<string, readonly string[]>> = {
  iperf3: ['--version'],
  wrk: ['-v'],
  nginx: ['-v'],
  haproxy: ['-v'],
  nft: ['-v'],
  ethtool: ['--version'],
};

/** What those say of themselves that are there, and the kernel. */
export const versions = (): readonly string[] => {
  const programs = Object.entries(VERSION)
    .filter(([name]) => isThere(name))
    .map(([name, argv]) => spawnSync(name, argv, { encoding: 'utf8' }))
    .map(({ stdout, stderr }) => `${stdout}${stderr}`.split('\n')[0]?.trim() ?? '');
  return [`Linux ${spawnSync('uname', ['-r'], { encoding: 'utf8' }).stdout.trim()}`, ...programs];
};

/** How a missing program is named to people. */
export const inWords = (name: string): string => (name === 'talk' ? 'a C compiler' : name);
