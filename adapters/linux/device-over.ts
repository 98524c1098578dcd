// A device over descriptors of the kernel: frames go by read(2) and write(2) straight between it and the
// slots, one call a frame, with the header before each where there is one (assembly/layout/offload.ts).
import { LENGTH as HEADER } from '../../assembly/layout/offload.ts';
import type { Device, Slots, Written } from '../device.ts';
import { frameOffset } from '../device.ts';
import type { Opened } from '../opened.ts';
import { isUnbound } from '../packet/socket.ts';
import { ENETDOWN } from './errno.ts';
import { libc } from './libc.ts';
import { isGone, lossOf } from './loss.ts';

/**
 * The device, which owns the descriptors: closing it closes them. Of several queues all are read, and the
 * first is written.
 */
export const deviceOver = (opened: Opened): Device => {
  const { name, kind, framing, mtu, offloads } = opened;
  const c = libc();
  const header = offloads.header ? HEADER : 0;
  const start = frameOffset(framing) - header;
  const [main = -1, ...others] = opened.descriptors;
  let queues = [main, ...others];
  let first = 0;
  let ended = false;

  /** A packet socket tells the end of its interface once, and as it tells that it is down. */
  const hasEnded = (queue: number, errno: number): boolean => {
    if (kind === 'packet' && errno === ENETDOWN && isUnbound(queue)) ended = true;
    return ended || isGone(errno);
  };

  /** Reads one queue into the slots from `slot` on; gives the slot after the last frame. */
  const readQueue = (queue: number, slots: Slots, from: number): number => {
    const room = slots.stride - start;
    let address = slots.address + slots.base + from * slots.stride + start;
    for (let slot = from; slot < slots.capacity; slot++, address += slots.stride) {
      const length = c.read(queue, address, room);
      if (length < 0) {
        // An interface that is merely down has no frames. What came before the end is kept: the next read
        // tells the end again.
        return slot === 0 && hasEnded(queue, c.errno()) ? -1 : slot;
      }
      slots.lengths[slot] = Math.max(0, length - header);
    }
    return slots.capacity;
  };

  const read = (slots: Slots): number => {
    // Each time another queue comes first: one that always has frames cannot starve the others.
    first = (first + 1) % queues.length;
    let got = 0;
    for (let turn = 0; turn < queues.length && got >= 0 && got < slots.capacity; turn++)
      got = readQueue(queues[(first + turn) % queues.length] ?? -1, slots, got);
    return got;
  };

  const write = (slots: Slots, offset: number, length: number): Written =>
    c.write(queues[0] ?? -1, slots.address + offset - header, length + header) >= 0
      ? 'sent'
      : lossOf(c.errno());

  const close = (): void => {
    for (const queue of queues) if (queue >= 0) c.close(queue);
    // The numbers may soon be another file's.
    queues = queues.map(() => -1);
  };

  return {
    name,
    framing,
    mtu,
    offloads: offloads.header,
    descriptors: opened.descriptors,
    read,
    write,
    close,
  };
};
