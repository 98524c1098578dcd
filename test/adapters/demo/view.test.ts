import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../../adapters/demo/summary.ts';
import type { Scene } from '../../../adapters/demo/view.ts';
import {
  HEIGHT,
  WIDTH,
  askedLine,
  coloured,
  frameOf,
  pictureOf,
  plain,
} from '../../../adapters/demo/view.ts';
import { asked } from './asked.ts';

const many = Array.from({ length: 40 }, () => ({ kind: 'http', node: 'alpha' }) as const);
const scene: Scene = {
  client: '198.51.100.9',
  cluster: '198.51.100.1',
  nodes: [
    { name: 'alpha', address: '10.77.0.11', state: 'active' },
    { name: 'beta', address: '10.77.0.12', state: 'down' },
    { name: 'gamma', address: '10.77.0.13', state: 'active' },
  ],
  title: 'beta is taken away',
  asked: asked(
    ...many,
    { kind: 'http', port: 8080, node: 'gateway' },
    { kind: 'udp', node: 'gamma' },
    { kind: 'kept', connection: 2, lost: true },
    { kind: 'udp' },
  ),
  counters: [
    ['arp-reply', 4],
    ['forwarded', 123456789],
    ['no-connection', 3],
    ['neighbour-unresolved', 3],
    ['error-rate', 2],
  ],
};
const lineOf = (number: number): string => {
  const one = scene.asked[number - 1];
  return one ? askedLine(one, scene, plain) : '';
};

describe('the live view', () => {
  it('shows the cluster, with the tally of each node', () => {
    expect(pictureOf(scene, plain)).toEqual([
      '  client ────── 198.51.100.1 ──┬─ alpha  10.77.0.11  active  40 ■■■■■■■■■■■■',
      '  198.51.100.9  gateway        ├╌ beta   10.77.0.12  down     0 ',
      '                by itself 1    └─ gamma  10.77.0.13  active   1 ',
    ]);
  });

  it('shows where a question went, who answered and how long it took', () => {
    expect(lineOf(1)).toBe(
      '    1  http  http://198.51.100.1/       new connection    alpha      1.3 ms',
    );
    expect(lineOf(41)).toBe(
      '   41  http  http://198.51.100.1:8080/  no node has it    gateway    1.3 ms',
    );
    expect(lineOf(42)).toBe(
      '   42  udp   198.51.100.1:7/udp         new source port   gamma      1.3 ms',
    );
  });

  it('tells what had to be lost from what failed', () => {
    expect(lineOf(43)).toMatch(/kept open, no\. 2 +lost with its node$/);
    expect(lineOf(44)).toMatch(/new source port +FAILED no answer/);
  });

  it('always has the same height, and fits a terminal of 80 columns', () => {
    for (const state of [scene, { ...scene, asked: [] }]) {
      const frame = frameOf(state, plain);
      expect(frame).toHaveLength(HEIGHT);
      expect(HEIGHT).toBeLessThan(24);
      expect(Math.max(...frame.map((line) => line.length))).toBeLessThanOrEqual(WIDTH);
    }
  });

  it('shows the last questions, and the largest counters', () => {
    const frame = frameOf(scene, plain);
    expect(frame).toContain(lineOf(44));
    expect(frame).not.toContain(lineOf(1));
    expect(frame).toContain('  gateway: forwarded 123456789  arp-reply 4  no-connection 3');
  });

  it('is the same in colour, but for the colours', () => {
    const frame = frameOf(scene, coloured);
    expect(frame).not.toEqual(frameOf(scene, plain));
    const escape = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(frame.map((line) => line.replace(escape, ''))).toEqual(frameOf(scene, plain));
  });
});

describe('the summary', () => {
  const summary = (faults: readonly string[]): string =>
    summaryOf(scene, faults, 'onehost', 'examples/demo.yaml').join('\n');

  it('counts answers by node and kind, and what was lost as it must be', () => {
    expect(summary([])).toContain('44 requests to one address: 42 answered, 1 lost with beta');
    expect(summary([])).toMatch(/alpha +40 +0 +0 +40\n/);
    expect(summary([])).toMatch(/gateway +1 +0 +0 +1\n/);
  });

  it('says what each counter counts, the largest first', () => {
    expect(summary([])).toMatch(/123456789 {2}forwarded +to a node[^]+no-connection +belongs to/);
  });

  it('says what was not as it must be', () => {
    const text = summary(['request 44 (udp): no answer']);
    expect(text).toContain('This is not as it must be:\n    request 44 (udp): no answer\n');
    expect(text).not.toContain('lost with beta');
  });

  it('says how to go on by hand', () => {
    expect(summary([])).toContain('onehost run -c examples/demo.yaml');
  });
});
