// Which link a name on the command line means.

import * as E from 'fp-ts/lib/Either.js';
import type { LinkSettings, Topology } from '../../core/decision/topology.ts';

/** The link called `name`, or a sentence with the names there are. */
export const linkNamed = (topology: Topology, name: string): E.Either<string, LinkSettings> => {
  const links = topology.links.filter((link) => link !== null);
  const found = links.find((link) => link.name === name);
  if (found !== undefined) return E.right(found);
  return E.left(
    `no network is named "${name}"; there are ${links.map((link) => link.name).join(', ')}`,
  );
};
