// Several Ethernet devices as one link: a learning bridge (IEEE 802.1D clause 7.7 to 7.9) of which the
// gateway is one port and each device another. So a demo needs no bridge in the kernel.
import type { MacAddress } from '../../core/wire/address.ts';
import { isGroupMac } from '../../core/wire/address.ts';
import { u48 } from '../../core/wire/bytes.ts';
import { DESTINATION, HEADER_LENGTH, SOURCE } from '../../core/wire/layout/ethernet.ts';
import type { Device, Slots, Written } from '../device.ts';
import { frameOffset } from '../device.ts';
import { mac } from '../../core/wire/address.ts';

/** An index into the devices, or the gateway's own port. */
type Port = number;
const GATEWAY: Port = -1;

/** Addresses remembered; the oldest is forgotten for a new one. */
const MOST_ADDRESSES = 1024;
/** How often one device is read in a row: the others have their turn. */
const MOST_TURNS = 4;

const START = frameOffset('ethernet');

/** The slots from `first` on, as slots of their own over the same memory. */
const from = (slots: Slots, first: number): Slots => ({
  bytes: slots.bytes,
  address: slots.address,
  base: slots.base + first * slots.stride,
  stride: slots.stride,
  capacity: slots.capacity - first,
  lengths: slots.lengths.subarray(first),
});

/**
 * One link of all `devices`, which have no offloads, and which it owns: closing it closes them. Frames
 * between two devices pass without the gateway; it gets those to a group or to an address that is not
 * known to be a device's.
 */
export const makeSegment = (name: string, devices: readonly Device[]): Device => {
  const ports = new Map<MacAddress, Port>();
  const gone = devices.map(() => false);
  let first = 0;

  const learn = (source: MacAddress, port: Port): void => {
    if (isGroupMac(source) || ports.get(source) === port) return;
    ports.delete(source);
    if (ports.size >= MOST_ADDRESSES)
      for (const oldest of ports.keys()) {
        ports.delete(oldest);
        break;
      }
    ports.set(source, port);
  };

  const send = (port: Port, slots: Slots, offset: number, length: number): Written => {
    const device = devices[port];
    if (device === undefined || gone[port] === true) return 'gone';
    const written = device.write(slots, offset, length);
    if (written === 'gone') gone[port] = true;
    return written;
  };

  const flood = (except: Port, slots: Slots, offset: number, length: number): Written => {
    let result: Written = 'gone';
    for (let port = 0; port < devices.length; port++) {
      if (port === except) continue;
      const written = send(port, slots, offset, length);
      if (written === 'sent' || (written !== 'gone' && result === 'gone')) result = written;
    }
    return result;
  };

  /** Passes a frame on to the other devices. Says whether the gateway gets it too. */
  const bridge = (port: Port, slots: Slots, offset: number, length: number): boolean => {
    // Too short to be Ethernet: the gateway counts it.
    if (length < HEADER_LENGTH) return true;
    learn(mac(u48(slots.bytes, offset + SOURCE)), port);
    const destination = mac(u48(slots.bytes, offset + DESTINATION));
    const target = isGroupMac(destination) ? undefined : ports.get(destination);
    if (target === GATEWAY) return true;
    if (target === undefined) {
      flood(port, slots, offset, length);
      return true;
    }
    if (target !== port) send(target, slots, offset, length);
    return false;
  };

  /** Reads one device into the slots from `kept` on; gives how many slots are the gateway's now. */
  const readPort = (port: Port, device: Device, slots: Slots, kept: number): number => {
    for (let turn = 0; turn < MOST_TURNS && kept < slots.capacity; turn++) {
      const rest = from(slots, kept);
      const came = device.read(rest);
      if (came < 0) gone[port] = true;
      for (let slot = 0; slot < came; slot++) {
        const offset = rest.base + slot * rest.stride + START;
        const length = rest.lengths[slot] as number;
        if (!bridge(port, slots, offset, length)) continue;
        const place = slots.base + kept * slots.stride + START;
        if (place !== offset) slots.bytes.copyWithin(place, offset, offset + length);
        slots.lengths[kept++] = length;
      }
      if (came < rest.capacity) break;
    }
    return kept;
  };

  const read = (slots: Slots): number => {
    let kept = 0;
    // Each time another device comes first: one that always has frames cannot starve the others.
    first = (first + 1) % Math.max(1, devices.length);
    for (let turn = 0; turn < devices.length; turn++) {
      const port = (first + turn) % devices.length;
      const device = devices[port];
      if (device !== undefined && gone[port] !== true) kept = readPort(port, device, slots, kept);
    }
    return kept === 0 && gone.every(Boolean) ? -1 : kept;
  };

  const write = (slots: Slots, offset: number, length: number): Written => {
    if (length < HEADER_LENGTH) return 'full';
    learn(mac(u48(slots.bytes, offset + SOURCE)), GATEWAY);
    const destination = mac(u48(slots.bytes, offset + DESTINATION));
    const target = isGroupMac(destination) ? undefined : ports.get(destination);
    return target === undefined || target === GATEWAY
      ? flood(GATEWAY, slots, offset, length)
      : send(target, slots, offset, length);
  };

  return {
    name,
    framing: 'ethernet',
    offloads: false,
    mtu: Math.min(...devices.map((device) => device.mtu)),
    descriptors: devices.flatMap((device) => device.descriptors),
    read,
    write,
    close: () => devices.forEach((device) => device.close()),
  };
};
