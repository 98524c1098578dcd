// RPCBIND, versions 3 and 4: RFC 1833 section 2. Procedure numbers stand in layout/portmap.ts.

import type { Address } from '../wire/address.ts';
import { formatAddress } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u32 } from '../wire/bytes.ts';
import type { ByteString } from './byte-string.ts';
import { byteString, utf8 } from './byte-string.ts';
import * as layout from './layout/portmap.ts';
import type { XdrFault } from './xdr.ts';
import { after, encode, list, readOpaque } from './xdr.ts';

/** Where a version of a program answers. */
export interface Rpcb {
  readonly program: number;
  readonly version: number;
  /** The transport, such as `udp`; in GETADDR's argument it may be empty. */
  readonly netid: ByteString;
  /** A universal address; in GETADDR's argument that by which the client reached the server. */
  readonly address: ByteString;
  readonly owner: ByteString;
}

/** The argument of GETADDR, GETVERSADDR, GETADDRLIST, SET and UNSET. */
export const readRpcb = (bytes: ReadonlyBytes, at: number, end: number): Rpcb | XdrFault => {
  if (end - at < layout.RPCB_NETID) return 'truncated';
  const netid = readOpaque(bytes, at + layout.RPCB_NETID, end, layout.MAX_TEXT_LENGTH);
  if (typeof netid === 'string') return netid;
  const address = readOpaque(bytes, after(netid), end, layout.MAX_TEXT_LENGTH);
  if (typeof address === 'string') return address;
  const owner = readOpaque(bytes, after(address), end, layout.MAX_TEXT_LENGTH);
  if (typeof owner === 'string') return owner;
  return {
    program: u32(bytes, at + layout.RPCB_PROGRAM),
    version: u32(bytes, at + layout.RPCB_VERSION),
    netid: byteString(bytes, netid),
    address: byteString(bytes, address),
    owner: byteString(bytes, owner),
  };
};

/** Address and port as text (RFC 5665 section 5.2.3): 10.0.0.1 and port 111 are `10.0.0.1.0.111`. */
export const universalAddress = (address: Address, port: number): ByteString =>
  utf8(`${formatAddress(address)}.${port >>> 8}.${port & 255}`);

/** What stands for an address where the program is not registered. */
export const NO_ADDRESS: ByteString = utf8('');

/** The results of GETADDR and GETVERSADDR. */
export const encodeUniversalAddress = (address: ByteString): Uint8Array => encode([address]);

/** DUMP's results. */
export const encodeDump = (entries: readonly Rpcb[]): Uint8Array =>
  encode(
    list(entries, ({ program, version, netid, address, owner }) => [
      program,
      version,
      netid,
      address,
      owner,
    ]),
  );

/** A transport as netconfig(5) describes it. */
export interface Transport {
  readonly netid: ByteString;
  readonly semantics: number;
  readonly family: ByteString;
  readonly protocol: ByteString;
}

const INET = utf8('inet');
export const UDP: Transport = {
  netid: utf8('udp'),
  semantics: layout.CONNECTIONLESS,
  family: INET,
  protocol: utf8('udp'),
};
export const TCP: Transport = {
  netid: utf8('tcp'),
  semantics: layout.CONNECTION_ORDERLY,
  family: INET,
  protocol: utf8('tcp'),
};

/** A universal address, and the transport that it is of. */
export interface TransportAddress {
  readonly address: ByteString;
  readonly transport: Transport;
}

/** GETADDRLIST's results (version 4). */
export const encodeAddressList = (entries: readonly TransportAddress[]): Uint8Array =>
  encode(
    list(entries, ({ address, transport: { netid, semantics, family, protocol } }) => [
      address,
      netid,
      semantics,
      family,
      protocol,
    ]),
  );
