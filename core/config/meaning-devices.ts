// What must be true of all devices together: no two links have the same.

import type { ConfigDraft } from './config.ts';
import type { DeviceSource } from './link.ts';
import type { ConfigPath, Problem } from './problem.ts';
import { formatPath, problem } from './problem.ts';
import { repeats } from './repeats.ts';
import type { Draft } from './shape.ts';

interface Named {
  readonly path: ConfigPath;
  /** What people call it, and what makes it another one than those of the same name. */
  readonly name: string;
  readonly place: string;
}

/** A name is short for a path. */
const namespacePath = (netns: string | null | undefined): string =>
  netns === null || netns === undefined || netns.startsWith('/')
    ? (netns ?? '')
    : `/run/netns/${netns}`;

/** The device as it is named at `path`; none where that part is unsound. */
const namedAt = (path: ConfigPath, device: Draft<DeviceSource> | undefined): readonly Named[] => {
  if (device === undefined) return [];
  if ('fd' in device)
    return device.fd === undefined
      ? []
      : [{ path: [...path, 'fd'], name: `descriptor ${device.fd}`, place: '' }];
  const [key, name, netns] =
    'tap' in device
      ? ['tap', device.tap, device.netns]
      : 'interface' in device
        ? ['interface', device.interface, device.netns]
        : ['tun', 'tun' in device ? device.tun : undefined, null];
  return name === undefined
    ? []
    : [{ path: [...path, key], name: `device ${name}`, place: namespacePath(netns) }];
};

/** Every device that is named, in the order of the file. */
const named = ({ networks, interconnect, local }: ConfigDraft): readonly Named[] => [
  ...Object.entries(networks ?? {}).flatMap(([name, network]) =>
    namedAt(['networks', name, 'device'], network?.device),
  ),
  ...namedAt(['interconnect', 'device'], interconnect?.device),
  ...namedAt(['local'], local ?? undefined),
];

export const deviceProblems = (config: ConfigDraft): readonly Problem[] =>
  repeats(named(config), ({ name, place }) => `${name} ${place}`).map(({ first, again }) =>
    problem(
      again.path,
      `${again.name} is already named by ${formatPath(first.path)}; each link needs its own`,
    ),
  );
