// Frames by one call each, where io_uring cannot be had: read until there are none, and poll(2) while there
// are none.

import type { Device } from '../device.ts';
import { deviceOver } from '../linux/device-over.ts';
import { EBADFD } from '../linux/errno.ts';
import { POLLIN, libc } from '../linux/libc.ts';
import type { Carrier } from './carrier.ts';
import type { Counters } from './counters.ts';
import { outletOf } from './device-gateway.ts';
import type { Memory } from './memory.ts';
import { makeTidings } from './tidings.ts';

/** `struct pollfd`: descriptor in 4 bytes, events asked for and found in 2 each. */
const POLLFD_LENGTH = 8;
const EVENTS = 4;

interface Places {
  readonly memory: Memory;
  readonly counters: Counters;
  /** An eventfd(2): written to, it wakes the carrier. */
  readonly bell: number;
}

/** A carrier without devices yet. */
export const makeCallCarrier = ({ memory, counters, bell }: Places): Carrier => {
  const { slots } = memory;
  const c = libc();
  const devices: (Device | null)[] = counters.links.map(() => null);
  const rung = Buffer.alloc(8);
  const rungAddress = c.addressOf(rung);
  let polled = Buffer.alloc(0);
  let polledAddress = 0;
  const tidings = makeTidings();

  /** The bell first, then all devices. */
  const lay = (): void => {
    const all = [bell, ...devices.flatMap((device) => device?.descriptors ?? [])];
    polled = Buffer.alloc(all.length * POLLFD_LENGTH);
    polledAddress = c.addressOf(polled);
    for (const [index, descriptor] of all.entries()) {
      polled.writeInt32LE(descriptor, index * POLLFD_LENGTH);
      polled.writeInt16LE(POLLIN, index * POLLFD_LENGTH + EVENTS);
    }
  };
  lay();

  const outlet = outletOf(devices, slots, counters);
  return {
    ...outlet,
    way: 'read and write',
    turn: (pass) => {
      if (c.read(bell, rungAddress, rung.length) > 0) tidings.ring();
      let handled = 0;
      for (const [link, device] of devices.entries()) {
        const got = device?.read(slots) ?? 0;
        if (got < 0) {
          devices[link] = null;
          tidings.lose({ link, errno: EBADFD });
          lay();
        } else if (got > 0) {
          pass(link, 0, got);
          handled += got;
        }
      }
      return handled;
    },
    wait: (milliseconds, awake) => {
      // To look again is to read: that is done by the next turn.
      if (awake > 0) return;
      c.poll(polledAddress, polled.length / POLLFD_LENGTH, Math.ceil(milliseconds));
    },
    wasRung: tidings.wasRung,
    hasLosses: tidings.hasLosses,
    losses: tidings.losses,
    attach: (link, device) => {
      devices[link] = deviceOver(device);
      lay();
    },
    close: () => undefined,
  };
};
