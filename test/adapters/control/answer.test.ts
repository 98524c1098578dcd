import { describe, expect, it } from 'vitest';
import { answerTo } from '../../../adapters/control/answer.ts';
import { makeDeviceGateway } from '../../../adapters/gateway/device-gateway.ts';
import { memoryLink } from '../../../adapters/memory/link.ts';
import { topology } from '../../core/switch/laboratory.ts';

const fresh = () => {
  const of = topology();
  const devices = of.links.map((link) =>
    link === null ? null : memoryLink(link.name, link.framing, link.mtu),
  );
  return makeDeviceGateway(of, devices, () => 0);
};

const devices = { rows: () => [{ link: 'campus', state: 'up' }] };

const show = (what: string) =>
  answerTo({ gateway: fresh(), devices, worker: 0 }, { command: 'show', what }, 0);

describe('answers of the control socket', () => {
  it.each(['services', 'connections', 'nodes', 'counters', 'neighbours', 'devices'])(
    'shows %s',
    (what) => {
      expect(show(what)).toMatchObject({ kind: 'rows' });
    },
  );

  it.each(['hasOwnProperty', 'constructor', '__proto__', 'cdat', ''])(
    'says what there is instead of "%s"',
    (what) => {
      expect(show(what)).toMatchObject({ kind: 'error' });
    },
  );

  it('A21: a node goes by its name or its number', () => {
    for (const node of ['beta', '2']) {
      const gateway = fresh();
      const answer = answerTo(
        { gateway, devices, worker: 0 },
        { command: 'set node', node, state: 'drain' },
        0,
      );
      expect(answer).toEqual({ kind: 'done', message: `node ${node} is draining` });
      expect(gateway.tables.topology.nodes.map(({ state }) => state)).toEqual([
        'active',
        'drain',
        'active',
      ]);
    }
  });

  it('A21: a service of one node moves; one of several does not move so', () => {
    const gateway = fresh();
    const set = (service: string, node: string) =>
      answerTo({ gateway, devices, worker: 0 }, { command: 'set service', service, node }, 0);
    expect(set('53/udp', 'gamma')).toEqual({ kind: 'done', message: '53/udp is at node gamma' });
    for (const [service, node] of [
      ['80/tcp', 'gamma'],
      ['54/udp', 'gamma'],
      ['53/udp', 'delta'],
    ] as const)
      expect(set(service, node)).toMatchObject({ kind: 'error' });
  });
});
