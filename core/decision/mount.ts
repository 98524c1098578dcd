// Who has mounted what, as MOUNT's DUMP tells it (RFC 1813 section 5.2.2: a hint, nothing relies on it).

import type { ByteString } from '../rpc/byte-string.ts';
import type { Ipv4Address } from '../wire/address.ts';
import { exportKey } from './exports.ts';

/** A mount that a node granted, or one that it has not answered yet. */
export interface Mount {
  readonly host: Ipv4Address;
  /** As the host asked for it. */
  readonly path: ByteString;
  /** The question that is being answered: the host's port, and the transaction id; null: granted. */
  readonly asked: { readonly port: number; readonly xid: number } | null;
}

/** However a host spells a path, it is the same mount. */
export const mountKey = (host: Ipv4Address, path: string): string => `${host} ${exportKey(path)}`;
