// TAP and TUN devices of Linux: Documentation/networking/tuntap.rst. What was made here is gone when its
// descriptor is closed, however that happens.
import * as E from 'fp-ts/lib/Either.js';
import type { MacAddress } from '../../core/wire/address.ts';
import { bringUp, interfaceIndex, interfaceMtu } from '../linux/interface.ts';
import { setInterfaceMac, setInterfaceMtu } from '../linux/interface.ts';
import { libc, sentence } from '../linux/libc.ts';
import { inside } from '../linux/namespace.ts';
import type { Opened } from '../opened.ts';
import { attach } from './attach.ts';
import type { Queues } from './queues.ts';

export interface TapSettings {
  /** Of the interface as the kernel shows it: 1 to 15 bytes. */
  readonly name: string;
  /** `tap`: Ethernet frames; `tun`: bare IP packets. */
  readonly kind: 'tap' | 'tun';
  /** Whether checksums and cutting may be left, as far as the kernel offers it. Nothing is, when left out. */
  readonly offloads?: boolean;
  /** Largest IP packet, bytes; what the interface has already when left out. */
  readonly mtu?: number;
  /** Of the kernel's own end of a tap. Never the gateway's, which answers ARP on this side of it. */
  readonly mac?: MacAddress;
  /** Whether it has to be there already. When left out it is made where it is not. */
  readonly mustExist?: boolean;
  /** Several queues, where they can be had; one when left out. */
  readonly queues?: Queues;
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

const open = (settings: TapSettings): E.Either<string, Opened> => {
  const { name, kind, offloads = false, mustExist = false, queues = null } = settings;
  const there = interfaceIndex(name);
  if (mustExist && E.isLeft(there)) return there;
  const attached = attach({ name, kind, offloads, queues });
  if (E.isLeft(attached)) return attached;
  const { descriptors, single } = attached.right;
  const mtu = setUp(settings);
  if (E.isRight(mtu))
    return E.right({
      name,
      kind,
      framing: kind === 'tap' ? 'ethernet' : 'ip',
      descriptors,
      mtu: mtu.right,
      offloads: attached.right.offloads,
      ...(single === null ? {} : { single }),
    });
  for (const descriptor of descriptors) libc().close(descriptor);
  return mtu;
};

/**
 * Opens a TAP or TUN device and brings it up: attaches to it if it is there, makes it if not. Fails with
 * a sentence that says what to do.
 */
export const openTap = (settings: TapSettings): E.Either<string, Opened> => {
  try {
    return settings.netns === undefined
      ? open(settings)
      : inside(settings.netns, () => open(settings));
  } catch (error) {
    return E.left(sentence(error));
  }
};
