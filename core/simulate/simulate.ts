// The pure core as a complete gateway: tables and a frame give tables and frames. Slow and obvious; the
// running gateway is held against it.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { copyOf } from '../wire/bytes.ts';
import { rewritten } from '../wire/rewritten.ts';
import { decide } from '../switch/decide.ts';
import type { Tables } from '../decision/tables.ts';
import { apply } from '../decision/tables.ts';
import { ageing, tick } from '../switch/tick.ts';
import type { Link } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Forwarding, Send } from '../decision/send.ts';

/** A whole frame that leaves by a link. */
export interface Output {
  readonly egress: Link;
  readonly frame: Uint8Array;
}

export interface Step {
  readonly tables: Tables;
  readonly decision: Decision;
  /** Frames that leave, in order. */
  readonly outputs: readonly Output[];
}

const forwarded = (frame: ReadonlyBytes, forwarding: Forwarding): Output => ({
  egress: forwarding.egress,
  frame: rewritten(
    frame,
    forwarding.at,
    forwarding.length,
    forwarding.rewrite,
    forwarding.addresses,
  ),
});

/** The frame that a send puts on its link. */
export const outputOf = ({ egress, frame, forwarding }: Send): Output =>
  forwarding === null ? { egress, frame: copyOf(frame) } : forwarded(frame, forwarding);

/** All frames that leave because of a decision about `frame`. */
export const outputsOf = (
  frame: ReadonlyBytes,
  { verdict, sends }: Decision,
): readonly Output[] => {
  const besides = sends.map(outputOf);
  return verdict.kind === 'forward' || verdict.kind === 'deliver'
    ? [forwarded(frame, verdict.forwarding), ...besides]
    : besides;
};

/** One frame through the gateway. `now` in milliseconds, never going back from step to step. */
export const step = (tables: Tables, frame: ReadonlyBytes, ingress: Link, now: number): Step => {
  const decision = decide(tables, frame, ingress, now);
  return {
    tables: apply(tables, decision.changes),
    decision,
    outputs: outputsOf(frame, decision),
  };
};

/** Time passes: what `tick` sends, and tables without what was idle too long. */
export const elapse = (
  tables: Tables,
  now: number,
): { readonly tables: Tables; readonly outputs: readonly Output[] } => {
  const aged = apply(tables, ageing(tables, tables.connections.values(), now));
  const { sends, changes } = tick(aged, now);
  return { tables: apply(aged, changes), outputs: sends.map(outputOf) };
};
