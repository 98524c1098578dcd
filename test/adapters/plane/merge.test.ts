import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../adapters/control/protocol.ts';
import type { Row } from '../../../adapters/control/views.ts';
import { merged } from '../../../adapters/plane/merge.ts';
import { topologyShare } from '../../../adapters/plane/share.ts';
import { workersOf } from '../../../adapters/plane/workers.ts';
import { topology } from '../../core/switch/laboratory.ts';

const show = (what: string, ...answers: readonly (readonly Row[])[]): Answer =>
  merged(
    { command: 'show', what },
    answers.map((rows) => ({ kind: 'rows', rows })),
  );
const rows = (...all: readonly Row[]): Answer => ({ kind: 'rows', rows: all });

describe('the answers of several workers', () => {
  it('are one list of connections, the whole of it', () => {
    expect(show('connections', [{ host: 'a' }, { host: 'b' }], [], [{ host: 'c' }])).toEqual(
      rows({ host: 'a' }, { host: 'b' }, { host: 'c' }),
    );
    expect(show('workers', [{ worker: 0 }], [{ worker: 1 }])).toEqual(
      rows({ worker: 0 }, { worker: 1 }),
    );
  });

  it('add up what nodes have', () => {
    const node = (name: string, connections: number) => ({ name, state: 'active', connections });
    expect(
      show('nodes', [node('alpha', 3), node('beta', 0)], [node('alpha', 4), node('beta', 1)]),
    ).toEqual(rows(node('alpha', 7), node('beta', 1)));
  });

  it('D7: add up what was counted; frames come first, the most frequent before others', () => {
    const counted = (of: string, name: string, value: number) => ({ of, name, value });
    expect(
      show(
        'counters',
        [
          counted('handled', 'decided', 2),
          counted('campus', 'lost', 1),
          counted('campus', 'device-full', 1),
          counted('inter', 'lost', 0),
        ],
        [
          counted('frames', 'forwarded', 1),
          counted('frames', 'arp-reply', 5),
          counted('handled', 'decided', 6),
          counted('campus', 'lost', 3),
          counted('campus', 'device-gone', 3),
          counted('inter', 'lost', 0),
        ],
      ),
    ).toEqual(
      rows(
        counted('frames', 'arp-reply', 5),
        counted('frames', 'forwarded', 1),
        counted('handled', 'decided', 8),
        counted('campus', 'lost', 4),
        counted('campus', 'device-full', 1),
        counted('campus', 'device-gone', 3),
        counted('inter', 'lost', 0),
      ),
    );
  });

  it('D1: name each neighbour once, as it was heard last, with all that waits for it', () => {
    const one = (address: string, mac: string | null, heard: number, held = 0) => ({
      ...{ link: 'campus', address, mac, heard, held },
    });
    const answer = show(
      'neighbours',
      [one('a', 'old', 9), one('b', 'known', 5, 1), one('c', null, 1, 2)],
      [one('a', 'new', 2), one('b', null, 1, 3), one('c', null, 2, 1)],
    );
    expect(answer).toEqual(rows(one('a', 'new', 2), one('b', 'known', 5, 4), one('c', null, 1, 3)));
  });

  it('name each device once, with its queues', () => {
    const device = (link: string, queues: number) => ({ link, state: 'up', queues });
    expect(show('devices', [device('inter', 1)], [device('inter', 1)])).toEqual(
      rows(device('inter', 2)),
    );
  });

  it('are one answer where all know the same, and where something is done', () => {
    expect(show('services', [{ port: 80 }], [{ port: 80 }])).toEqual(rows({ port: 80 }));
    const done: Answer = { kind: 'done', message: 'node beta is down' };
    const request = { command: 'set node', node: 'beta', state: 'down' } as const;
    expect(merged(request, [done, done])).toEqual(done);
    expect(merged(null, [done, done])).toEqual(done);
  });

  it('are an error where one of them is', () => {
    const error: Answer = { kind: 'error', message: 'the gateway has ended' };
    expect(merged({ command: 'show', what: 'nodes' }, [rows(), error])).toEqual(error);
  });
});

describe('the share of a worker', () => {
  it('D5: is its part of the connections, rounded up', () => {
    const of = topology({ limits: { connections: 10 } });
    expect(topologyShare(of, 1).limits.connections).toBe(10);
    expect(topologyShare(of, 4).limits.connections).toBe(3);
  });

  it('is half of the processors where there are four, up to four workers, unless it is told', () => {
    expect([1, 2, 3, 4, 6, 8, 64].map((count) => workersOf(null, count))).toEqual([
      1, 1, 1, 2, 3, 4, 4,
    ]);
    expect(workersOf(3, 1)).toBe(3);
  });
});
