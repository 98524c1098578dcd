// What must be true where a message's address and port are left alone (A14, claim 15).

import type { ConfigDraft } from './config.ts';
import type { Problem } from './problem.ts';
import { problem } from './problem.ts';
import type { ServiceDraft } from './service-draft.ts';
import { placed } from './service-draft.ts';

const isDirect = ({ forwarding: all }: ConfigDraft, { forwarding }: ServiceDraft): boolean =>
  (forwarding ?? all) === 'direct';

/** A port cannot be changed in a message that is left alone: neither a service's nor MOUNT's on a node. */
export const directPortProblems = (config: ConfigDraft): readonly Problem[] => {
  const direct = placed(config).filter(({ service }) => isDirect(config, service));
  const changed = direct.flatMap(({ position, service: { port, nodePort } }) =>
    typeof nodePort === 'number' && port !== undefined && nodePort !== port
      ? [
          problem(
            ['services', position, 'nodePort'],
            `in forwarding direct a port stays as it is: ${nodePort} must be ${port}, or this service needs forwarding: rewrite`,
          ),
        ]
      : [],
  );
  const mounts = direct.flatMap(({ service: { route, port } }) =>
    route === 'mount' && port !== undefined ? [port] : [],
  );
  const differing = Object.entries(config.mountPorts ?? {}).flatMap(([node, mountPort]) => {
    const port = mounts.find((of) => mountPort !== undefined && of !== mountPort);
    return port === undefined
      ? []
      : [
          problem(
            ['mountPorts', node],
            `in forwarding direct a port stays as it is: ${mountPort} must be ${port}, the port of the mount service`,
          ),
        ];
  });
  return [...changed, ...differing];
};
