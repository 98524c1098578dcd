// The UDP socket of one adapter: datagrams leave from its address, by its interface, never cut into fragments,
// with the class of service of each (ip(7), RFC 768, RFC 2474), and what the path says of them comes back.

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address } from '../../core/wire/address.ts';
import { formatIpv4 } from '../../core/wire/address.ts';
import {
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAGAIN,
  EMSGSIZE,
  ENOBUFS,
  explainErrno,
} from '../linux/errno.ts';
import { AF_INET, O_CLOEXEC, O_NONBLOCK, SOCK_DGRAM, libc } from '../linux/libc.ts';
import {
  IP_MTU_DISCOVER,
  IP_PKTINFO,
  IP_PMTUDISC_PROBE,
  IP_RECVERR,
  IP_TOS,
  MSG_DONTWAIT,
  SOL_IP,
  SOL_SOCKET,
  SO_RCVBUF,
  SO_SNDBUF,
  setOption,
  socketCalls,
} from './calls.ts';
import type { Ipv4Endpoint } from './endpoint.ts';
import { SOCKADDR_LENGTH, endpointAt, putEndpoint, putFamily } from './endpoint.ts';
import type { PathError } from './error-queue.ts';
import { makeErrorReader } from './error-queue.ts';
import { controlSpace, makeHeaders, putControlHeader } from './message-header.ts';
import { makeReceiver } from './receiver.ts';

/**
 * `sent`: on its way. `full`: not now, it is lost. `too-long`: it does not fit the interface. `failed`: the
 * kernel knows no way, or has the address no more.
 */
export type Sent = 'sent' | 'full' | 'too-long' | 'failed';

/** What the reader of a socket gets to see. The bytes are its own. */
export type Hear = (from: Ipv4Endpoint, bytes: Uint8Array) => void;

export interface AdapterSocket {
  /** As bound: the port that the kernel chose, where none was asked for. */
  readonly endpoint: Ipv4Endpoint;
  readonly descriptor: number;
  /** Sends one datagram; `dscp` is 0 to 63 (RFC 2474). */
  send(to: Ipv4Endpoint, dscp: number, bytes: Uint8Array): Sent;
  /** Takes what came, a batch at most, and says whether there may be more. */
  receive(hear: Hear): boolean;
  /** Takes what the path and the kernel said of earlier datagrams. */
  errors(hear: (error: PathError) => void): void;
  close(): void;
}

export interface SocketSettings {
  readonly address: Ipv4Address;
  /** 0: the kernel chooses. */
  readonly port: number;
  /** The interface that datagrams leave by, by its number; 0: as the routing table says. */
  readonly link: number;
}

/** Room in the kernel for datagrams that nobody has read yet, bytes: 1 MiB messages from several at once. */
const BUFFER = 4 * 1024 * 1024;

const ECN_BITS = 2;
const PKTINFO_LENGTH = 12;

const explainBind = (errno: number, { address, port }: SocketSettings): string => {
  const place = `UDP port ${port} of ${formatIpv4(address)}`;
  if (errno === EADDRINUSE)
    return `${place} is in use: another member runs, or choose another port`;
  if (errno === EADDRNOTAVAIL) return `${place}: no interface of this machine has this address`;
  return `${place}: ${explainErrno(errno)}`;
};

const setUp = (descriptor: number): void => {
  setOption(descriptor, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  setOption(descriptor, SOL_IP, IP_RECVERR, 1);
  // As much as the system allows (net.core.rmem_max); less is no failure.
  setOption(descriptor, SOL_SOCKET, SO_RCVBUF, BUFFER);
  setOption(descriptor, SOL_SOCKET, SO_SNDBUF, BUFFER);
};

const boundEndpoint = (descriptor: number): Ipv4Endpoint => {
  const address = Buffer.alloc(SOCKADDR_LENGTH);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(SOCKADDR_LENGTH);
  socketCalls().getsockname(descriptor, address, length);
  return endpointAt(address, 0);
};

/** Sends by `sendmsg` with two control messages: where it leaves (IP_PKTINFO), and its class (IP_TOS). */
const makeSender = (descriptor: number, { address, link }: SocketSettings) => {
  const c = libc();
  const calls = socketCalls();
  const headers = makeHeaders(1, SOCKADDR_LENGTH);
  putFamily(headers.names, 0);
  const { controls } = headers;
  const info = putControlHeader(controls, 0, SOL_IP, IP_PKTINFO, PKTINFO_LENGTH);
  controls.writeInt32LE(link, info);
  controls.writeUInt32BE(address, info + 4);
  const classAt = controlSpace(PKTINFO_LENGTH);
  const service = putControlHeader(controls, classAt, SOL_IP, IP_TOS, 4);
  const controlLength = classAt + controlSpace(4);

  return (to: Ipv4Endpoint, dscp: number, bytes: Uint8Array): number => {
    putEndpoint(headers.names, 0, to.address, to.port);
    controls.writeInt32LE(dscp << ECN_BITS, service);
    headers.aim(0, c.addressOf(bytes), bytes.length, controlLength);
    return calls.sendmsg(descriptor, headers.address, MSG_DONTWAIT) < 0 ? c.errno() : 0;
  };
};

const make = (descriptor: number, settings: SocketSettings): AdapterSocket => {
  const c = libc();
  const attempt = makeSender(descriptor, settings);
  const readErrors = makeErrorReader(descriptor);
  const receive = makeReceiver(descriptor);
  const waiting: PathError[] = [];

  const send: AdapterSocket['send'] = (to, dscp, bytes) => {
    let failed = attempt(to, dscp, bytes);
    if (failed === 0) return 'sent';
    if (failed === EAGAIN || failed === ENOBUFS) return 'full';
    // The kernel tells an earlier datagram's error at the next call: that is taken, then this one has its turn.
    // An error of its own about this one (EMSGSIZE) leaves the port out.
    readErrors((error) => waiting.push(error.to.port === 0 ? { ...error, to } : error));
    if (failed !== EMSGSIZE) failed = attempt(to, dscp, bytes);
    if (failed === 0) return 'sent';
    return failed === EMSGSIZE ? 'too-long' : 'failed';
  };

  let open = true;
  return {
    endpoint: boundEndpoint(descriptor),
    descriptor,
    send,
    receive,
    errors: (hear) => {
      readErrors((error) => waiting.push(error));
      waiting.splice(0).forEach(hear);
    },
    close: () => {
      // The number may soon be another file's.
      if (open) c.close(descriptor);
      open = false;
    },
  };
};

/**
 * Opens the socket of an adapter in the calling thread's namespace. Fails with a sentence. Throws one where
 * there is no Linux, or koffi does not load.
 */
export const openSocket = (settings: SocketSettings): E.Either<string, AdapterSocket> => {
  const c = libc();
  const descriptor = c.socket(AF_INET, SOCK_DGRAM | O_CLOEXEC | O_NONBLOCK, 0);
  if (descriptor < 0) return E.left(`cannot make a UDP socket (${explainErrno(c.errno())})`);
  setUp(descriptor);
  const name = Buffer.alloc(SOCKADDR_LENGTH);
  putFamily(name, 0);
  putEndpoint(name, 0, settings.address, settings.port);
  if (socketCalls().bind(descriptor, name, name.length) < 0) {
    const failed = c.errno();
    c.close(descriptor);
    return E.left(explainBind(failed, settings));
  }
  return E.right(make(descriptor, settings));
};
