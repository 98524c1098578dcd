// A handshake that was begun here and is not finished.

import type { Address } from '../../wire/address.ts';
import type { ReadonlyBytes } from '../../wire/bytes.ts';
import type { Endpoint } from '../endpoint.ts';
import type { NodeId } from '../identity.ts';

/** One way by which it is tried. */
export interface Way {
  readonly adapter: Address;
  readonly to: Endpoint;
}

/** What the responder's challenge brought. */
export interface Challenged {
  readonly id: NodeId;
  readonly exchangeKey: ReadonlyBytes;
  /** The open that goes out until it is answered. */
  readonly open: Uint8Array;
  readonly way: Way;
  readonly sendKey: ReadonlyBytes;
  readonly receiveKey: ReadonlyBytes;
  /** The number of the association to be, as of the moment when the open first went out. */
  readonly born: number;
}

export interface Attempt {
  readonly index: number;
  /** Whom it is for; null when only an address is known. */
  readonly peer: NodeId | null;
  readonly ways: readonly Way[];
  readonly privateKey: ReadonlyBytes;
  readonly exchangeKey: ReadonlyBytes;
  readonly keyId: number;
  readonly hello: Uint8Array;
  readonly begunAt: number;
  readonly sendAt: number;
  readonly tries: number;
  readonly challenged: Challenged | null;
}
