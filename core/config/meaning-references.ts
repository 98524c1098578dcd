// What must be true where services, exports, mount ports and nodes name nodes (A4, A15, A17, A21).

import { PRESETS } from '../rpc/filehandle.ts';
import type { ConfigDraft } from './config.ts';
import type { NodeReference } from './leaf.ts';
import type { Problem } from './problem.ts';
import { keyProblem, problem } from './problem.ts';
import { nodeNamed, noSuchNode } from './reference.ts';
import { repeats } from './repeats.ts';
import { MAX_FILEHANDLE } from './service.ts';
import { named, placed } from './service-draft.ts';

export const referenceProblems = (config: ConfigDraft): readonly Problem[] => {
  const nodes = config.nodes;
  if (nodes === undefined) return [];
  const absent = (reference: NodeReference): boolean => nodeNamed(nodes, reference) === null;
  return [
    ...placed(config)
      .flatMap(named)
      .filter(({ reference }) => absent(reference))
      .map(({ path, reference }) => problem(path, noSuchNode(nodes, reference))),
    ...Object.entries(config.exports ?? {}).flatMap(([path, reference]) =>
      reference !== undefined && absent(reference)
        ? [problem(['exports', path], noSuchNode(nodes, reference))]
        : [],
    ),
    ...Object.keys(config.mountPorts ?? {})
      .filter(absent)
      .map((reference) => keyProblem(['mountPorts', reference], noSuchNode(nodes, reference))),
  ];
};

/** A node twice in one list, or twice among the mount ports by name and by number. */
export const repeatedNodeProblems = (config: ConfigDraft): readonly Problem[] => {
  const nodes = config.nodes ?? {};
  const nameOf = (reference: NodeReference) => nodeNamed(nodes, reference) ?? undefined;
  const mountPorts = repeats(Object.keys(config.mountPorts ?? {}), nameOf);
  return [
    ...placed(config).flatMap((service) =>
      repeats(named(service), ({ reference }) => nameOf(reference)).map(({ again }) =>
        problem(again.path, `node ${nameOf(again.reference)} is already in this list`),
      ),
    ),
    ...mountPorts.map(({ again }) =>
      keyProblem(['mountPorts', again], `node ${nameOf(again)} already has a mount port here`),
    ),
  ];
};

/** A backup is another node that there is (A21). */
export const backupProblems = ({ nodes = {} }: ConfigDraft): readonly Problem[] =>
  Object.entries(nodes).flatMap(([name, node]) => {
    const backup = node?.backup ?? null;
    if (backup === null) return [];
    const named = nodeNamed(nodes, backup);
    const path = ['nodes', name, 'backup'];
    if (named === null) return [problem(path, noSuchNode(nodes, backup))];
    return named === name
      ? [problem(path, `${name} cannot be its own backup; the backup is another node`)]
      : [];
  });

/** A filehandle's field lies within it, and holds every node's number (A17). */
export const filehandleProblems = (config: ConfigDraft): readonly Problem[] => {
  const numbers = Object.entries(config.nodes ?? {}).map(
    ([name, node]) => [name, node?.number ?? 0] as const,
  );
  return placed(config).flatMap(({ position, service: { filehandle } }) => {
    if (filehandle === undefined || filehandle === null) return [];
    const written = typeof filehandle === 'object';
    const { offset, size } = written ? filehandle : PRESETS[filehandle];
    if (size === undefined) return [];
    const place = ['services', position, 'filehandle'];
    const path = written ? [...place, 'size'] : place;
    if (offset !== undefined && offset + size > MAX_FILEHANDLE)
      return [
        problem(
          path,
          `offset ${offset} and size ${size} reach past ${MAX_FILEHANDLE} bytes, the longest filehandle`,
        ),
      ];
    const large = numbers.find(([, number]) => number >= 256 ** size);
    return large === undefined
      ? []
      : [
          problem(
            path,
            `number ${large[1]} of node ${large[0]} does not fit in ${size} ${size === 1 ? 'byte' : 'bytes'} of a filehandle; expected 1 to ${256 ** size - 1}, or a larger field`,
          ),
        ];
  });
};
