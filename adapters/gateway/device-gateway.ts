// A gateway over devices that are read and written call by call: those in memory, files, and what the kernel
// has where there is no io_uring.

import type { Link, Topology } from '../../core/decision/topology.ts';
import { HEADER_LENGTH } from '../../core/wire/layout/ethernet.ts';
import type { Device } from '../device.ts';
import { longestPacket } from '../device.ts';
import type { Counters } from './counters.ts';
import { countLost, countSent, makeCounters } from './counters.ts';
import type { Gateway } from './gateway.ts';
import { makeGateway } from './gateway.ts';
import type { Kernels } from './kernels.ts';
import { loadKernels } from './kernels.ts';
import { makeMemory } from './memory.ts';
import type { Outlet } from './outlet.ts';
import type { KernelSlots } from './slots.ts';

/**
 * Frames that are read in one batch: the more, the more memory is asked for at once; but with offloads each
 * may be 64 KiB long.
 */
const BATCH = 256;
const BATCH_WITH_OFFLOADS = 64;

export interface DeviceGateway extends Gateway {
  /** Takes one batch from a link: whether it was a full one; `gone` when the device is. */
  take(link: Link): 'full' | 'drained' | 'gone';
}

type Devices = readonly (Device | null)[];

/** Frames leave at once: the slot behind the last is always free for one more. */
export const outletOf = (devices: Devices, slots: KernelSlots, counters: Counters): Outlet => ({
  hasOffloads: (link) => devices[link]?.offloads === true,
  spare: () => slots.capacity,
  send: (link, _slot, offset, length) => {
    const written = devices[link]?.write(slots, offset, length) ?? 'gone';
    if (written === 'sent') countSent(counters, link, length);
    else countLost(counters, link, written);
  },
});

/** A gateway over `devices`, one for each link of `topology`; `clock` gives whole milliseconds, never going back. */
export const makeDeviceGateway = (
  topology: Topology,
  devices: Devices,
  clock: () => number,
  kernels: Kernels = loadKernels(),
): DeviceGateway => {
  const largest = Math.max(...devices.map((device) => (device ? longestPacket(device) : 0)));
  const batch = devices.some((device) => device?.offloads === true) ? BATCH_WITH_OFFLOADS : BATCH;
  const memory = makeMemory(
    kernels,
    { batch, spares: 1, maxFrame: largest + HEADER_LENGTH },
    topology,
  );
  const { slots } = memory;
  const counters = makeCounters(topology.links.length);
  const outlet = outletOf(devices, slots, counters);
  const gateway = makeGateway(topology, memory, outlet, counters, clock, kernels);

  const take = (link: Link): 'full' | 'drained' | 'gone' => {
    const device = devices[link];
    if (!device) return 'drained';
    const got = device.read(slots);
    if (got < 0) return 'gone';
    gateway.pass(link, 0, got);
    return got === slots.capacity ? 'full' : 'drained';
  };

  // The tables are asked for each time, so the members cannot be copied.
  return Object.assign(gateway, { take });
};
