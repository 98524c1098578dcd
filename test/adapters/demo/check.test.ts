import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../adapters/demo/check.ts';
import type { Exchange } from './asked.ts';
import { NODES, asked } from './asked.ts';

const inTurn = [
  { kind: 'http', node: 'alpha' },
  { kind: 'http', node: 'beta' },
  { kind: 'http', node: 'gamma' },
] as const;
const WITHOUT_BETA = ['alpha', 'gamma'];
const faults = (...exchanges: readonly Exchange[]): readonly string[] =>
  faultsOf(asked(...inTurn, ...exchanges), NODES);

describe('what the demo must show', () => {
  it('is nodes in turn, for each service by itself', () => {
    expect(faults({ kind: 'udp', node: 'alpha' }, { kind: 'http', node: 'alpha' })).toEqual([]);
    expect(faults({ kind: 'http', node: 'gamma' })).toEqual([
      "request 4 (http): answered by gamma; it was alpha's turn",
    ]);
  });

  it('is that a node which is down is passed over', () => {
    const active = WITHOUT_BETA;
    const alpha = { kind: 'http', node: 'alpha', active } as const;
    expect(faults(alpha, { kind: 'http', node: 'gamma', active }, alpha)).toEqual([]);
    expect(faults(alpha, { kind: 'http', node: 'beta', active })).toEqual([
      "request 5 (http): answered by beta; it was gamma's turn",
    ]);
  });

  it('is that every question is answered', () => {
    expect(faults({ kind: 'udp' })).toEqual(['request 4 (udp): no answer in 1000 ms']);
  });

  it('is that a kept connection stays where it is, and takes one turn', () => {
    const kept = { kind: 'kept', connection: 1, sourcePort: 50_000, node: 'alpha' } as const;
    expect(faults(kept, { kind: 'http', node: 'beta' }, kept)).toEqual([]);
    expect(faults(kept, { ...kept, node: 'beta' })).toEqual([
      'request 5 (kept): went from alpha to beta',
    ]);
    expect(faults(kept, { ...kept, sourcePort: 50_001, node: 'beta' })).toEqual([
      'request 5 (kept): the connection to alpha was lost',
    ]);
  });

  it('is that a kept connection ends with its node, and another may follow', () => {
    const kept = { kind: 'kept', connection: 1, sourcePort: 50_000, node: 'alpha' } as const;
    const lost = { kind: 'kept', connection: 1, lost: true, active: ['beta', 'gamma'] } as const;
    const again = { ...kept, sourcePort: 50_001, node: 'beta', active: lost.active };
    expect(faults(kept, lost, again)).toEqual([]);
    expect(faults(kept, { ...lost, node: 'alpha' })).toEqual([
      'request 5 (kept): its node is down, and it was answered',
    ]);
  });

  it('is that the gateway answers for ports of no node', () => {
    expect(faults({ kind: 'http', port: 8080, node: 'gateway' })).toEqual([]);
    expect(faults({ kind: 'http', port: 8080, node: 'beta' })).toEqual([
      'request 4 (http): answered by beta, not the gateway',
    ]);
  });

  it('is that no node is silent', () => {
    expect(faultsOf(asked(inTurn[0], inTurn[1]), NODES)).toEqual(['gamma answered nothing']);
  });
});
