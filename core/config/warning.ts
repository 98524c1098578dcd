// What is sound but not what one may expect: parts that this version does not have, and doubtful ports.

import type { Config } from './config.ts';
import type { Problem } from './problem.ts';
import { problem } from './problem.ts';

const functionWarnings = ({ services }: Config): readonly Problem[] =>
  services.flatMap(({ port, protocol, route }, position) =>
    route === 'node' || route === 'connection'
      ? []
      : [
          problem(
            ['services', position, 'route'],
            `the routing function ${route} is not in this version: messages to ${port}/${protocol} are refused like those to a closed port`,
          ),
        ],
  );

const tableWarnings = (config: Config): readonly Problem[] =>
  (['exports', 'mountPorts'] as const)
    .filter((table) => Object.keys(config[table]).length > 0)
    .map((table) =>
      problem(
        [table],
        `${table} is kept but not used in this version: no routing function reads it`,
      ),
    );

const portWarnings = ({ nonSpecificPorts, services }: Config): readonly Problem[] => {
  if (nonSpecificPorts === null) return [];
  const { from, to } = nonSpecificPorts;
  const privileged =
    from < 1024
      ? [
          problem(
            ['nonSpecificPorts', 'from'],
            `${from} is a privileged port: Linux takes a local port range from 1024 on only`,
          ),
        ]
      : [];
  const shadowed = services.flatMap((service, position) => {
    const nodePort = 'nodePort' in service ? service.nodePort : null;
    if (nodePort === null || nodePort === service.port || nodePort < from || nodePort > to)
      return [];
    return [
      problem(
        ['services', position, 'nodePort'],
        `${nodePort} lies among the non-specific ports: a message to that port of the cluster reaches the same node, and its reply would leave as port ${service.port}`,
      ),
    ];
  });
  return [...privileged, ...shadowed];
};

/** All that a person should know of a sound configuration. */
export const warningsOf = (config: Config): readonly Problem[] => [
  ...functionWarnings(config),
  ...tableWarnings(config),
  ...portWarnings(config),
];
