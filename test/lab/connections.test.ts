import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLIENT, CLUSTER, laboratory, makeNetwork, NODE_NAMES } from './network.ts';
import { converse, serveNodes } from './servers.ts';

describe.runIf(laboratory('connections', 'curl'))('connections to the cluster', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    [gateway] = await Promise.all([startGateway(network.gateway), serveNodes(network)]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  /** The nodes that answered, as each says its name first. */
  const names = (text: string): readonly string[] =>
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0] ?? '');

  it('A20: curl sees one address, and the nodes are used in turn', async () => {
    const answers: string[] = [];
    for (let request = 0; request < 6; request++) {
      const { code, stdout } = await network.client.run('curl', '-sS', `http://${CLUSTER}/`);
      expect(code).toBe(0);
      expect(stdout).toContain(` ${CLIENT}:`);
      answers.push(...names(stdout));
    }
    expect(new Set(answers.slice(0, 3))).toEqual(new Set(['alpha', 'beta', 'gamma']));
    expect(answers.slice(3)).toEqual(answers.slice(0, 3));
  });

  it('A20: of many connections at once each node gets the same share', async () => {
    const argv = ['-sS', '-Z', '--parallel-max', '50', '-H', 'Connection: close'];
    const { code, stdout } = await network.client.run(
      'curl',
      ...argv,
      `http://${CLUSTER}/?[1-150]`,
    );
    expect(code).toBe(0);
    const answers = names(stdout);
    for (const name of NODE_NAMES)
      expect(answers.filter((answer) => answer === name)).toHaveLength(50);
  });

  it('A19: requests on one connection stay on its node', async () => {
    const urls = Array.from({ length: 30 }, () => `http://${CLUSTER}/`);
    const { code, stdout } = await network.client.run('curl', '-sS', ...urls);
    expect(code).toBe(0);
    const answers = names(stdout);
    expect(answers).toHaveLength(30);
    expect(new Set(answers).size).toBe(1);
  });

  it('A19: a slow connection stays on its node while others come and go', async () => {
    const { client } = network;
    const slow = client.run('curl', '-sS', `http://${CLUSTER}/slow`);
    const others = await Promise.all(
      Array.from({ length: 5 }, () => client.run('curl', '-sS', `http://${CLUSTER}/`)),
    );
    expect(new Set(others.flatMap(({ stdout }) => names(stdout))).size).toBe(3);
    const answers = names((await slow).stdout);
    expect(answers).toHaveLength(10);
    expect(new Set(answers).size).toBe(1);
  });

  it('A19: a large download arrives whole, a large upload too', async () => {
    const { client } = network;
    const size = 2_000_000;
    const file = join(gateway.folder, 'upload');
    writeFileSync(file, Buffer.alloc(size));
    const url = `http://${CLUSTER}/`;
    const before = await Promise.all(['repeated', 'decided'].map((name) => gateway.counted(name)));
    const [down, up] = await Promise.all([
      client.run('curl', '-sSo', '/dev/null', '-w', '%{size_download}', `${url}bytes/${size}`),
      client.run('curl', '-sS', '--data-binary', `@${file}`, url),
    ]);
    expect(down.stdout).toBe(String(size));
    expect(up.stdout).toMatch(/^(alpha|beta|gamma) got 2000000\n$/);
    // However much the kernel puts into one frame, only those of the handshakes and the ends are decided.
    const after = await Promise.all(['repeated', 'decided'].map((name) => gateway.counted(name)));
    const [repeated = 0, decided = 0] = after.map((count, index) => count - (before[index] ?? 0));
    expect(repeated).toBeGreaterThan((2 * size) / 65536);
    expect(decided).toBeLessThan(30);
  });

  it('A19: each UDP client has its node, and the next client another', async () => {
    const seen: string[] = [];
    for (let client = 0; client < 3; client++) {
      // Three ports for certain: the kernel may give one twice, and its node would be the same.
      const talk = await converse(network.client, 'udp', CLUSTER, 7, 20_001 + client);
      const [name, from] = (await talk.say('one')).split(' ');
      expect(from).toBe(`${CLIENT}:${talk.port}`);
      expect(await talk.say('two')).toBe(`${name} ${from}`);
      seen.push(name ?? '');
      talk.close();
    }
    expect(new Set(seen)).toEqual(new Set(['alpha', 'beta', 'gamma']));
  });

  it('A7: an entry without routing function is one node, whoever asks', async () => {
    for (let client = 0; client < 2; client++) {
      const talk = await converse(network.client, 'udp', CLUSTER, 53);
      expect(await talk.say('who')).toBe(`beta ${CLIENT}:${talk.port}`);
      talk.close();
    }
  });

  it('A19: `onehost show connections` has the connection, with its node', async () => {
    const talk = await converse(network.client, 'tcp', CLUSTER, 7);
    const [name] = (await talk.say('hello')).split(' ');
    const { code, stdout } = await gateway.command('show', 'connections', '--json');
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as readonly Record<string, unknown>[];
    expect(rows.filter((row) => row['host'] === `${CLIENT}:${talk.port}`)).toMatchObject([
      {
        protocol: 'tcp',
        cluster: `${CLUSTER}:7`,
        node: name,
        openedBy: 'host',
        phase: 'established',
      },
    ]);
    talk.close();
  });
});
