import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../adapters/cli/config-file.ts';
import { faultsOf } from '../../../adapters/demo/check.ts';
import type { Cluster, Question } from '../../../adapters/demo/cluster.ts';
import { setNodeState } from '../../../adapters/demo/cluster.ts';
import { makeMemoryCluster } from '../../../adapters/demo/memory/cluster.ts';
import { QUICK } from '../../../adapters/demo/script.ts';
import type { Asked } from '../../../adapters/demo/traffic.ts';
import { play } from '../../../adapters/demo/traffic.ts';
import type { Topology } from '../../../core/decision/topology.ts';
import { NODES } from './asked.ts';

const topology = (): Topology => {
  const file = fileURLToPath(new URL('../../../examples/demo.yaml', import.meta.url));
  const loaded = loadConfig(file);
  if (E.isLeft(loaded)) throw new Error(loaded.left.join('\n'));
  return loaded.right.topology;
};

const clusters: Cluster[] = [];
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.close();
});
const makeCluster = (): Cluster => {
  const cluster = makeMemoryCluster(topology());
  clusters.push(cluster);
  return cluster;
};

const SCRIPT = { ...QUICK, between: 0, pause: 0, patienceForLost: 0 };
const QUIET = { begins: () => undefined, asked: () => undefined };

const question = (kind: Question['kind'], port: number): Question => ({
  kind,
  port,
  connection: 1,
  patience: 0,
});
/** Who answers, or why nobody does. */
const answerTo = async (
  cluster: Cluster,
  kind: Question['kind'],
  port: number,
): Promise<string> => {
  const reply = await cluster.ask(question(kind, port));
  return reply.kind === 'answered' ? reply.node : reply.why;
};
const counted = ({ gateway }: Cluster, name: 'orphan-reset' | 'port-closed'): number =>
  gateway.counters.verdicts.get(name) ?? 0;

describe('the cluster in memory', () => {
  it('shows what the demo must show, from the first question to the last', async () => {
    const cluster = makeCluster();
    const all = await play(cluster, SCRIPT, QUIET, new AbortController().signal);
    expect(faultsOf(all, NODES)).toEqual([]);
    const down = all.filter(({ active }) => !active.includes('beta'));
    expect(down.some(({ lost }) => lost)).toBe(true);
    expect(down.length).toBeGreaterThan(10);
    expect(JSON.stringify(down.map(({ reply }) => reply))).not.toContain('beta');
  });

  it('A19: gives new connections to nodes in turn, and a kept one to its node', async () => {
    const cluster = makeCluster();
    const nodes: string[] = [];
    for (const kind of ['kept', 'http', 'kept', 'http', 'kept', 'http'] as const)
      nodes.push(await answerTo(cluster, kind, 80));
    expect(nodes).toEqual(['alpha', 'beta', 'alpha', 'gamma', 'alpha', 'alpha']);
  });

  it('A21: resets and counts what belongs to a connection that was lost with its node', async () => {
    const cluster = makeCluster();
    expect(await answerTo(cluster, 'kept', 80)).toBe('alpha');
    expect(setNodeState(cluster, 'alpha', 'down')).toBe('node alpha is down');
    expect(counted(cluster, 'orphan-reset')).toBe(0);
    expect(await answerTo(cluster, 'kept', 80)).toBe('no answer');
    expect(counted(cluster, 'orphan-reset')).toBe(1);
    expect(await answerTo(cluster, 'kept', 80)).toBe('beta');
  });

  it('has a port of no node answered by the gateway itself, or refused by its stack', async () => {
    const cluster = makeCluster();
    expect(await answerTo(cluster, 'http', 8080)).toBe('gateway');
    expect(await answerTo(cluster, 'http', 8081)).toBe('no answer');
    expect(cluster.gateway.counters.verdicts.get('delivered')).toBeGreaterThan(0);
    expect(await answerTo(cluster, 'udp', 7)).toBe('alpha');
  });

  it('stops where it is told to', async () => {
    const stop = new AbortController();
    const seen: Asked[] = [];
    const audience = {
      begins: () => undefined,
      asked: (one: Asked) => {
        seen.push(one);
        if (seen.length === 5) stop.abort();
      },
    };
    const all = await play(makeCluster(), SCRIPT, audience, stop.signal);
    expect(all).toHaveLength(5);
    expect(seen).toEqual(all);
  });
});
