// The frames that the kernels are warmed up with are such as they pass on.

import { describe, expect, it } from 'vitest';
import { warmUp } from '../../../adapters/gateway/warm-up.ts';
import { topology } from '../../core/switch/laboratory.ts';

describe('warming up', () => {
  it('has every frame passed on, in both directions', () => {
    expect(warmUp(topology())).toBe(400 * 64);
  });

  it('needs a node that takes packets, and without one is left out', () => {
    const of = topology();
    const nodes = of.nodes.map((node) => ({ ...node, state: 'down' as const }));
    expect(warmUp({ ...of, nodes })).toBe(0);
  });
});
