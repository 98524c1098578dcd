// A folder in which `onehost node-setup` finds the kernel's settings and a program `ip` that only notes what
// it is asked for: what it does to a machine, without one.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { nodeSetup } from '../../../adapters/cli/node-setup.ts';

export let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onehost-setup-'));
  mkdirSync(join(folder, 'net/ipv4/conf/all'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  program('ip', ipThatNotes());
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that the commands find before any other; `ip` only notes what it is asked for. */
export const program = (name: string, text: string) => {
  const file = join(folder, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
};

const path = () => `${folder}/bin:${process.env['PATH'] ?? ''}`;

/** A program `ip` of a machine with these addresses: it notes what it is told to do. */
const ALL = ['10.77.0.11/24', '10.77.0.12/24', '10.77.0.13/24'];

export const ipThatNotes = (addresses: readonly string[] = ALL, more = ''): string =>
  [
    'if [ "$*" = "-o address show" ]; then',
    ...addresses.map((address) => `  echo "2: eth0    inet ${address} brd + scope global eth0"`),
    '  exit 0',
    'fi',
    `echo "ip $*" >> ${folder}/asked`,
    more,
  ].join('\n');

/** What `ip` was asked for since the last time. */
export const asked = () => {
  const file = join(folder, 'asked');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  rmSync(file, { force: true });
  return lines;
};

export type Algorithm = 'modulo' | 'ranges';

/** A configuration of three nodes; `more` goes on with its services. */
export const written = (more: string, forwarding = 'rewrite') => {
  const file = join(folder, 'c.yaml');
  writeFileSync(
    file,
    `cluster: projects
networks:
  campus: { device: { tap: oh-campus }, address: 198.51.100.1/24 }
  annex: { device: { tap: oh-annex }, address: 203.0.113.1/25, router: 203.0.113.126 }
interconnect: { device: { tap: oh-inter }, address: 10.77.0.1/24 }
forwarding: ${forwarding}
nodes:
  gamma: { number: 30, address: 10.77.0.13 }
  alpha: { number: 10, address: 10.77.0.11 }
  beta: { number: 20, address: 10.77.0.12 }
services:
  - { port: 80, protocol: tcp, route: node, node: alpha, nodePort: 40000, forwarding: rewrite }
${more}`,
  );
  return file;
};

export const portsBy = (algorithm: Algorithm) =>
  written(`nonSpecificPorts: { from: 32768, to: 60999, algorithm: ${algorithm} }\n`);

/** Runs the command: prints the script, or does it. */
export const ran = (config: string, node: string, apply = false, procSys = folder) => {
  const out: string[] = [];
  const err: string[] = [];
  const options = { config, node, apply, procSys, path: path() };
  const code = nodeSetup(
    options,
    (line) => out.push(line),
    (line) => err.push(line),
  );
  return { code, out, err };
};

/** Runs what was printed, as a person would. */
export const runScript = (lines: readonly string[]) =>
  execFileSync('sh', [], { input: `${lines.join('\n')}\n`, env: { PATH: path() } });

/** What a setting of the kernel was set to. */
export const setting = (name: string) => readFileSync(join(folder, 'net/ipv4', name), 'utf8');
