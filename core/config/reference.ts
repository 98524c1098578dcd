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

/** Says that there is no such node, and which there are. */
export const noSuchNode = (nodes: Numbered, reference: NodeReference): string => {
  const names = Object.keys(nodes);
  const written = typeof reference === 'string' ? `"${reference}"` : `number ${reference}`;
  const hint = didYouMean(String(reference), names);
  return `there is no node ${written}${hint}; the nodes are ${names.join(', ') || 'none'}`;
};
