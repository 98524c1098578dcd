// What is sound but not what one may expect: doubtful ports, and tables that nothing reads.

import type { Config } from './config.ts';
import type { Problem } from './problem.ts';
import { problem } from './problem.ts';
import { rpcWarnings } from './warning-rpc.ts';

const portWarnings = ({ nonSpecificPorts, services, mountPorts }: Config): readonly Problem[] => {
  if (nonSpecificPorts === null) return [];
  const { from, to } = nonSpecificPorts;
  const within = (port: number): boolean => from <= port && port <= to;
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
    if (nodePort === null || nodePort === service.port || !within(nodePort)) return [];
    return [
      problem(
        ['services', position, 'nodePort'],
        `${nodePort} lies among the non-specific ports: a message to that port of the cluster reaches the same node, and its reply would leave as port ${service.port}`,
      ),
    ];
  });
  const mount = services.find(({ route }) => route === 'mount');
  const shadowedMounts = Object.entries(mountPorts)
    .filter(([, port]) => within(port) && port !== mount?.port)
    .map(([node, port]) =>
      problem(
        ['mountPorts', node],
        `${port} lies among the non-specific ports: hosts may reach another node by that port of the cluster; let MOUNT have a port outside ${from} to ${to}`,
      ),
    );
  return [...privileged, ...shadowed, ...shadowedMounts];
};

/** All that a person should know of a sound configuration. */
export const warningsOf = (config: Config): readonly Problem[] => [
  ...rpcWarnings(config),
  ...portWarnings(config),
];
