// The port mapper, version 2: RFC 1833 section 3. Procedure numbers stand in layout/portmap.ts.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u32 } from '../wire/bytes.ts';
import { encodeCall } from './call.ts';
import * as layout from './layout/portmap.ts';
import type { Item } from './xdr.ts';
import { encode, list, readU32 } from './xdr.ts';

/** Where a version of a program answers. */
export interface Mapping {
  readonly program: number;
  readonly version: number;
  /** 6 is TCP, 17 is UDP: IP's numbers. */
  readonly protocol: number;
  /** Of no meaning in GETPORT's argument. */
  readonly port: number;
}

const items = ({ program, version, protocol, port }: Mapping): readonly Item[] => [
  program,
  version,
  protocol,
  port,
];

/** The argument of GETPORT, SET and UNSET. */
export const readMapping = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
): Mapping | 'truncated' => {
  if (end - at < layout.MAPPING_LENGTH) return 'truncated';
  return {
    program: u32(bytes, at + layout.MAPPING_PROGRAM),
    version: u32(bytes, at + layout.MAPPING_VERSION),
    protocol: u32(bytes, at + layout.MAPPING_PROTOCOL),
    port: u32(bytes, at + layout.MAPPING_PORT),
  };
};

/** GETPORT's results; port 0 says that the program is not registered. */
export const encodePort = (port: number): Uint8Array => encode([port]);

/** DUMP's results. */
export const encodeDump = (mappings: readonly Mapping[]): Uint8Array =>
  encode(list(mappings, items));

/** The message that asks a port mapper for the port of a version of a program. */
export const encodeGetport = (xid: number, wanted: Omit<Mapping, 'port'>): Uint8Array =>
  encodeCall(
    { xid, program: layout.PROGRAM, version: layout.VERSION_2, procedure: layout.GETPORT },
    encode(items({ ...wanted, port: 0 })),
  );

/** The port in GETPORT's results; 0 when the program is not registered. */
export const readPort = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
): number | 'truncated' | 'not-a-port' => {
  const port = readU32(bytes, at, end);
  return typeof port === 'number' && port > 0xffff ? 'not-a-port' : port;
};
