// The commands of cluster messaging, as people run them: two members on this machine, over loopback.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newClusterKey } from '../../../adapters/member/key-file.ts';
import type { Outcome } from '../../lab/host.ts';
import { outcomeOf } from '../../lab/host.ts';
import { until } from '../../lab/until.ts';

const ONEHOST = fileURLToPath(new URL('../../../dist/adapters/cli/main.js', import.meta.url));
const able = process.platform === 'linux' && existsSync(ONEHOST);
if (!able) console.info('commands of cluster messaging: not run, not Linux or not built');

let folder = '';
const children = new Set<ChildProcess>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onehost-member-'));
  writeFileSync(join(folder, 'our.key'), newClusterKey(), { mode: 0o600 });
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  rmSync(folder, { recursive: true, force: true });
});

const begin = (...argv: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [ONEHOST, ...argv]);
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
};
const run = (argv: readonly string[], input = ''): Promise<Outcome> => {
  const child = begin(...argv);
  child.stdin?.end(input);
  return outcomeOf(child);
};

let ports = 19_000 + (process.pid % 1000) * 8;

interface Started {
  readonly socket: string;
  readonly port: number;
  readonly file: string;
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  said(): string;
  /** Runs a command with its socket. */
  command(argv: readonly string[], input?: string): Promise<Outcome>;
}

const written = (name: string, port: number, seeds: readonly string[], more = {}): string => {
  const file = join(folder, `${name}.yaml`);
  const member = { cluster: 'test', name, keys: ['our.key'], identity: `${name}.pem`, port, seeds };
  const adapters = [{ address: '127.0.0.1' }];
  writeFileSync(file, JSON.stringify({ ...member, adapters, routes: 'none', ...more }));
  return file;
};

const start = async (name: string, ...others: readonly Started[]): Promise<Started> => {
  const port = (ports += 1);
  const seeds = others.map((other) => `127.0.0.1:${other.port}`);
  const file = written(name, port, seeds);
  const socket = join(folder, `${name}.sock`);
  const child = begin('member', '-c', file, '--socket', socket);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = outcomeOf(child);
  await until(`${name} to be ready`, () => said.includes('onehost: ready\n'));
  return {
    ...{ socket, port, file, child, ended },
    said: () => said,
    command: (argv, input) => run([...argv, '--socket', socket], input),
  };
};

const startTwo = async (): Promise<readonly [Started, Started]> => {
  const alpha = await start('alpha');
  const beta = await start('beta', alpha);
  for (const [one, other] of [
    [alpha, 'beta'],
    [beta, 'alpha'],
  ] as const)
    await until(`${other} to be known`, () => one.said().includes(`${other} has joined`));
  return [alpha, beta];
};

