// What is known of the devices of links, for those who ask (`show devices`).

import type { Link, LinkSettings, Topology } from '../../core/decision/topology.ts';
import type { Row } from '../control/views.ts';
import type { Opened } from '../opened.ts';
import type { DeviceState } from './message.ts';

export interface DeviceTable {
  attached(link: Link, device: Opened): void;
  changed(link: Link, state: DeviceState, mtu: number): void;
  rows(): readonly Row[];
}

interface Entry {
  readonly link: LinkSettings;
  device: Opened | null;
  state: DeviceState;
  mtu: number;
}

/** What a device leaves to be done, and has done, in words. */
const offloadsOf = ({ offloads }: Opened): readonly string[] => [
  ...(offloads.checksum ? ['checksum'] : []),
  ...(offloads.tso ? ['tso'] : []),
  ...(offloads.uso ? ['uso'] : []),
];

/** `way`: how the devices are spoken with. */
export const makeDeviceTable = (
  topology: Topology,
  devices: readonly (Opened | null)[],
  way: string,
): DeviceTable => {
  const entries = new Map<Link, Entry>();
  for (const link of topology.links) {
    if (link === null) continue;
    const device = devices[link.link] ?? null;
    const state = device === null ? 'gone' : 'up';
    entries.set(link.link, { link, device, state, mtu: device?.mtu ?? link.mtu });
  }
  return {
    attached: (link, device) => {
      const entry = entries.get(link);
      if (entry !== undefined) Object.assign(entry, { device, state: 'up', mtu: device.mtu });
    },
    changed: (link, state, mtu) => {
      const entry = entries.get(link);
      if (entry === undefined) return;
      entry.state = state;
      if (mtu > 0) entry.mtu = mtu;
    },
    rows: () =>
      [...entries.values()].map(({ link, device, state, mtu }) => ({
        link: link.name,
        device: device?.name ?? null,
        kind: device?.kind ?? null,
        state,
        mtu,
        offloads: device === null ? null : offloadsOf(device),
        queues: device?.descriptors.length ?? 0,
        by: way,
      })),
  };
};
