// Puts frames of any bytes on a host's wire: packet(7).
import { libc } from '../../adapters/linux/libc.ts';
import type { Host } from './host.ts';

const AF_PACKET = 17;
const SOCK_RAW = 3;

export interface Wire {
  /** MAC address of the host's eth0, as `ip` writes it. */
  readonly mac: string;
  /** Sends one whole frame, of at least 14 bytes. */
  put(frame: Uint8Array): void;
  close(): void;
}

/** The wire at the host's eth0. */
export const wireOf = async (host: Host): Promise<Wire> => {
  const { stdout } = await host.run('ip', '-j', 'link', 'show', 'eth0');
  const [link] = JSON.parse(stdout) as readonly { ifindex: number; address: string }[];
  if (link === undefined) throw new Error(`host ${host.name} has no eth0`);
  const c = libc();
  const bind = c.library.func('bind', 'int', ['int', 'void *', 'uint']);
  // struct sockaddr_ll, whose protocol 0 means: only to send.
  const place = Buffer.alloc(20);
  place.writeUInt16LE(AF_PACKET, 0);
  place.writeInt32LE(link.ifindex, 4);
  const socket = host.inside(() => c.socket(AF_PACKET, SOCK_RAW, 0));
  if (socket < 0 || (bind(socket, place, place.length) as number) < 0)
    throw new Error(`no packet socket on host ${host.name} (errno ${c.errno()})`);
  return {
    mac: link.address,
    put: (frame) => {
      if (c.write(socket, c.addressOf(frame), frame.length) !== frame.length)
        throw new Error(`the wire did not take a frame (errno ${c.errno()})`);
    },
    close: () => void c.close(socket),
  };
};
