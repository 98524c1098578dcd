// Copies of the table go round until all are identical (B7): digests are compared, then versions, then entries.

import * as E from 'fp-ts/lib/Either.js';
import type { ReadonlyBytes } from '../../wire/bytes.ts';
import type { NodeId } from '../identity.ts';
import { hexOf } from '../identity.ts';
import { post } from '../outbox.ts';
import { shortDigest } from '../reach/heartbeat.ts';
import type { Turn } from '../turn.ts';
import { alter, alterPeer, count, peerOf } from '../turn.ts';
import type { EntryVersion } from '../wire/frame.ts';
import { believe } from './entry.ts';
import { learnEntry } from './learn.ts';
import { sortedIds } from './table.ts';

/** Between two comparisons with one computer, ms; more, as long as they change nothing. */
const FIRST_WAIT_MS = 150;
const LONGEST_WAIT_MS = 5000;
/** So long a computer that leaves stays to tell it, ms, and so long when it is known that somebody has heard. */
export const FAREWELL_MS = 2000;
const HEARD_MS = 150;
/** Versions in one frame, so that it fits the smallest datagram. */
const VERSIONS = 40;
/** Entries that are given at a time, and asked for in one frame. */
const ENTRIES = 64;

const FIRST_ID = '0'.repeat(32) as NodeId;
const LAST_ID = 'f'.repeat(32) as NodeId;

/** Tells a computer the versions of all entries here. */
const tellVersions = (turn: Turn, id: NodeId): void => {
  const { entries } = turn.member.table;
  const ids = sortedIds(entries.keys());
  let first = FIRST_ID;
  for (let at = 0; at < ids.length; at += VERSIONS) {
    const slice = ids.slice(at, at + VERSIONS);
    const last = at + VERSIONS >= ids.length ? LAST_ID : (slice.at(-1) ?? LAST_ID);
    const versions = slice.flatMap((one): readonly EntryVersion[] => {
      const entry = entries.get(one);
      return entry === undefined || entry.id < first ? [] : [entry];
    });
    post(turn, id, { kind: 'versions', first, last, versions });
    first = slice.at(-1) ?? LAST_ID;
  }
};

/** Another table has the own tombstone: it spreads without this computer. */
const farewellHeard = (turn: Turn): void => {
  const { endsAt } = turn.member;
  if (endsAt !== null) alter(turn, { endsAt: Math.min(endsAt, turn.now + HEARD_MS) });
};

/** A heartbeat has told the digest of a computer's table: if it is another one, they are compared. */
export const compareDigest = (turn: Turn, id: NodeId, digest: ReadonlyBytes): void => {
  const peer = peerOf(turn, id);
  const own = hexOf(shortDigest(turn));
  const other = hexOf(digest);
  if (peer === undefined) return;
  if (own === other) return farewellHeard(turn);
  const compared = own + other;
  const known = peer.compared === compared;
  if (turn.now - peer.comparedAt < (known ? peer.compareWait : FIRST_WAIT_MS)) return;
  const wait = known ? Math.min(LONGEST_WAIT_MS, 2 * peer.compareWait) : FIRST_WAIT_MS;
  alterPeer(turn, id, () => ({ comparedAt: turn.now, compareWait: wait, compared }));
  tellVersions(turn, id);
};

/** Whether an entry here is to be preferred to the one of that version there. */
const isNewer = (own: EntryVersion, there: EntryVersion): boolean =>
  own.version === there.version ? own.check > there.check : own.version > there.version;

/** The versions of a part of a computer's table: gives what is newer here, asks for what is newer there. */
export const compareVersions = (
  turn: Turn,
  id: NodeId,
  first: NodeId,
  last: NodeId,
  versions: readonly EntryVersion[],
): void => {
  const { entries } = turn.member.table;
  const there = new Map(versions.map((one) => [one.id, one]));
  const give: NodeId[] = [];
  for (const [own, entry] of entries) {
    const other = there.get(own);
    // Those at the edges stand in the frame before or after.
    const within = own > first && own < last;
    if (other === undefined ? within : isNewer(entry, other)) give.push(own);
  }
  const want = versions
    .filter((one) => {
      const own = entries.get(one.id);
      return own === undefined || isNewer(one, own);
    })
    .map((one) => one.id);
  giveEntries(turn, id, give);
  for (let at = 0; at < want.length; at += ENTRIES)
    post(turn, id, { kind: 'want', ids: want.slice(at, at + ENTRIES) });
};

/** Gives a computer the entries of these ids. */
export const giveEntries = (turn: Turn, id: NodeId, ids: readonly NodeId[]): void => {
  const { entries } = turn.member.table;
  for (const one of ids.slice(0, ENTRIES)) {
    const entry = entries.get(one);
    if (entry !== undefined) post(turn, id, { kind: 'entry', bytes: entry.bytes });
  }
};

/** An entry has come: is taken when it is its author's, and newer than the one here. */
export const takeEntry = (turn: Turn, bytes: ReadonlyBytes): void => {
  const { table, self } = turn.member;
  // The same bytes again are the usual case, and worth no signature.
  const hash = hexOf(self.primitives.hash(bytes));
  for (const entry of table.entries.values()) if (entry.hash === hash) return;
  const entry = believe(self.primitives, bytes);
  if (E.isLeft(entry)) return count(turn, entry.left);
  learnEntry(turn, entry.right);
};
