// Which node a service, an export or a mount port names: by name, or by number.

import { didYouMean } from './near-miss.ts';
import type { NodeReference } from './leaf.ts';

type Numbered = Readonly<Record<string, { readonly number?: number | undefined } | undefined>>;

/** The name of the node that `reference` names; null when there is none. A key of digits is a number. */
export const nodeNamed = (nodes: Numbered, reference: NodeReference): string | null => {
  if (typeof reference === 'string' && Object.hasOwn(nodes, reference)) return reference;
  if (!/^\d+$/.test(String(reference))) return null;
  const number = Number(reference);
  return Object.keys(nodes).find((name) => nodes[name]?.number === number) ?? null;
};

// More names than that are no help, and in a large file a mistake may stand many times.
const MOST_NAMES = 12;

/** Names as a person reads them: all of them, or the first and how many more there are. */
const listed = (names: readonly string[]): string => {
  const more = names.length - MOST_NAMES;
  if (names.length === 0) return 'none';
  return more <= 0 ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more`;
};

/** Says that there is no such node, and which there are. */
export const noSuchNode = (nodes: Numbered, reference: NodeReference): string => {
  const names = Object.keys(nodes);
  const written = typeof reference === 'string' ? `"${reference}"` : `number ${reference}`;
  const hint = didYouMean(String(reference), names);
  return `there is no node ${written}${hint}; the nodes are ${listed(names)}`;
};
