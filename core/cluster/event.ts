// What happens to a member of the cluster: each event takes it one step further (B11).

import type { Address } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Adapter } from './adapter.ts';
import type { Endpoint } from './endpoint.ts';
import type { NodeId } from './identity.ts';
import type { ServiceClass } from './service-class.ts';

/** The longest message, bytes. */
export const MAX_MESSAGE = 1024 * 1024;

/** A UDP datagram that came in at the own address `adapter`. The bytes stay as they are afterwards. */
export interface Arrived {
  readonly kind: 'datagram';
  readonly adapter: Address;
  readonly from: Endpoint;
  readonly bytes: ReadonlyBytes;
}

/** The time has come for which the last `wake` asked. Too early or too late does no harm. */
export interface Woken {
  readonly kind: 'wake';
}

/**
 * A message for a computer, of {@link MAX_MESSAGE} bytes at most, which are not changed until it is
 * settled under `reference`, a number that the caller chose.
 */
export interface Send {
  readonly kind: 'send';
  readonly to: NodeId;
  readonly reference: number;
  readonly message: ReadonlyBytes;
  readonly serviceClass: ServiceClass;
}

/** The own adapters as they are now, in order of preference: all of them. */
export interface AdaptersChanged {
  readonly kind: 'adapters';
  readonly adapters: readonly Adapter[];
}

/**
 * A datagram for `to` was too long, as the kernel (EMSGSIZE) or a router (RFC 1191) says: `mtu` is that of
 * an IP datagram, bytes. Believed only as far as it lowers what was held, and never below the least.
 */
export interface PathMtu {
  readonly kind: 'path-mtu';
  readonly adapter: Address;
  readonly to: Endpoint;
  readonly mtu: number;
}

/** Nobody listens at `to` (ICMP port unreachable), or no way leads there: a hint, and no proof. */
export interface Refused {
  readonly kind: 'refused';
  readonly adapter: Address;
  readonly to: Endpoint;
}

/** Further members to join by, besides those given at the start. */
export interface Join {
  readonly kind: 'join';
  readonly seeds: readonly Endpoint[];
}

/** The keys of the cluster as they are from now on: the first is used, all are accepted. */
export interface RotateKeys {
  readonly kind: 'rotate-keys';
  readonly keys: readonly ReadonlyBytes[];
}

/** Whether who gets the messages keeps up: while not, no more is let in than was promised. */
export interface Reading {
  readonly kind: 'reading';
  readonly ready: boolean;
}

/** The computer leaves the cluster in good order; the effects end with the report `ended`. */
export interface Leave {
  readonly kind: 'leave';
}

export type Event =
  | Arrived
  | Woken
  | Send
  | AdaptersChanged
  | PathMtu
  | Refused
  | Join
  | RotateKeys
  | Reading
  | Leave;
