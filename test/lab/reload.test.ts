import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, laboratory, makeNetwork, NODES } from './network.ts';
import { converse, serveNodes } from './servers.ts';
import { until } from './until.ts';

/** The configuration with these nodes only. */
const withNodes = (...names: readonly (keyof typeof NODES)[]) =>
  configuration({
    nodes: Object.fromEntries(
      names.map((name) => [
        name,
        { number: Object.keys(NODES).indexOf(name) + 1, address: NODES[name] },
      ]),
    ),
    services: [
      { port: 80, protocol: 'tcp', route: 'connection', nodes: names },
      { port: 7, protocol: 'tcp', route: 'connection', nodes: names },
    ],
  });

describe.runIf(laboratory('SIGHUP', 'curl'))('SIGHUP', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    await serveNodes(network);
  });
  beforeEach(async () => {
    gateway = await startGateway(network.gateway, withNodes('beta', 'gamma'));
  });
  afterEach(() => gateway.dispose());
  afterAll(() => network.dispose());

  const serving = async (): Promise<readonly string[]> => {
    const names = new Set<string>();
    for (let request = 0; request < 6; request++) {
      const { stdout } = await network.client.run('curl', '-sS', `http://${CLUSTER}/`);
      names.add(stdout.split(' ')[0] ?? '');
    }
    return [...names].sort();
  };

  const reload = async (text: string, said: string): Promise<void> => {
    gateway.reload(text);
    await until(said, () => gateway.said().includes(said));
  };

  it('A22: a node is added, and connections go on though the nodes are numbered anew', async () => {
    const talk = await converse(network.client, 'tcp', CLUSTER, 7);
    const before = await talk.say('before');
    await reload(JSON.stringify(withNodes('alpha', 'beta', 'gamma')), 'was taken over');
    expect(await serving()).toEqual(['alpha', 'beta', 'gamma']);
    expect(await talk.say('after')).toBe(before);
    talk.close();
    expect(await gateway.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('A22: a node is removed, and the connections of others go on', async () => {
    const talks = [];
    for (let turn = 0; turn < 2; turn++)
      talks.push(await converse(network.client, 'tcp', CLUSTER, 7));
    const answers = await Promise.all(talks.map((talk) => talk.say('before')));
    const ofGamma = answers.findIndex((answer) => answer.startsWith('gamma '));
    await reload(JSON.stringify(withNodes('alpha', 'gamma')), 'was taken over');
    expect(await serving()).toEqual(['alpha', 'gamma']);
    expect(await talks[ofGamma]?.say('after')).toBe(answers[ofGamma]);
    const rows = await gateway.show('connections');
    expect(rows.filter((row) => row['node'] === 'beta')).toEqual([]);
    for (const talk of talks) talk.close();
  });

  it('a broken file is not taken over: it says where and why, and the old one goes on', async () => {
    const talk = await converse(network.client, 'tcp', CLUSTER, 7);
    const before = await talk.say('before');
    await reload('cluster: lab\nnetworks: 7\n', 'the gateway goes on as it was');
    expect(gateway.said()).toMatch(`${gateway.file}:2:11: `);
    expect(await talk.say('after')).toBe(before);
    expect(await serving()).toEqual(['beta', 'gamma']);
    // Once more, with a sound one.
    await reload(JSON.stringify(withNodes('gamma')), 'was taken over');
    expect(await serving()).toEqual(['gamma']);
    talk.close();
    expect(await gateway.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('other links need a restart: it says so, and the old file goes on', async () => {
    const interconnect = { device: { tap: 'oh-other' }, address: '10.77.0.1/24' };
    await reload(JSON.stringify(configuration({ interconnect })), 'these need a restart');
    expect(await serving()).toEqual(['beta', 'gamma']);
  });
});
