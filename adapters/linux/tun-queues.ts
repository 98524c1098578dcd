// How many queues of a TUN or TAP are in use, as rtnetlink(7) tells of a link: linux/if_link.h.
import { AF_NETLINK, SOCK_CLOEXEC, SOCK_RAW, libc } from './libc.ts';

const NETLINK_ROUTE = 0;
const RTM_GETLINK = 18;
const NLM_F_REQUEST = 1;
const IFLA_LINKINFO = 18;
const IFLA_INFO_DATA = 2;
const IFLA_TUN_NUM_QUEUES = 8;

/** `struct nlmsghdr`, then `struct ifinfomsg`. */
const HEADER = 16;
const MESSAGE = HEADER + 16;
const TYPE_MASK = 0x3fff;
const LONGEST_ANSWER = 32768;

/** What the first attribute of `type` holds (RFC 3549 section 2.2); nothing where there is none. */
const attribute = (bytes: Buffer, type: number): Buffer => {
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16LE(at);
    if (length < 4) break;
    if ((bytes.readUInt16LE(at + 2) & TYPE_MASK) === type)
      return bytes.subarray(at + 4, at + length);
    at += (length + 3) & ~3;
  }
  return bytes.subarray(0, 0);
};

/** The number of queues in what the kernel answers of a link; 0: it has none, or it is none of TUN's. */
export const queuesIn = (answer: Buffer): number => {
  const information = attribute(answer.subarray(MESSAGE), IFLA_LINKINFO);
  const count = attribute(attribute(information, IFLA_INFO_DATA), IFLA_TUN_NUM_QUEUES);
  return count.length < 4 ? 0 : count.readUInt32LE();
};

/** Queues in use of the interface of that number, in the calling thread's namespace; 0 where it is not told. */
export const tunQueues = (index: number): number => {
  const c = libc();
  const socket = c.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (socket < 0) return 0;
  const request = Buffer.alloc(MESSAGE);
  request.writeUInt32LE(request.length, 0);
  request.writeUInt16LE(RTM_GETLINK, 4);
  request.writeUInt16LE(NLM_F_REQUEST, 6);
  request.writeInt32LE(index, HEADER + 4);
  const answer = Buffer.alloc(LONGEST_ANSWER);
  // The kernel answers before the request has been taken.
  const asked = c.write(socket, c.addressOf(request), request.length) >= 0;
  const length = asked ? c.read(socket, c.addressOf(answer), answer.length) : -1;
  c.close(socket);
  return length < 0 ? 0 : queuesIn(answer.subarray(0, length));
};
