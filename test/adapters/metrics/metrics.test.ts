import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo } from '../../../adapters/control/answer.ts';
import type { Request } from '../../../adapters/control/protocol.ts';
import type { Row } from '../../../adapters/control/views.ts';
import { countLost, countSent } from '../../../adapters/gateway/counters.ts';
import { makeDeviceGateway } from '../../../adapters/gateway/device-gateway.ts';
import { memoryLink } from '../../../adapters/memory/link.ts';
import { collect } from '../../../adapters/metrics/collect.ts';
import { countedMetrics } from '../../../adapters/metrics/counted.ts';
import { loadExposition } from '../../../adapters/metrics/exposition.ts';
import type { Metric } from '../../../adapters/metrics/metric.ts';
import { nodeMetrics } from '../../../adapters/metrics/standing.ts';
import { topology } from '../../core/switch/laboratory.ts';

const DEVICE: Row = {
  link: 'campus',
  device: 'oh-campus',
  kind: 'tap',
  state: 'down',
  mtu: 1500,
  offloads: ['checksum'],
  queues: 1,
  by: 'io_uring',
};

/** The rows of a gateway on which something was counted. */
const asked = () => {
  const of = topology();
  const devices = of.links.map((link) =>
    link === null ? null : memoryLink(link.name, link.framing, link.mtu),
  );
  const gateway = makeDeviceGateway(of, devices, () => 0);
  const campus = of.links.findIndex((link) => link?.name === 'campus');
  gateway.counters.verdicts.set('forwarded', 7).set('port-closed', 2);
  countSent(gateway.counters, campus, 60);
  countLost(gateway.counters, campus, 'down', 3);
  const viewed = { gateway, devices: { rows: () => [DEVICE] }, worker: 0 };
  return (request: Request) => {
    const reply = answerTo(viewed, request, 0);
    if (reply.kind !== 'rows') return Promise.resolve(reply);
    return Promise.resolve({ ...reply, rows: [...reply.rows] });
  };
};

const written = async (metrics: readonly Metric[]): Promise<readonly string[]> =>
  (await (await loadExposition()).write(metrics)).split('\n');

const collected = async (): Promise<readonly Metric[]> => {
  const metrics = await collect(asked());
  if (E.isLeft(metrics)) throw new Error(metrics.left);
  return metrics.right;
};

const named = (metrics: readonly Metric[], name: string): Metric => {
  const found = metrics.find((metric) => metric.name === name);
  if (found === undefined) throw new Error(`no metric ${name}`);
  return found;
};

describe('metrics', () => {
  it('D7: tell every counter of the gateway, in the text format of Prometheus', async () => {
    const lines = await written(await collected());
    expect(lines).toEqual(
      expect.arrayContaining([
        '# TYPE onehost_frames_total counter',
        'onehost_frames_total{verdict="forwarded"} 7',
        'onehost_frames_total{verdict="port-closed"} 2',
        'onehost_handled_frames_total{how="repeated"} 0',
        'onehost_link_frames_total{link="campus",direction="out"} 1',
        'onehost_link_frames_total{link="campus",direction="in"} 0',
        'onehost_link_bytes_total{link="campus",direction="out"} 60',
        'onehost_link_lost_frames_total{link="campus",reason="down"} 3',
        'onehost_link_lost_frames_total{link="campus",reason="full"} 0',
        'onehost_link_lost_frames_total{link="interconnect",reason="gone"} 0',
        '# TYPE onehost_connections gauge',
        'onehost_connections{node="alpha"} 0',
        'onehost_node_state{node="alpha",state="active"} 1',
        'onehost_node_state{node="alpha",state="down"} 0',
        'onehost_device_up{link="campus"} 0',
        'onehost_device_mtu_bytes{link="campus"} 1500',
        'onehost_device_info{link="campus",device="oh-campus",kind="tap",by="io_uring"} 1',
      ]),
    );
  });

  it('have names and labels that Prometheus takes, by its practices', async () => {
    const metrics = await collected();
    const names = metrics.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, kind, help, labels, samples } of metrics) {
      expect(name).toMatch(/^onehost(_[a-z]+)+$/);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
      expect(help).toMatch(/^[A-Z].*[.1]$/);
      for (const sample of samples) {
        expect(Object.keys(sample.labels)).toEqual(labels);
        expect(sample.value).toBeGreaterThanOrEqual(0);
      }
      for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
      const series = samples.map((sample) => JSON.stringify(sample.labels));
      expect(new Set(series).size).toBe(series.length);
    }
  });

  it('say in their help what the counters mean', async () => {
    const metrics = await collected();
    expect(named(metrics, 'onehost_frames_total').help).toContain(
      'to a node, or to a host outside',
    );
    expect(named(metrics, 'onehost_link_lost_frames_total').help).toContain(
      'down, the interface was down; ',
    );
    expect(named(metrics, 'onehost_handled_frames_total').help).toContain(
      'decided, decided each for itself',
    );
  });

  it('of a network that is called as something else that is counted are its own', () => {
    for (const link of ['frames', 'handled', 'lost']) {
      const rows = [
        { of: 'frames', name: 'forwarded', value: 5, meaning: 'somewhere' },
        { of: 'handled', name: 'decided', value: 4, meaning: 'each' },
        { of: link, name: 'framesIn', value: 3, meaning: null },
        { of: link, name: 'lost', value: 2, meaning: null },
        { of: link, name: 'device-full', value: 2, meaning: 'lost: no room' },
      ];
      const metrics = countedMetrics(rows);
      const samples = (name: string) => named(metrics, name).samples;
      expect(samples('onehost_frames_total')).toEqual([
        { labels: { verdict: 'forwarded' }, value: 5 },
      ]);
      expect(samples('onehost_handled_frames_total')).toEqual([
        { labels: { how: 'decided' }, value: 4 },
      ]);
      expect(samples('onehost_link_frames_total')).toEqual([
        { labels: { link, direction: 'in' }, value: 3 },
      ]);
      expect(samples('onehost_link_lost_frames_total')).toEqual([
        { labels: { link, reason: 'full' }, value: 2 },
        ...['down', 'refused', 'gone'].map((reason) => ({ labels: { link, reason }, value: 0 })),
      ]);
    }
  });

  it('A21: have exactly one state for each node, whatever it is called', async () => {
    const states = fc.constantFrom('active', 'drain', 'down');
    const nodes = fc.uniqueArray(fc.record({ name: fc.string({ minLength: 1 }), state: states }), {
      selector: ({ name }) => name,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(nodes, async (all) => {
        const metrics = nodeMetrics(all.map((node) => ({ ...node, connections: 1 })));
        const { samples } = named(metrics, 'onehost_node_state');
        const set = samples.filter(({ value }) => value === 1);
        expect(set.map(({ labels }) => [labels['node'], labels['state']])).toEqual(
          all.map(({ name, state }) => [name, state]),
        );
        // A line each, whatever is in a name.
        const lines = await written(metrics);
        expect(lines.filter((line) => line.startsWith('onehost_'))).toHaveLength(4 * all.length);
      }),
    );
  });

  it('are not told where the data plane has ended', async () => {
    const answer = { kind: 'error', message: 'the gateway has ended' } as const;
    expect(await collect(() => Promise.resolve(answer))).toEqual(E.left('the gateway has ended'));
  });
});
