// Room for datagrams that come in fragments (D3): bounded in number and bytes. The oldest leave: who floods
// the gateway with fragments drives out its own before one whose fragments come close together.

import type { Datagram } from '../decision/datagram.ts';
import { heldBytes } from '../decision/datagram.ts';
import type { Change, Tables } from '../decision/tables.ts';

const NOTHING: readonly never[] = [];

/** The changes by which `datagram` may hold `bytes` more; null when even then there is no room. */
export const roomForFragment = (
  { datagrams, topology }: Tables,
  datagram: Datagram,
  bytes: number,
): readonly Change[] | null => {
  const { byKey } = datagrams;
  const { limits } = topology;
  const isNew = datagram.pieces.length === 0;
  let count = byKey.size + (isNew ? 1 : 0) - limits.datagrams;
  let excess = datagrams.heldBytes + bytes - limits.fragmentBytes;
  if (count <= 0 && excess <= 0) return NOTHING;
  const gone: Change[] = [];
  const suffices = (one: Datagram): boolean => {
    // Where only bytes are short, what holds none is in nobody's way.
    if (count <= 0 && one.held.length === 0) return false;
    gone.push({ kind: 'datagram-gone', datagram: one });
    count--;
    excess -= heldBytes(one);
    return count <= 0 && excess <= 0;
  };
  // Most often the oldest is enough, and found without a walk.
  const oldest = byKey.oldest();
  if (oldest !== undefined && oldest !== datagram && suffices(oldest)) return gone;
  for (const one of byKey.values())
    if (one !== datagram && one !== oldest && suffices(one)) return gone;
  return null;
};
