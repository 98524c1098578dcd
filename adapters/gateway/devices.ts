// Opens the devices that a configuration names, one for each link.

import * as E from 'fp-ts/lib/Either.js';
import type { Config } from '../../core/config/config.ts';
import type { Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT, LOCAL, linkSettings } from '../../core/decision/topology.ts';
import type { Device } from '../device.ts';
import { deviceOver } from '../linux/device-over.ts';
import { setAddress } from '../linux/interface.ts';
import { openTap } from '../tap/tap.ts';

/** The interface's name for each link of the topology; null where there is none. */
export const interfaceNames = (config: Config): readonly (string | null)[] => [
  config.interconnect.device.tap,
  config.local?.tun ?? null,
  ...Object.values(config.networks).map(({ device }) => device.tap),
];

/** The gateway's own stack has the internal address, whatever link it speaks through. */
const giveInternalAddress = (name: string, topology: Topology): E.Either<string, void> => {
  const { address } = linkSettings(topology, INTERCONNECT).address;
  return setAddress(name, { address, prefixLength: 32 });
};

const openOne = (topology: Topology, name: string, link: number): E.Either<string, Device> => {
  const { mtu } = linkSettings(topology, link);
  const kind = link === LOCAL ? 'tun' : 'tap';
  const device = E.map(deviceOver)(openTap({ name, kind, mtu, offloads: true }));
  if (E.isLeft(device) || link !== LOCAL) return device;
  const addressed = giveInternalAddress(name, topology);
  if (E.isRight(addressed)) return device;
  device.right.close();
  return addressed;
};

/** All devices, by link; or why one cannot be had, and then none stays open. */
export const openDevices = (
  config: Config,
  topology: Topology,
): E.Either<string, readonly (Device | null)[]> => {
  const devices: (Device | null)[] = [];
  for (const [link, name] of interfaceNames(config).entries()) {
    const device = name === null ? E.right(null) : openOne(topology, name, link);
    if (E.isLeft(device)) {
      for (const opened of devices) opened?.close();
      return device;
    }
    devices.push(device.right);
  }
  return E.right(devices);
};
