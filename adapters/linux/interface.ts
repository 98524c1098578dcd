// Settings of a network interface by ioctl, in the namespace that the calling thread is in: netdevice(7),
// arp(7), and rtentry of linux/route.h. IPv4; nothing of iproute2 is needed.
import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address, Ipv4Interface, MacAddress } from '../../core/wire/address.ts';
import {
  formatIpv4,
  formatIpv4Interface,
  formatMac,
  mac,
  netmask,
} from '../../core/wire/address.ts';
import { put32, put48, u32, u48 } from '../../core/wire/bytes.ts';
import { explainErrno } from './errno.ts';
import { AF_INET, SOCK_CLOEXEC, SOCK_DGRAM, libc } from './libc.ts';

const SIOCADDRT = 0x890b;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const SIOCGIFADDR = 0x8915;
const SIOCSIFADDR = 0x8916;
const SIOCSIFNETMASK = 0x891c;
const SIOCGIFMTU = 0x8921;
const SIOCSIFMTU = 0x8922;
const SIOCSIFHWADDR = 0x8924;
const SIOCGIFHWADDR = 0x8927;
const SIOCGIFINDEX = 0x8933;
const SIOCSARP = 0x8955;

const IFF_UP = 0x1;
const ARPHRD_ETHER = 1;
const ATF_COMPLETE_PERMANENT = 0x02 | 0x04;
const RTF_UP_GATEWAY = 0x1 | 0x2;

/** `struct ifreq`: the name in 16 bytes, then what the request is about. */
const IFREQ_LENGTH = 40;
const IFREQ_VALUE = 16;
const RTENTRY_LENGTH = 120;
const ARPREQ_LENGTH = 68;

/** A `struct ifreq` for the interface `name` (at most 15 bytes). */
export const interfaceRequest = (name: string): Buffer => {
  const request = Buffer.alloc(IFREQ_LENGTH);
  request.write(name, 0, IFREQ_VALUE - 1);
  return request;
};

/** Writes a `struct sockaddr_in` at `at`: family in the machine's order, port 0, address. */
const putSocketAddress = (bytes: Buffer, at: number, address: Ipv4Address): void => {
  bytes.writeUInt16LE(AF_INET, at);
  put32(bytes, at + 4, address);
};

/** Does one request on a socket of the calling thread's namespace. */
const ask = (request: number, argument: Buffer, what: string): E.Either<string, Buffer> => {
  const c = libc();
  const socket = c.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return E.left(`${what}: no socket (${explainErrno(c.errno())})`);
  const failed = c.ioctl(socket, request, argument) < 0 ? c.errno() : 0;
  c.close(socket);
  return failed === 0 ? E.right(argument) : E.left(`${what}: ${explainErrno(failed)}`);
};

const done = (result: E.Either<string, Buffer>): E.Either<string, void> =>
  E.map(() => undefined)(result);

/** Largest IP packet of the interface, bytes. */
export const interfaceMtu = (name: string): E.Either<string, number> =>
  E.map((request: Buffer) => request.readInt32LE(IFREQ_VALUE))(
    ask(SIOCGIFMTU, interfaceRequest(name), `cannot read the MTU of ${name}`),
  );

export const setInterfaceMtu = (name: string, mtu: number): E.Either<string, void> => {
  const request = interfaceRequest(name);
  request.writeInt32LE(mtu, IFREQ_VALUE);
  return done(
    ask(SIOCSIFMTU, request, `cannot set the MTU of ${name} to ${mtu} (a TAP takes 68 to 65521)`),
  );
};

/** The number that the kernel knows it by: another interface of the same name has another. */
export const interfaceIndex = (name: string): E.Either<string, number> =>
  E.map((request: Buffer) => request.readInt32LE(IFREQ_VALUE))(
    ask(SIOCGIFINDEX, interfaceRequest(name), `there is no interface ${name} here`),
  );

