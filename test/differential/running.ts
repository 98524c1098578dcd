// The running gateway, and its links as the hosts outside see them.

import type { DeviceGateway } from '../../adapters/gateway/device-gateway.ts';
import { makeDeviceGateway } from '../../adapters/gateway/device-gateway.ts';
import type { Kernels } from '../../adapters/gateway/kernels.ts';
import type { MemoryLink } from '../../adapters/memory/link.ts';
import { memoryLink } from '../../adapters/memory/link.ts';
import type { Topology } from '../../core/decision/topology.ts';

/** A link's outer end. */
export type OuterEnd = Pick<MemoryLink, 'push' | 'taken'>;

export interface Running {
  readonly gateway: DeviceGateway;
  /** By link; null where there is none. */
  readonly devices: readonly (OuterEnd | null)[];
  readonly close: () => void;
}

export type MakeRunning = (topology: Topology, clock: () => number, kernels: Kernels) => Running;

/** Over links in memory. */
export const overMemory: MakeRunning = (topology, clock, kernels) => {
  const devices = topology.links.map((link) =>
    link === null ? null : memoryLink(link.name, link.framing, link.mtu),
  );
  const gateway = makeDeviceGateway(topology, devices, clock, kernels);
  return { gateway, devices, close: () => undefined };
};
