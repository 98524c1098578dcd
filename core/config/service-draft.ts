// A service while it is being checked: any route, parts may be unsound, with its place in the list.

import type { ConfigDraft } from './config.ts';
import type { NodeReference } from './leaf.ts';
import type { ConfigPath } from './problem.ts';
import type { Filehandle } from './service.ts';
import type { Draft } from './shape.ts';

/** A service of any route, of which parts may be unsound. */
export interface ServiceDraft {
  readonly route?: string | undefined;
  readonly port?: number | undefined;
  readonly protocol?: string | undefined;
  readonly forwarding?: string | null | undefined;
  readonly nodePort?: number | null | undefined;
  readonly node?: NodeReference | null | undefined;
  readonly nodes?: readonly (NodeReference | undefined)[] | null | undefined;
  readonly filehandle?: Draft<Filehandle> | null | undefined;
}

export interface Placed {
  readonly position: number;
  readonly service: ServiceDraft;
}

/** The services of which anything could be read. */
export const placed = ({ services = [] }: ConfigDraft): readonly Placed[] =>
  services.flatMap((service, position) => (service === undefined ? [] : [{ position, service }]));

/** The nodes that a service names, each with its place. */
export const named = ({
  position,
  service,
}: Placed): readonly { path: ConfigPath; reference: NodeReference }[] => {
  const one = service.node ?? undefined;
  const many = service.nodes ?? [];
  return [
    ...(one === undefined ? [] : [{ path: ['services', position, 'node'], reference: one }]),
    ...many.flatMap((reference, at) =>
      reference === undefined ? [] : [{ path: ['services', position, 'nodes', at], reference }],
    ),
  ];
};
