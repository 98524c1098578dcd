// Questions and answers for the demo's tests.

import type { Asked } from '../../../adapters/demo/traffic.ts';
import type { Question } from '../../../adapters/demo/cluster.ts';

export const NODES = ['alpha', 'beta', 'gamma'];

export interface Exchange {
  readonly kind: Question['kind'];
  readonly port?: number;
  /** The kept connection, and its port at the client. */
  readonly connection?: number;
  readonly sourcePort?: number;
  /** Who answered; without one nobody did. */
  readonly node?: string;
  readonly active?: readonly string[];
  readonly lost?: boolean;
}

/** Exchanges in their order, numbered from 1. */
export const asked = (...exchanges: readonly Exchange[]): readonly Asked[] =>
  exchanges.map((one, index) => ({
    number: index + 1,
    active: one.active ?? NODES,
    lost: one.lost ?? false,
    question: {
      kind: one.kind,
      port: one.port ?? (one.kind === 'udp' ? 7 : 80),
      connection: one.connection ?? 0,
      patience: 1000,
    },
    reply:
      one.node === undefined
        ? { kind: 'failed', why: 'no answer in 1000 ms' }
        : {
            kind: 'answered',
            node: one.node,
            sourcePort: one.sourcePort ?? 40_000 + index,
            milliseconds: 1.25,
          },
  }));
