// What is left to be done between the kernel and the gateway, agreed on by TUNSETVNETHDRSZ and TUNSETOFFLOAD:
// linux/if_tun.h; Documentation/networking/tuntap.rst.
import { LENGTH } from '../../assembly/layout/offload.ts';
import { libc } from '../linux/libc.ts';
import type { Offloads } from '../opened.ts';
import { NO_OFFLOADS } from '../opened.ts';

const TUNGETFEATURES = 0x800454cf;
const TUNSETOFFLOAD = 0x400454d0;
const TUNSETVNETHDRSZ = 0x400454d8;
const TUNSETVNETLE = 0x400454dc;

const TUN_F_CSUM = 0x01;
const TUN_F_TSO4 = 0x02;
const TUN_F_TSO6 = 0x04;
const TUN_F_USO4 = 0x20;
const TUN_F_USO6 = 0x40;

const CHECKSUM = TUN_F_CSUM;
const TSO = CHECKSUM | TUN_F_TSO4 | TUN_F_TSO6;
const USO = TSO | TUN_F_USO4 | TUN_F_USO6;

/** From the most to the least: a kernel knows all of a step, or refuses it (USO came with Linux 6.2). */
const STEPS: readonly (readonly [number, Offloads])[] = [
  [USO, { header: true, checksum: true, tso: true, uso: true }],
  [TSO, { header: true, checksum: true, tso: true, uso: false }],
  [CHECKSUM, { header: true, checksum: true, tso: false, uso: false }],
  [0, { header: true, checksum: false, tso: false, uso: false }],
];

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** The IFF_ flags that the kernel knows; none where it does not say. */
export const features = (descriptor: number): number => {
  const known = word(0);
  return libc().ioctl(descriptor, TUNGETFEATURES, known) < 0 ? 0 : known.readUInt32LE();
};

/**
 * Has the kernel leave as much as it can where frames of the descriptor have a header, and nothing where they
 * have none. All of it is said each time: an interface that persists keeps what its last owner said.
 */
export const negotiate = (descriptor: number, header: boolean): Offloads => {
  const c = libc();
  if (!header) {
    c.ioctlNumber(descriptor, TUNSETOFFLOAD, 0);
    return NO_OFFLOADS;
  }
  c.ioctl(descriptor, TUNSETVNETHDRSZ, word(LENGTH));
  c.ioctl(descriptor, TUNSETVNETLE, word(1));
  const step = STEPS.find(([bits]) => c.ioctlNumber(descriptor, TUNSETOFFLOAD, bits) >= 0);
  return step === undefined ? { ...NO_OFFLOADS, header } : step[1];
};
