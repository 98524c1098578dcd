// A link that does what a wire does: whatever crosses it is cut and has its checksums, as the kernel completes
// both before a device that cannot. Between two of its own ends it would leave them undone: ethtool(8).
import { interfaceRequest } from '../../adapters/linux/interface.ts';
import { AF_INET, SOCK_DGRAM, libc } from '../../adapters/linux/libc.ts';
import type { Host } from './host.ts';

const SIOCETHTOOL = 0x8946;
const ETHTOOL_STXCSUM = 0x17;

/** Has frames that leave the host by `device` be complete. */
export const makeWireLike = (host: Host, device: string): void => {
  const c = libc();
  // `struct ethtool_value`: the command and its value; then, as `ifr_data`, where it is.
  const value = Buffer.alloc(8);
  value.writeUInt32LE(ETHTOOL_STXCSUM);
  const request = interfaceRequest(device);
  request.writeBigUInt64LE(BigInt(c.addressOf(value)), 16);
  const done = host.inside(() => {
    const socket = c.socket(AF_INET, SOCK_DGRAM, 0);
    const result = c.ioctl(socket, SIOCETHTOOL, request);
    c.close(socket);
    return result;
  });
  if (done < 0) throw new Error(`${device} of ${host.name} keeps its offloads`);
};
