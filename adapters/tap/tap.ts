// TAP and TUN devices of Linux: Documentation/networking/tuntap.rst. Frames go by read and write straight
// between the kernel and the slots; the device is gone when its descriptor is closed, however that happens.
import * as E from 'fp-ts/lib/Either.js';
import type { MacAddress } from '../../core/wire/address.ts';
import type { Device, Slots, Written } from '../device.ts';
import { frameOffset } from '../device.ts';
import { EBADF, EBADFD, EFAULT, ENODEV } from '../linux/errno.ts';
import { bringUp, interfaceMtu, setInterfaceMac, setInterfaceMtu } from '../linux/interface.ts';
import { libc, sentence } from '../linux/libc.ts';
import { inside } from '../linux/namespace.ts';
import { attach } from './attach.ts';

export interface TapSettings {
  /** Of the interface as the kernel shows it: 1 to 15 bytes. */
  readonly name: string;
  /** `tap`: Ethernet frames; `tun`: bare IP packets. */
  readonly kind: 'tap' | 'tun';
  /** Largest IP packet, bytes; what the interface has already when left out. */
  readonly mtu?: number;
  /** Of the kernel's own end of a tap. Never the gateway's, which answers ARP on this side of it. */
  readonly mac?: MacAddress;
  /** Descriptor of the network namespace that the interface is to be in; the own one when left out. */
  readonly netns?: number;
}

const setUp = ({ name, mtu, mac }: TapSettings): E.Either<string, number> => {
  const addressed = mac === undefined ? E.right(undefined) : setInterfaceMac(name, mac);
  if (E.isLeft(addressed)) return addressed;
  // Setting what it is already needs a privilege for nothing.
  const current = interfaceMtu(name);
  const sized =
    mtu === undefined || (E.isRight(current) && current.right === mtu)
      ? E.right(undefined)
      : setInterfaceMtu(name, mtu);
  if (E.isLeft(sized)) return sized;
  const up = bringUp(name);
  if (E.isLeft(up)) return up;
  return interfaceMtu(name);
};

const isGone = (errno: number): boolean =>
  errno === EBADFD || errno === EBADF || errno === ENODEV || errno === EFAULT;

const makeDevice = (settings: TapSettings, opened: number, mtu: number): Device => {
  const c = libc();
  const framing = settings.kind === 'tap' ? 'ethernet' : 'ip';
  const start = frameOffset(framing);
  let descriptor = opened;

  const read = (slots: Slots): number => {
    const room = slots.stride - start;
    let address = slots.address + slots.base + start;
    for (let slot = 0; slot < slots.capacity; slot++, address += slots.stride) {
      const length = c.read(descriptor, address, room);
      if (length < 0) {
        // An interface that is merely down has no frames (EAGAIN). What came before the end is kept:
        // the next read tells the end again.
        return slot === 0 && isGone(c.errno()) ? -1 : slot;
      }
      slots.lengths[slot] = length;
    }
    return slots.capacity;
  };

  // An interface that is down gives EIO, one that has no memory ENOBUFS: those may pass.
  const write = (slots: Slots, offset: number, length: number): Written => {
    if (c.write(descriptor, slots.address + offset, length) >= 0) return 'sent';
    return isGone(c.errno()) ? 'gone' : 'full';
  };

  const close = (): void => {
    if (descriptor < 0) return;
    c.close(descriptor);
    // The number may soon be another file's.
    descriptor = -1;
  };

  return {
    name: settings.name,
    framing,
    mtu,
    offloads: false,
    descriptors: [opened],
    read,
    write,
    close,
  };
};

const open = (settings: TapSettings): E.Either<string, Device> => {
  const attached = attach(settings.name, settings.kind);
  if (E.isLeft(attached)) return attached;
  const mtu = setUp(settings);
  if (E.isRight(mtu)) return E.right(makeDevice(settings, attached.right, mtu.right));
  libc().close(attached.right);
  return mtu;
};

/**
 * Opens a TAP or TUN device and brings it up: attaches to it if it is there, makes it if not. Fails with
 * a sentence that says what to do.
 */
export const openTap = (settings: TapSettings): E.Either<string, Device> => {
  try {
    return settings.netns === undefined
      ? open(settings)
      : inside(settings.netns, () => open(settings));
  } catch (error) {
    return E.left(sentence(error));
  }
};
