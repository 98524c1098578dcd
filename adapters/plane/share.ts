// What a worker's share is: of slots for each link's device, and of what is limited for all.

import type { Topology } from '../../core/decision/topology.ts';
import { LOCAL } from '../../core/decision/topology.ts';
import { HEADER_LENGTH } from '../../core/wire/layout/ethernet.ts';
import type { SlotPlan } from '../gateway/slots.ts';
import type { Opened } from '../opened.ts';

/**
 * Frames of up to 64 KiB: as many as lie in the processor's cache together. More were slower, 16 erratic.
 * Powers of two.
 */
const WITH_OFFLOADS = 64;
const WITHOUT = 256;
/** The gateway machine's own stack gets what is for the gateway: little. */
const LOCAL_STACK = 16;
/** For frames that were held or made. */
export const SPARES = 32;

/** Largest IP packet there is, bytes. */
const MAX_PACKET = 65535;

type Devices = readonly (Opened | null)[];

const hasHeaders = (devices: Devices): boolean =>
  devices.some((device) => device?.offloads.header === true);

/** By link; 0 where there is none. */
export const sharesOf = (topology: Topology, devices: Devices): readonly number[] => {
  const each = hasHeaders(devices) ? WITH_OFFLOADS : WITHOUT;
  return topology.links.map((link) => {
    if (link === null) return 0;
    return link.link === LOCAL ? LOCAL_STACK : each;
  });
};

/** The slots of all links together, long enough for what their devices give. */
export const planOf = (topology: Topology, devices: Devices): SlotPlan => {
  const longest = hasHeaders(devices)
    ? MAX_PACKET
    : Math.max(
        ...topology.links.map((link) => link?.mtu ?? 0),
        ...devices.map((one) => one?.mtu ?? 0),
      );
  return {
    batch: sharesOf(topology, devices).reduce((sum, share) => sum + share, 0),
    spares: SPARES,
    maxFrame: longest + HEADER_LENGTH,
  };
};

/** What one of so many workers may have: its part of the connections, as hosts are spread evenly. */
export const topologyShare = (topology: Topology, workers: number): Topology => ({
  ...topology,
  limits: { ...topology.limits, connections: Math.ceil(topology.limits.connections / workers) },
});
