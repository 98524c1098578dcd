// A node is lost while hosts read from all three: its hosts are told, the others notice nothing (A21).
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, startGateway } from './gateway.ts';
import type { Outcome } from './host.ts';
import type { Network } from './network.ts';
import { CLUSTER, laboratory, makeNetwork, NODE_NAMES } from './network.ts';
import { converse, serveNodes } from './servers.ts';
import { until } from './until.ts';

const BYTES = 40_000_000;
/** What `curl` ends with when a connection is reset in the middle of a transfer. */
const RECEIVE_ERROR = 56;

/** The sum of what a node sends as BYTES bytes: its name over and over. */
const sumOf = (name: string): string =>
  createHash('sha256').update(Buffer.alloc(BYTES, name)).digest('hex');

describe.runIf(laboratory('the loss of a node', 'curl', 'sha256sum'))('a node is lost', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    [gateway] = await Promise.all([
      startGateway(network.gateway, configuration()),
      serveNodes(network),
    ]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  /** A slow reader of BYTES bytes, about two seconds of them; prints their sum. */
  const read = (): Promise<Outcome> =>
    network.client.run(
      'sh',
      '-c',
      `curl -sS --limit-rate 20M http://${CLUSTER}/bytes/${BYTES} > ${gateway.folder}/$$; code=$?
sha256sum < ${gateway.folder}/$$; exit $code`,
    );

  it('A21: its connections are reset, new ones go elsewhere, others transfer every byte', async () => {
    const readers = NODE_NAMES.map(read);
    const count = async (): Promise<number> =>
      (await gateway.show('connections')).filter(({ phase }) => phase === 'established').length;
    await until('three transfers', async () => (await count()) === NODE_NAMES.length);
    // It vanishes as a machine does that loses its power: nobody hears from it again.
    network.nodes.beta.ip('link set eth0 down\n');
    const idle = await converse(network.client, 'tcp', CLUSTER, 7);
    const { code } = await gateway.command('set', 'node', 'beta', 'down');
    expect(code).toBe(0);

    const outcomes = await Promise.all(readers);
    expect(outcomes.map((one) => one.code).sort()).toEqual([0, 0, RECEIVE_ERROR]);
    const whole = outcomes.filter((one) => one.code === 0);
    expect(whole.map(({ stdout }) => stdout.split(' ')[0]).sort()).toEqual(
      [sumOf('alpha'), sumOf('gamma')].sort(),
    );
    // None was left to time out: the reader that lost its node heard a reset.
    expect(outcomes.find((one) => one.code === RECEIVE_ERROR)?.stderr).toMatch(/reset by peer/);
    expect(await gateway.counted('orphan-reset')).toBeGreaterThan(0);

    const names = new Set<string>();
    for (let request = 0; request < 6; request++)
      names.add(
        (await network.client.run('curl', '-sS', `http://${CLUSTER}/`)).stdout.split(' ')[0] ?? '',
      );
    expect([...names].sort()).toEqual(['alpha', 'gamma']);
    expect(await idle.say('still there')).toMatch(/^(alpha|gamma) /);
    idle.close();
  });
});
