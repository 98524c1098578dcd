import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Came, LoopbackMember } from './loopback.ts';
import { startLoopback } from './loopback.ts';

const linux = process.platform === 'linux';
if (!linux) console.info('members over loopback: not run, this is not Linux');

const members: LoopbackMember[] = [];
afterEach(() => members.splice(0).forEach((member) => member.close()));

const key = new Uint8Array(randomBytes(32));
let ports = 17400 + (process.pid % 1000) * 8;

const start = (name: string, ...others: readonly LoopbackMember[]): LoopbackMember => {
  const seeds = others.map(({ port }) => port);
  const member = startLoopback({ name, port: (ports += 1), seeds, keys: [key] });
  members.push(member);
  return member;
};

/** The next message that comes to a member. */
const next = (member: LoopbackMember): Promise<Came> =>
  new Promise((resolve) => {
    member.hear = resolve;
  });

/** Resolves when `ask` says so, looked at again and again. */
const until = async (ask: () => boolean): Promise<void> => {
  while (!ask()) await new Promise((resolve) => setTimeout(resolve, 10));
};
const knows = (member: LoopbackMember, other: LoopbackMember): boolean =>
  member.running.view().nodes.some(({ id, standing }) => id === other.id && standing === 'up');

describe.runIf(linux)('members on one machine', () => {
  it('B5, B7: join, and send a message of any size', async () => {
    const alpha = start('alpha');
    const beta = start('beta', alpha);
    await until(() => knows(alpha, beta) && knows(beta, alpha));
    for (const size of [0, 1, 1000, 70_000, 1024 * 1024]) {
      const message = new Uint8Array(randomBytes(size));
      const came = next(beta);
      const outcome = await alpha.running.send(beta.id, message, 'standard');
      expect(outcome).toEqual({ kind: 'acknowledged' });
      const { from, message: got } = await came;
      expect(from).toBe(alpha.id);
      expect(Buffer.compare(got, message)).toBe(0);
    }
    expect(alpha.running.view().digest).toBe(beta.running.view().digest);
  });
});