describe.runIf(able)('onehost member', () => {
  it('B5: messages go from onehost send to onehost listen', async () => {
    const [alpha, beta] = await startTwo();
    const ear = beta.command(['listen', '-n', '4', '--json']);
    const first = await alpha.command(['send', 'beta', '--class', 'low-latency'], 'one\nmessage');
    expect(first).toEqual({ code: 0, stdout: '', stderr: '' });
    const lines = await alpha.command(['send', 'beta', '--lines', '--json'], 'a\n\nc\n');
    expect(
      lines.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { reference: 1, outcome: 'acknowledged', why: null },
      { reference: 2, outcome: 'acknowledged', why: null },
      { reference: 3, outcome: 'acknowledged', why: null },
    ]);
    const came = (await ear).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Came);
    expect(
      came.map(({ name, class: of, message }) => [
        name,
        of,
        Buffer.from(message, 'base64').toString(),
      ]),
    ).toEqual([
      ['alpha', 'low-latency', 'one\nmessage'],
      ['alpha', 'standard', 'a'],
      ['alpha', 'standard', ''],
      ['alpha', 'standard', 'c'],
    ]);
  });

  it('B5: what comes before anybody listens waits, for as long as it takes', async () => {
    const [alpha, beta] = await startTwo();
    expect((await alpha.command(['send', 'beta'], 'early')).code).toBe(0);
    expect((await beta.command(['listen', '-n', '1'])).stdout).toBe('early\n');
  });

  it('B1, B3: shows the table, and who is responsible', async () => {
    const [alpha] = await startTwo();
    const rows = JSON.parse((await alpha.command(['show', 'cdat', '--json'])).stdout) as Row[];
    const one = {
      address: '127.0.0.1',
      preference: 1,
      mask: 8,
      type: 'loopback',
      class: 'control',
    };
    expect(rows.find(({ name }) => name === 'alpha')).toMatchObject({ ...one, status: 'self' });
    expect(rows.find(({ name }) => name === 'beta')).toMatchObject({
      ...{ ...one, state: 'up', status: 'reachable', gateway: 'yes' },
    });
    const text = (await alpha.command(['show', 'cdat'])).stdout;
    expect(text.split('\n')[0]).toMatch(/^NAME +STATE +PREFERENCE +ADDRESS +PORT +MASK +TYPE/);
    expect((await alpha.command(['show', 'responsibilities'])).stdout).toMatch(/127\.0\.0\.0\/8/);
    expect((await alpha.command(['show', 'directions'])).stdout).toBe('none\n');
    expect((await alpha.command(['show', 'traffic'])).stdout).toMatch(/table-digest +[0-9a-f]{64}/);
  });

  it('B11: leaves when it is told to, and the others know', async () => {
    const [alpha, beta] = await startTwo();
    beta.child.kill('SIGTERM');
    expect((await beta.ended).code).toBe(0);
    await until('beta to have left', () => alpha.said().includes('beta has left'));
    const { code, stderr } = await alpha.command(['send', 'beta'], 'too late');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^onehost: .*beta/)]);
  });

  it('B11: who has another key stays outside, and is counted', async () => {
    const alpha = await start('alpha');
    writeFileSync(join(folder, 'our.key'), newClusterKey());
    const stranger = await start('stranger', alpha);
    await until('the stranger to be refused', async () =>
      /key-unknown +[1-9]/.test((await alpha.command(['show', 'traffic'])).stdout),
    );
    await until('alpha to say so', () =>
      alpha.said().includes(`:${stranger.port} writes under another cluster key`),
    );
    for (const one of [alpha, stranger]) {
      expect(one.said()).not.toContain('has joined');
      const rows = (await one.command(['show', 'cdat', '--json'])).stdout;
      expect(JSON.parse(rows) as Row[]).toHaveLength(1);
    }
  });

  it('says what cannot be sent, and what cannot be set', async () => {
    const alpha = await start('alpha');
    expect(await alpha.command(['send', 'nobody'], 'x')).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: 'onehost: no computer "nobody"; the table has alpha\n',
    });
    expect((await alpha.command(['set', 'adapter', '10.0.0.1', 'preference', '1'])).stderr).toBe(
      'onehost: 10.0.0.1 is no adapter of this computer; it has 127.0.0.1\n',
    );
    expect((await alpha.command(['set', 'adapter', '127.0.0.1', 'preference', '9'])).code).toBe(2);
    for (const [place, more] of [
      ['1', ''],
      ['5', ': this computer has no more adapters'],
    ] as const)
      expect(
        (await alpha.command(['set', 'adapter', '127.0.0.1', 'preference', place])).stdout,
      ).toBe(`adapter 127.0.0.1 has preference 1${more}\n`);
    expect((await alpha.command(['send', 'alpha', '--class', 'gold'])).code).toBe(2);
    const absent = ['--socket', join(folder, 'none.sock')];
    expect((await run(['send', 'beta', ...absent], 'x')).stderr).toMatch(
      /no member on .*none\.sock/,
    );
    expect((await run(['listen', ...absent])).stderr).toMatch(/is `onehost member` running\?/);
    expect((await run(['show', 'cdat', ...absent])).stderr).toMatch(/no answer from a member/);
  });

  it('a message is 1 MiB at most', async () => {
    const [alpha, beta] = await startTwo();
    const ear = beta.command(['listen', '-n', '1']);
    const most = 'x'.repeat(1024 * 1024);
    expect((await alpha.command(['send', 'beta'], `${most}y`)).stderr).toBe(
      'onehost: a message has 1048576 bytes at most\n',
    );
    expect((await alpha.command(['send', 'beta'], most)).code).toBe(0);
    expect((await ear).stdout).toHaveLength(most.length + 1);
  });

  it('reads its file again on SIGHUP, and goes on by the old one where the new one is wrong', async () => {
    const alpha = await start('alpha');
    const beta = await start('beta');
    written('beta', beta.port, [`127.0.0.1:${alpha.port}`], { keys: [] });
    beta.child.kill('SIGHUP');
    await until('the complaint', () => beta.said().includes('beta.yaml is not taken'));
    expect(beta.said()).toContain('keys: expected keys, a list of 1 or more');
    written('beta', beta.port, [`127.0.0.1:${alpha.port}`], { name: 'gamma' });
    beta.child.kill('SIGHUP');
    await until('another complaint', () =>
      beta.said().includes('name has changed: that needs a new start'),
    );
    written('beta', beta.port, [`127.0.0.1:${alpha.port}`]);
    beta.child.kill('SIGHUP');
    await until('beta to join by its new seed', () => alpha.said().includes('beta has joined'));
  });

  it('does not start with what is wrong, and says where', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'cluster: test\nname: alpha\nkeys: [none.key]\nport: 0\n');
    expect(await run(['member', '-c', file])).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: `${file}:4:7: port: expected a port, a whole number from 1 to 65535 such as 80, not 0\n`,
    });
    const port = (ports += 1);
    const missing = await run(['member', '-c', written('alpha', port, [], { keys: ['none.key'] })]);
    expect(missing.stderr).toBe(
      `onehost: error: ${join(folder, 'none.key')}: there is no such file; \`onehost keygen\` makes keys\n`,
    );
    const nowhere = written('alpha', port, [], { adapters: [{ address: '192.0.2.77' }] });
    expect((await run(['member', '-c', nowhere])).stderr).toBe(
      'onehost: error: no interface has the address 192.0.2.77\n',
    );
    const alpha = await start('alpha');
    const taken = await run(['member', '-c', written('beta', alpha.port, [])]);
    expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining('is in use')]);
  });
});

interface Came {
  readonly name: string;
  readonly class: string;
  readonly message: string;
}
type Row = Readonly<Record<string, unknown>>;
