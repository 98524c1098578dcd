// A packet that came in, with all that a decision about it may read; and the plain decisions.

import type { MacAddress } from '../wire/address.ts';
import { mac } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u48 } from '../wire/bytes.ts';
import * as ethernet from '../wire/layout/ethernet.ts';
import type { Packet } from '../wire/packet.ts';
import type { Datagram } from './datagram.ts';
import type { Reason } from './reason.ts';
import type { Change, Tables } from './tables.ts';
import type { LinkSettings } from './topology.ts';
import type { Path } from './path.ts';
import type { Decision } from './verdict.ts';
import type { Send } from './send.ts';

export interface Arrival {
  readonly tables: Tables;
  readonly frame: ReadonlyBytes;
  readonly ingress: LinkSettings;
  readonly packet: Packet;
  /** The datagram that the packet is the first fragment of, with what waited for it; else null (D3). */
  readonly datagram: Datagram | null;
  /** Milliseconds, from any fixed start. */
  readonly now: number;
}

const NONE: readonly never[] = [];

export const drop = (path: Path, reason: Reason, changes: readonly Change[] = NONE): Decision => ({
  verdict: { kind: 'drop', reason },
  path,
  sends: NONE,
  changes,
});

export const absorb = (
  path: Path,
  reason: Reason,
  sends: readonly Send[],
  changes: readonly Change[],
): Decision => ({ verdict: { kind: 'absorb', reason }, path, sends, changes });

export const answer = (
  path: Path,
  reason: Reason,
  sends: readonly Send[],
  changes: readonly Change[] = NONE,
): Decision => ({ verdict: { kind: 'answer', reason }, path, sends, changes });

/** The MAC address that sent the frame; an answer goes back where the question came from. */
export const senderMac = (frame: ReadonlyBytes): MacAddress => mac(u48(frame, ethernet.SOURCE));
