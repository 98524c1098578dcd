// What a descriptor of a TAP or TUN is attached to, and how: TUNGETIFF, linux/if_tun.h.
import { interfaceRequest } from '../linux/interface.ts';
import { libc } from '../linux/libc.ts';
import { IFF_NO_PI, IFF_TAP } from './attach.ts';

const TUNGETIFF = 0x800454d2;
const TUNATTACHFILTER = 0x401054d5;
const TUNDETACHFILTER = 0x401054d6;
const FLAGS = 16;

export interface Attachment {
  readonly name: string;
  /** IFF_ flags. */
  readonly flags: number;
}

const ask = (descriptor: number): Attachment | null => {
  const request = interfaceRequest('');
  if (libc().ioctl(descriptor, TUNGETIFF, request) < 0) return null;
  const name = request.toString('latin1', 0, FLAGS).replace(/\0.*$/s, '');
  return { name, flags: request.readUInt16LE(FLAGS) };
};

/** A program of classic BPF that takes every frame whole, as `struct sock_fprog`, and what it points to. */
const takeAll = (): readonly [Buffer, Buffer] => {
  const program = Buffer.alloc(8);
  program.writeUInt16LE(0x06, 0);
  program.writeUInt32LE(0xffffffff, 4);
  const filter = Buffer.alloc(16);
  filter.writeUInt16LE(1, 0);
  filter.writeBigUInt64LE(BigInt(libc().addressOf(program)), 8);
  return [filter, program];
};

/**
 * The interface behind the descriptor; null: there is none. That nothing lies before frames (IFF_NO_PI) has the
 * same bit as that no filter is attached; so one is, for as long as it takes to ask. A TUN has no filters: there
 * the bit says nothing.
 */
export const attachment = (descriptor: number): Attachment | null => {
  const first = ask(descriptor);
  if (first === null || (first.flags & IFF_TAP) === 0 || (first.flags & IFF_NO_PI) === 0)
    return first;
  const c = libc();
  const [filter, program] = takeAll();
  if (c.ioctl(descriptor, TUNATTACHFILTER, filter) < 0) return first;
  const second = ask(descriptor);
  c.ioctl(descriptor, TUNDETACHFILTER, filter);
  // It must live until here: the kernel has read it through the other.
  return program.length > 0 ? second : null;
};
