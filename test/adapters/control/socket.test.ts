import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../../adapters/control/protocol.ts';
import { ask, listen } from '../../../adapters/control/socket.ts';
import type { ControlSocket } from '../../../adapters/control/unix-socket.ts';

const ROWS: Answer = { kind: 'rows', rows: [{ name: 'alpha' }] };

describe('the control socket', () => {
  let folder = '';
  let path = '';
  const open: ControlSocket[] = [];
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'onehost-control-'));
    path = join(folder, 'lab.sock');
  });
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
    fs.rmSync(folder, { recursive: true });
  });

  const listening = async (): Promise<E.Either<string, ControlSocket>> => {
    const socket = await listen(path, () => Promise.resolve(ROWS));
    if (E.isRight(socket)) open.push(socket.right);
    return socket;
  };
  const show = () => ask(path, { command: 'show', what: 'nodes' });

  it('answers, and is its owner’s alone', async () => {
    expect(E.isRight(await listening())).toBe(true);
    expect(await show()).toEqual(E.right(ROWS));
    expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is a file even when its name is a number, and has a name that fits', async () => {
    const module = new URL('../../../dist/adapters/control/socket.js', import.meta.url).href;
    const program = `import { statSync } from 'node:fs';
      const { listen } = await import(${JSON.stringify(module)});
      const listening = await listen('7777', () => null);
      console.log(statSync('7777').isSocket());
      listening.right.close();`;
    const argv = ['--input-type=module', '-e', program];
    const child = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
    expect([child.stdout, child.stderr]).toEqual(['true\n', '']);
    const long = await listen(join(folder, 'x'.repeat(107)), () => Promise.resolve(ROWS));
    expect(E.isLeft(long) && long.left).toMatch(/too long for a socket/);
    expect(E.isLeft(await listen('', () => Promise.resolve(ROWS)))).toBe(true);
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('x'))).toEqual([]);
  });

  it('what somebody else answers there is told in a sentence', async () => {
    for (const text of ['null\n', '{}\n', '{"kind":"rows"}\n', 'hello\n', '']) {
      const stranger = createServer((client) => {
        client.on('error', () => undefined);
        client.resume().end(text);
      });
      await new Promise<void>((resolve) => stranger.listen(path, resolve));
      const answer = await show();
      expect(E.isLeft(answer) && answer.left).toMatch(/^no answer from a gateway on /);
      await new Promise((resolve) => stranger.close(resolve));
    }
  });

  it('is not taken from a gateway that lives', async () => {
    await listening();
    expect(await listening()).toEqual(
      E.left(`another gateway listens on ${path}; give this one another --socket`),
    );
    expect(await show()).toEqual(E.right(ROWS));
  });

  it('takes the place of one that a dead gateway left behind', async () => {
    // A server takes away the name that it listened by: this one has got another since.
    const elsewhere = join(folder, 'elsewhere');
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(elsewhere, resolve));
    fs.renameSync(elsewhere, path);
    await new Promise((resolve) => dead.close(resolve));
    expect(fs.existsSync(path)).toBe(true);
    expect(E.isRight(await listening())).toBe(true);
    expect(await show()).toEqual(E.right(ROWS));
  });

  it('leaves alone what is no socket', async () => {
    fs.writeFileSync(path, 'precious');
    expect(await listening()).toEqual(
      E.left(`${path} is there already and is no socket; give another place by --socket`),
    );
    expect(fs.readFileSync(path, 'utf8')).toBe('precious');
  });

  it('lets clients go that are connected when it closes', async () => {
    await listening();
    const idler = connect(path);
    await new Promise((resolve) => idler.once('connect', resolve));
    // It is the gateway's client only when the gateway has accepted it: a later one was answered.
    expect(await show()).toEqual(E.right(ROWS));
    const gone = new Promise((resolve) => idler.once('close', resolve));
    // Never silent for so long that it would be given up.
    const dripping = setInterval(() => idler.write(' '), 500);
    idler.on('error', () => idler.destroy());
    for (const one of open.splice(0)) one.close();
    await gone.finally(() => clearInterval(dripping));
    expect(fs.existsSync(path)).toBe(false);
    expect(idler.destroyed).toBe(true);
  });
});
