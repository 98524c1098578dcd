// What must be true of the ports that services and nodes have (A4, A5, A11).

import type { ConfigDraft } from './config.ts';
import type { Problem } from './problem.ts';
import { problem } from './problem.ts';
import { nodeNamed } from './reference.ts';
import { repeats } from './repeats.ts';
import type { Placed, ServiceDraft } from './service-draft.ts';
import { named, placed } from './service-draft.ts';

export const entryProblems = (config: ConfigDraft): readonly Problem[] =>
  repeats(placed(config), ({ service: { port, protocol } }) =>
    port === undefined || protocol === undefined ? undefined : `${port}/${protocol}`,
  ).map(({ first, again: { position, service } }) =>
    problem(
      ['services', position, 'port'],
      `services[${first.position}] already takes ${service.port}/${service.protocol}; one port and protocol name one entry`,
    ),
  );

/** The nodes that a routing function of ONC RPC may lead to by the port of its own entry. */
const functionNodes = (config: ConfigDraft, { route, protocol }: ServiceDraft) => {
  const all = Object.keys(config.nodes ?? {});
  if (route === 'nfs') return all;
  // Over UDP the mount port table says which port, and the gateway itself answers the portmapper's.
  if (protocol !== 'tcp' || (route !== 'mount' && route !== 'portmapper')) return [];
  const exporting = Object.values(config.exports ?? {}).filter((node) => node !== undefined);
  return route === 'mount' && exporting.length > 0 ? exporting : all;
};

/** The names of the nodes that a service leads to, and of those that stand in for them (A21). */
const reached = (config: ConfigDraft, entry: Placed): ReadonlySet<string> => {
  const nodes = config.nodes ?? {};
  const references = [
    ...named(entry).map(({ reference }) => reference),
    ...functionNodes(config, entry.service),
  ];
  const names = references.flatMap((reference) => {
    const name = nodeNamed(nodes, reference);
    if (name === null) return [];
    const backup = nodes[name]?.backup ?? null;
    return [name, backup === null ? null : nodeNamed(nodes, backup)];
  });
  return new Set(names.filter((name) => name !== null));
};

/** Two services that give the same port of the same node: a reply could not be told apart (A11). */
export const nodePortProblems = (config: ConfigDraft): readonly Problem[] => {
  const uses = placed(config).flatMap((entry) => {
    const { port, protocol, nodePort, route } = entry.service;
    const onNode = nodePort ?? port;
    if (onNode === undefined || protocol === undefined) return [];
    const own = [...reached(config, entry)].map((node) => ({ entry, node, onNode, protocol }));
    if (route !== 'mount' || protocol !== 'udp') return own;
    const mounts = Object.entries(config.mountPorts ?? {}).flatMap(([reference, mountPort]) => {
      const node = nodeNamed(config.nodes ?? {}, reference);
      return node === null || mountPort === undefined
        ? []
        : [{ entry, node, onNode: mountPort, protocol }];
    });
    return [...own, ...mounts];
  });
  return repeats(uses, ({ node, onNode, protocol }) => `${onNode}/${protocol} ${node}`)
    .filter(({ first, again }) => first.entry.service.port !== again.entry.service.port)
    .map(({ first, again: { entry, node, onNode, protocol } }) =>
      problem(
        [
          'services',
          entry.position,
          typeof entry.service.nodePort === 'number' ? 'nodePort' : 'port',
        ],
        `services[${first.entry.position}] (port ${first.entry.service.port}) also leads to port ${onNode}/${protocol} of node ${node}; a reply from there could not be told apart`,
      ),
    );
};

export const nonSpecificPortProblems = ({
  nonSpecificPorts,
  nodes = {},
}: ConfigDraft): readonly Problem[] => {
  const from = nonSpecificPorts?.from;
  const to = nonSpecificPorts?.to;
  if (from === undefined || to === undefined) return [];
  if (from > to)
    return [
      problem(
        ['nonSpecificPorts', 'to'],
        `to: ${to} is below from: ${from}; expected such as from: 32768, to: 60999`,
      ),
    ];
  const ports = to - from + 1;
  const count = Object.keys(nodes).length;
  if (ports >= count) return [];
  return [
    problem(
      ['nonSpecificPorts'],
      `${from} to ${to} is ${ports} ports for ${count} nodes; every node needs one or more`,
    ),
  ];
};