/** Whether its frames have Ethernet headers. */
export const isEthernet = (name: string): E.Either<string, boolean> =>
  E.map((request: Buffer) => request.readUInt16LE(IFREQ_VALUE) === ARPHRD_ETHER)(
    ask(SIOCGIFHWADDR, interfaceRequest(name), `cannot read the type of ${name}`),
  );

/** The MAC address of the kernel's own end of the link. */
export const interfaceMac = (name: string): E.Either<string, MacAddress> =>
  E.map((request: Buffer) => mac(u48(request, IFREQ_VALUE + 2)))(
    ask(SIOCGIFHWADDR, interfaceRequest(name), `cannot read the MAC address of ${name}`),
  );

export const setInterfaceMac = (name: string, own: MacAddress): E.Either<string, void> => {
  const request = interfaceRequest(name);
  request.writeUInt16LE(ARPHRD_ETHER, IFREQ_VALUE);
  put48(request, IFREQ_VALUE + 2, own);
  return done(ask(SIOCSIFHWADDR, request, `cannot give ${name} the MAC ${formatMac(own)}`));
};

/** What is up already stays so, for which no privilege is needed. */
export const bringUp = (name: string): E.Either<string, void> => {
  const what = `cannot bring ${name} up`;
  const request = ask(SIOCGIFFLAGS, interfaceRequest(name), what);
  if (E.isLeft(request)) return request;
  const flags = request.right.readUInt16LE(IFREQ_VALUE);
  if ((flags & IFF_UP) !== 0) return E.right(undefined);
  request.right.writeUInt16LE(flags | IFF_UP, IFREQ_VALUE);
  return done(ask(SIOCSIFFLAGS, request.right, what));
};

/** Whether the interface's first address is this one, of a prefix of any length. */
const hasAddress = (name: string, address: Ipv4Address): boolean => {
  const request = ask(SIOCGIFADDR, interfaceRequest(name), name);
  return E.isRight(request) && u32(request.right, IFREQ_VALUE + 4) === address;
};

/**
 * Gives the interface its address and, with the prefix, the route to its link. What it has already is left as
 * it is, for which no privilege is needed.
 */
export const setAddress = (name: string, link: Ipv4Interface): E.Either<string, void> => {
  if (hasAddress(name, link.address)) return E.right(undefined);
  const what = `cannot give ${name} the address ${formatIpv4Interface(link)}`;
  const request = interfaceRequest(name);
  putSocketAddress(request, IFREQ_VALUE, link.address);
  const addressed = ask(SIOCSIFADDR, request, what);
  if (E.isLeft(addressed)) return addressed;
  putSocketAddress(request, IFREQ_VALUE, netmask(link.prefixLength));
  return done(ask(SIOCSIFNETMASK, request, what));
};

/** The default route, by `router`, which must be on a link that is up. */
export const addDefaultRoute = (router: Ipv4Address): E.Either<string, void> => {
  const entry = Buffer.alloc(RTENTRY_LENGTH);
  entry.writeUInt16LE(AF_INET, 8);
  putSocketAddress(entry, 24, router);
  entry.writeUInt16LE(AF_INET, 40);
  entry.writeUInt16LE(RTF_UP_GATEWAY, 56);
  return done(ask(SIOCADDRT, entry, `cannot set the default route by ${formatIpv4(router)}`));
};

/** A neighbour that is never asked for by ARP. */
export const setNeighbour = (
  name: string,
  address: Ipv4Address,
  neighbour: MacAddress,
): E.Either<string, void> => {
  const request = Buffer.alloc(ARPREQ_LENGTH);
  putSocketAddress(request, 0, address);
  request.writeUInt16LE(ARPHRD_ETHER, 16);
  put48(request, 18, neighbour);
  request.writeInt32LE(ATF_COMPLETE_PERMANENT, 32);
  request.write(name, 52, 15);
  return done(ask(SIOCSARP, request, `cannot set the neighbour ${formatIpv4(address)}`));
};
