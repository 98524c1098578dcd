import { describe, expect, it } from 'vitest';
import { having, problemsOf, sample } from './sample.ts';

const service = { port: 8080, protocol: 'tcp', route: 'node', node: 'alpha' };

const changed = (...changes: readonly (readonly [readonly (string | number)[], unknown])[]) =>
  problemsOf(changes.reduce<unknown>((value, [way, part]) => having(value, way, part), sample()));

describe('forwarding direct', () => {
  const all = [['forwarding'], 'direct'] as const;

  it('A14: is taken, for the cluster and for one service', () => {
    expect(changed(all)).toEqual([]);
    for (const position of [0, 2, 3, 4, 5])
      expect(changed([['services', position, 'forwarding'], 'direct'])).toEqual([]);
  });

  it('A14: leaves ports as they are, so a service cannot have another on its node', () => {
    const message =
      'services[6].nodePort: in forwarding direct a port stays as it is: 8081 must be 8080, or this service needs forwarding: rewrite';
    const moved = { ...service, nodePort: 8081 };
    expect(changed(all, [['services', 6], moved])).toEqual([message]);
    expect(changed([['services', 6], { ...moved, forwarding: 'direct' }])).toEqual([message]);
    expect(changed(all, [['services', 6], { ...moved, forwarding: 'rewrite' }])).toEqual([]);
    expect(changed(all, [['services', 6], { ...moved, nodePort: 8080 }])).toEqual([]);
  });

  it('A14: wants MOUNT on the port of its service on every node', () => {
    const ports = [['mountPorts'], { alpha: 20048, beta: 4002 }] as const;
    const message =
      'mountPorts.beta: in forwarding direct a port stays as it is: 4002 must be 20048, the port of the mount service';
    expect(changed(ports)).toEqual([]);
    expect(changed(all, ports)).toEqual([message]);
    expect(changed(ports, [['services', 4, 'forwarding'], 'direct'])).toEqual([message]);
    expect(changed(all, ports, [['services', 4, 'forwarding'], 'rewrite'])).toEqual([]);
  });
});

describe('names of nodes in messages', () => {
  it('are not all told where there are many', () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [
        `n${at + 1}`,
        { number: at + 1, address: `10.77.0.${at + 11}` },
      ]),
    );
    const problems = changed([['nodes'], nodes], [['exports'], {}], [['mountPorts'], {}]);
    expect(problems[0]).toBe(
      'services[0].nodes[0]: there is no node "alpha"; the nodes are n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12 and 28 more',
    );
  });
});
