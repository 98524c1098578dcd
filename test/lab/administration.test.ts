import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { Network, NodeName } from './network.ts';
import { CLUSTER, laboratory, makeNetwork, NODE_NAMES } from './network.ts';
import type { Conversation } from './servers.ts';
import { converse, serveNodes } from './servers.ts';
import { until } from './until.ts';

describe.runIf(laboratory('nodes that come and go', 'curl'))('while hosts use the cluster', () => {
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

  /** The nodes that serve as many new connections, each once. */
  const serving = async (connections = 6): Promise<readonly string[]> => {
    const names = new Set<string>();
    for (let request = 0; request < connections; request++) {
      const { code, stdout } = await network.client.run('curl', '-sS', `http://${CLUSTER}/`);
      expect(code).toBe(0);
      names.add(stdout.split(' ')[0] ?? '');
    }
    return [...names].sort();
  };

  const set = async (...argv: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await gateway.command('set', ...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toBe('');
  };

  /** A conversation with the node, which round robin comes to sooner or later. */
  const talkTo = async (node: NodeName): Promise<Conversation> => {
    for (let turn = 0; turn < NODE_NAMES.length; turn++) {
      const talk = await converse(network.client, 'tcp', CLUSTER, 7);
      if ((await talk.say('who')).startsWith(`${node} `)) return talk;
      talk.close();
    }
    throw new Error(`round robin never came to ${node}`);
  };

  it('A22: a node that drains keeps its connections and gets no new ones', async () => {
    const talk = await talkTo('beta');
    await set('node', 'beta', 'drain');
    expect(await serving()).toEqual(['alpha', 'gamma']);
    expect(await talk.say('still there')).toMatch(/^beta /);
    const { stdout } = await gateway.command('show', 'nodes', '--json');
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ name: 'beta', state: 'drain' }),
    );
    await set('node', 'beta', 'active');
    expect(await serving()).toEqual(['alpha', 'beta', 'gamma']);
    talk.close();
  });

  it('A21: a node that is down gets nothing; others serve, and its hosts are told at once', async () => {
    const [lost, kept] = [await talkTo('beta'), await talkTo('gamma')];
    await set('node', '2', 'down');
    expect(await serving()).toEqual(['alpha', 'gamma']);
    expect(await kept.say('still there')).toMatch(/^gamma /);
    // It said nothing, and is told all the same.
    await until('the reset', () => lost.heard().includes('closed'));
    expect(lost.heard().slice(-2)).toEqual(['ECONNRESET', 'closed']);
    expect(await gateway.counted('orphan-reset')).toBe(1);
    await set('node', '2', 'active');
    expect(await serving()).toEqual(['alpha', 'beta', 'gamma']);
    kept.close();
    lost.close();
  });

  it('A21: with no node left the service refuses, and works again with the first that is back', async () => {
    for (const name of NODE_NAMES) await set('node', name, 'down');
    const refused = await network.client.run('curl', '-sS', `http://${CLUSTER}/`);
    expect(refused.code).toBe(7);
    expect(await gateway.counted('no-operating-node')).toBe(1);
    await set('node', 'alpha', 'active');
    expect(await serving(2)).toEqual(['alpha']);
    for (const name of NODE_NAMES) await set('node', name, 'active');
  });

  it('A21: an entry of the message switch table goes over to another node', async () => {
    const talk = await converse(network.client, 'udp', CLUSTER, 53);
    expect(await talk.say('before')).toMatch(/^beta /);
    await set('service', '53/udp', 'node', 'gamma');
    expect(await talk.say('after')).toMatch(/^gamma /);
    talk.close();
    const { stdout } = await gateway.command('show', 'services', '--json');
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ port: 53, protocol: 'udp', nodes: ['gamma'] }),
    );
  });

  it('says what there is when something else is asked for', async () => {
    for (const [argv, message] of [
      [['node', 'delta', 'down'], 'onehost: no node "delta"; there are: alpha, beta, gamma\n'],
      [
        ['service', '54/udp', 'node', 'alpha'],
        /^onehost: no service "54\/udp"; there are: .*53\/udp/,
      ],
      [['service', '80/tcp', 'node', 'alpha'], /^onehost: 80\/tcp is not a service of one node/],
    ] as const) {
      const { code, stderr } = await gateway.command('set', ...argv);
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
    }
    const malformed = await gateway.command('set', 'service', '53', 'node', 'alpha');
    expect(malformed.code).toBe(2);
    expect(malformed.stderr).toMatch(/a service is a port and a protocol, such as 53\/udp/);
  });
});
