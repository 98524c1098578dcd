// A pair of sockets that keep frames apart, in place of a TAP and the host behind it: no privileges are needed.

import { libc } from '../../../adapters/linux/libc.ts';

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const LONGEST = 65536;

export interface FrameSockets {
  /** The end that a gateway has. */
  readonly inner: number;
  /** Sends a frame from outside. Throws where the kernel takes no more. */
  push(frame: Uint8Array): void;
  /** Frames that came out since the last call, in their order. */
  taken(): Uint8Array[];
  /** Closes the outer end: the device is gone. */
  cut(): void;
  close(): void;
}

export const frameSockets = (): FrameSockets => {
  const c = libc();
  const socketpair = c.library.func('socketpair', 'int', ['int', 'int', 'int', 'void *']);
  const ends = Buffer.alloc(8);
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0) throw new Error('no pair of sockets');
  const inner = ends.readInt32LE(0);
  let outer = ends.readInt32LE(4);
  const O_NONBLOCK = 0o4000;
  const F_SETFL = 4;
  c.fcntl(outer, F_SETFL, O_NONBLOCK);
  const room = Buffer.alloc(LONGEST);
  const cut = (): void => {
    if (outer >= 0) c.close(outer);
    outer = -1;
  };
  return {
    inner,
    push: (frame) => {
      const bytes = Buffer.from(frame);
      if (c.write(outer, c.addressOf(bytes), bytes.length) !== bytes.length)
        throw new Error(`a frame of ${bytes.length} bytes was not taken`);
    },
    taken: () => {
      const frames: Uint8Array[] = [];
      for (;;) {
        const length = c.read(outer, c.addressOf(room), LONGEST);
        if (length <= 0) return frames;
        frames.push(Uint8Array.from(room.subarray(0, length)));
      }
    },
    cut,
    close: () => {
      cut();
      c.close(inner);
    },
  };
};
