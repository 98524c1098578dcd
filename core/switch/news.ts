// What gateways that share the hosts outside among themselves have to tell each other: each has the connections
// of its hosts alone, but nodes, next hops and mounts (RFC 1813 section 5.2.2) are those of all.

import { released } from '../host/arp.ts';
import type { Change, Neighbour, Tables } from '../decision/tables.ts';
import { neighbourKey } from '../decision/tables.ts';
import type { Send } from '../decision/send.ts';

/** A change that is true for all of them. */
export type News = Extract<
  Change,
  { readonly kind: 'neighbour' | 'rpc-port' | 'rpc-port-gone' | 'mount' | 'mount-gone' }
>;

/** Whether a next hop has just told its MAC address; what is merely asked for each has to know itself. */
const hasSpoken = ({ mac, asked }: Neighbour): boolean => mac !== null && asked === 0;

const isNews = (change: Change): change is News => {
  switch (change.kind) {
    case 'neighbour':
      return hasSpoken(change.neighbour);
    case 'rpc-port':
    case 'rpc-port-gone':
    case 'mount':
    case 'mount-gone':
      return true;
    default:
      return false;
  }
};

const NONE: readonly never[] = [];

/** Those of the changes that the others are to hear of. */
export const newsIn = (changes: readonly Change[]): readonly News[] =>
  changes.some(isNews) ? changes.filter(isNews) : NONE;

/** What a next hop told another gateway: the frames it sets free here, and what is known of it now. */
const heardOf = (
  tables: Tables,
  heard: Neighbour,
): { readonly sends: readonly Send[]; readonly changes: readonly Change[] } => {
  const before = tables.neighbours.get(neighbourKey(heard.link, heard.address));
  const { mac } = heard;
  const full = tables.neighbours.size >= tables.topology.limits.neighbours;
  if (mac === null || (before === undefined && full)) return { sends: NONE, changes: NONE };
  const neighbour: Neighbour = { ...heard, askedAt: before?.askedAt ?? 0, held: NONE };
  return {
    sends: (before?.held ?? NONE).flatMap(({ sends }) => sends.map((send) => released(send, mac))),
    changes: [{ kind: 'neighbour', neighbour }],
  };
};

/**
 * What comes of another gateway's news, of the same clock: the frames that waited for it, and the changes to be
 * made. These are no news themselves.
 */
export const afterNews = (
  tables: Tables,
  one: News,
): { readonly sends: readonly Send[]; readonly changes: readonly Change[] } =>
  one.kind === 'neighbour' ? heardOf(tables, one.neighbour) : { sends: NONE, changes: [one] };
