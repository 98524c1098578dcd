// What a member knows, for people and programs to look at: the table, who answers, and what follows from it (B1-B4).

import type { Adapter } from './adapter.ts';
import type { Direction, Responsibility } from './effect.ts';
import type { NodeId } from './identity.ts';
import type { Path } from './reach/path.ts';
import type { Counters } from './reason.ts';
import type { Member, Standing } from './state.ts';
import type { Entry } from './table/entry.ts';
import { sortedIds } from './table/table.ts';

/** An adapter of a computer, and its status as seen from here (B3). */
export interface AdapterView {
  readonly adapter: Adapter;
  /** Null: nobody has asked it yet, or it is an own one. */
  readonly reachable: boolean | null;
  /** When it last answered, on the clock of `now`; null for never. */
  readonly answeredAt: number | null;
  /** Smoothed round trip, ms, and the longest IP datagram known to get there, bytes; null when not known. */
  readonly roundTripMs: number | null;
  readonly pathMtu: number | null;
}

export interface NodeView {
  readonly id: NodeId;
  readonly name: string;
  readonly standing: Standing | 'self';
  readonly version: number;
  readonly gateway: boolean;
  /** Messages that wait for it or are on the way. */
  readonly queued: number;
  readonly adapters: readonly AdapterView[];
}

export interface View {
  readonly id: NodeId;
  /** SHA-256 of the table, hex digits: the same where copies are identical. */
  readonly digest: string;
  /** In order of their ids; those that have left stay as long as it is remembered. */
  readonly nodes: readonly NodeView[];
  readonly responsibilities: readonly Responsibility[];
  readonly directions: readonly Direction[];
  readonly counters: Counters;
}

const latest = (paths: readonly Path[]): number | null => {
  let at: number | null = null;
  for (const { answeredAt } of paths)
    if (answeredAt !== null && (at === null || answeredAt > at)) at = answeredAt;
  return at;
};

/** The quickest path that answers tells of an adapter; that it is unreachable, all of them. */
const adapterView = (adapter: Adapter, all: readonly Path[]): AdapterView => {
  const paths = all.filter(({ to }) => to.address === adapter.address && to.port === adapter.port);
  const answering = paths.filter(({ state }) => state === 'reachable');
  const [best] = [...answering].sort((one, other) => one.rank - other.rank);
  const silent = paths.some(({ state }) => state === 'unreachable');
  return {
    adapter,
    reachable: best !== undefined ? true : silent ? false : null,
    answeredAt: latest(paths),
    roundTripMs: best?.srtt ?? null,
    pathMtu: best?.mtu.current ?? null,
  };
};

const nodeView = (member: Member, entry: Entry): NodeView => {
  const { id, name, version, gateway, adapters } = entry;
  const peer = member.peers.get(id);
  const standing = id === member.self.id ? 'self' : (peer?.standing ?? 'untested');
  return {
    ...{ id, name, version, gateway, standing },
    queued: peer?.outgoing.queue.length ?? 0,
    adapters: adapters.map((adapter) => adapterView(adapter, peer?.paths ?? [])),
  };
};

/** The view of a member. */
export const viewOf = (member: Member): View => ({
  id: member.self.id,
  digest: member.table.digestText,
  nodes: sortedIds(member.table.entries.keys()).flatMap((id) => {
    const entry = member.table.entries.get(id);
    return entry === undefined ? [] : [nodeView(member, entry)];
  }),
  responsibilities: member.responsibilities,
  directions: member.directions,
  counters: member.counters,
});

/** Whom a name means here: the first that had it, of those that have not left; null when nobody has it. */
export const nodeNamed = (member: Member, name: string): NodeId | null => {
  const { entries } = member.table;
  const has = (id: NodeId): boolean => {
    const entry = entries.get(id);
    return entry !== undefined && !entry.left && entry.name === name;
  };
  const first = member.names.get(name);
  if (first !== undefined && has(first)) return first;
  return sortedIds(entries.keys()).find(has) ?? null;
};
