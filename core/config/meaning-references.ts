// What must be true where services, exports and mount ports name nodes (A4, A15, A17).

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

/** A filehandle's field lies within it, and holds every node's number (A17). */
export const filehandleProblems = (config: ConfigDraft): readonly Problem[] =>
  placed(config).flatMap(({ position, service: { filehandle } }) => {
    if (typeof filehandle !== 'object' || filehandle === null) return [];
    const { offset, size } = filehandle;
    if (size === undefined) return [];
    const path = ['services', position, 'filehandle', 'size'];
    if (offset !== undefined && offset + size > MAX_FILEHANDLE)
      return [
        problem(
          path,
          `offset ${offset} and size ${size} reach past ${MAX_FILEHANDLE} bytes, the longest filehandle`,
        ),
      ];
    const large = Object.entries(config.nodes ?? {}).find(
      ([, node]) => (node?.number ?? 0) >= 256 ** size,
    );
    return large === undefined
      ? []
      : [
          problem(
            path,
            `number ${large[1]?.number} of node ${large[0]} does not fit in ${size} byte; expected a size of 2 or more`,
          ),
        ];
  });
