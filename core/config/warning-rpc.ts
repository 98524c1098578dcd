// What is doubtful of the services of ONC RPC: parts that need each other, and what TCP cannot have yet.

import type { Config } from './config.ts';
import type { Problem } from './problem.ts';
import { problem } from './problem.ts';
import type { ServiceConfig } from './service.ts';

type Route = ServiceConfig['route'];

/** Where the first service of this route stands; -1 for none. */
const positionOf = ({ services }: Config, route: Route): number =>
  services.findIndex((service) => service.route === route);

/** Those of MOUNT, NFS and portmapper that are missing though another is of little use without. */
const companionWarnings = (config: Config): readonly Problem[] => {
  const [mount, nfs] = [positionOf(config, 'mount'), positionOf(config, 'nfs')];
  const at = (position: number) => ['services', position, 'route'];
  const exports = Object.keys(config.exports).length;
  const found: Problem[] = [];
  if (mount >= 0 && exports === 0)
    found.push(problem(at(mount), 'there are no exports, so MOUNT finds no node for any path'));
  if (mount >= 0 && positionOf(config, 'portmapper') < 0)
    found.push(
      problem(
        at(mount),
        'there is no service of route portmapper (port 111), where clients ask for the port of MOUNT',
      ),
    );
  if (nfs >= 0 && mount < 0)
    found.push(
      problem(
        at(nfs),
        'there is no service of route mount, where clients get their first filehandle',
      ),
    );
  if (mount < 0)
    for (const table of ['exports', 'mountPorts'] as const)
      if (Object.keys(config[table]).length > 0)
        found.push(problem([table], `there is no service of route mount, which reads ${table}`));
  return found;
};

const isFunction = (route: Route): boolean => route !== 'node' && route !== 'connection';

const streamWarnings = ({ services }: Config): readonly Problem[] =>
  services.flatMap(({ port, protocol, route }, position) =>
    protocol === 'tcp' && isFunction(route)
      ? [
          problem(
            ['services', position, 'protocol'],
            `all connections of a host to ${port}/tcp go to one node, chosen by the host's address: what is in them is not routed in this version, as it is over udp`,
          ),
        ]
      : [],
  );

const filehandleWarnings = ({ services }: Config): readonly Problem[] =>
  services.flatMap((service, position) =>
    service.route === 'nfs' && service.filehandle === 'unfs3'
      ? [
          problem(
            ['services', position, 'filehandle'],
            "unfs3 leaves no field of its filehandles free: this works only where the device number of each node's exported file system is the node's number",
          ),
        ]
      : [],
  );

export const rpcWarnings = (config: Config): readonly Problem[] => [
  ...companionWarnings(config),
  ...streamWarnings(config),
  ...filehandleWarnings(config),
];
