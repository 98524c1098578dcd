// The keys of a YAML document's mappings: those that stand twice, and where each one is. Each mapping is
// gone through once, however many keys it has: the check of the parser itself compares all with all.

import type { Document, Pair, YAMLMap } from 'yaml';
import { isNode, isScalar, visit } from 'yaml';

/** A key as configurations are read by it: 1 and "1" are the same. Null for keys that are no scalars. */
const keyText = (key: unknown): string | null => (isScalar(key) ? String(key.value) : null);

/** Where a node starts, as an offset in the text; null for what stands nowhere in it. */
export const startOf = (node: unknown): number | null =>
  isNode(node) ? (node.range?.[0] ?? null) : null;

/** The offsets of all keys that stand in their mapping already. */
export const repeatedKeys = (document: Document): readonly number[] => {
  const repeated: number[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const text = keyText(key);
        if (text === null) continue;
        if (seen.has(text)) repeated.push(startOf(key) ?? 0);
        seen.add(text);
      }
    },
  });
  return repeated;
};

const pairsByMap = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** The key and value that `map` has under `key`. */
export const pairOf = (map: YAMLMap, key: string | number): Pair | undefined => {
  let pairs = pairsByMap.get(map);
  if (pairs === undefined) {
    pairs = new Map(map.items.map((pair) => [keyText(pair.key) ?? '', pair]));
    pairsByMap.set(map, pairs);
  }
  return pairs.get(String(key));
};
