// What a member asks the world outside to do, in this order (B5, B9, B10, B11).

import type { Address } from '../wire/address.ts';
import type { Subnet } from './adapter.ts';
import type { Endpoint } from './endpoint.ts';
import type { NodeId } from './identity.ts';
import type { ServiceClass } from './service-class.ts';

/**
 * A UDP datagram to send from the own address `adapter`, with that DSCP and "don't fragment". Its bytes
 * are nobody else's. What cannot be sent at once may be dropped.
 */
export interface Transmit {
  readonly kind: 'datagram';
  readonly adapter: Address;
  readonly to: Endpoint;
  readonly dscp: number;
  readonly bytes: Uint8Array;
}

/** Asks for the event `wake` at `at`, on the clock of `now`. It takes the place of the last one. */
export interface Wake {
  readonly kind: 'wake';
  readonly at: number;
}

/** A message has arrived whole; the bytes are the receiver's. */
export interface Deliver {
  readonly kind: 'deliver';
  readonly from: NodeId;
  readonly message: Uint8Array;
  readonly serviceClass: ServiceClass;
}

/** Why a message was never sent. */
export type Refusal = 'unknown-node' | 'too-long' | 'queue-full' | 'left';

/**
 * What became of a message. `acknowledged`: it was delivered, once. `gone`: the computer left, started
 * anew or could not be reached for too long: what it had got of it, nobody knows; it comes no more.
 */
export type Outcome =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'gone'; readonly why: 'left' | 'restarted' | 'unreachable' | 'leaving' }
  | { readonly kind: 'refused'; readonly why: Refusal };

/** Once for each `send`. */
export interface Settled {
  readonly kind: 'settled';
  readonly reference: number;
  readonly outcome: Outcome;
}

/** Who looks after what: for each network its gateway, and who is next (B9). */
export interface Responsibility {
  readonly network: Subnet;
  readonly gateway: NodeId;
  readonly next: NodeId | null;
}

/** What people and programs may want to know of the cluster. */
export type Report =
  /** A computer is new in the table. */
  | { readonly kind: 'joined'; readonly node: NodeId; readonly name: string }
  /** A computer's entry has changed: adapters, their order, its name. */
  | { readonly kind: 'changed'; readonly node: NodeId }
  /** A computer has left in good order. */
  | { readonly kind: 'left'; readonly node: NodeId }
  /** No adapter of a computer answers, neither here nor to those that were asked. */
  | { readonly kind: 'down'; readonly node: NodeId }
  | { readonly kind: 'up'; readonly node: NodeId }
  /** A computer has started anew. */
  | { readonly kind: 'restarted'; readonly node: NodeId }
  /** One address of a computer, as seen from here. */
  | { readonly kind: 'reachable'; readonly node: NodeId; readonly adapter: Address }
  | { readonly kind: 'unreachable'; readonly node: NodeId; readonly adapter: Address }
  | { readonly kind: 'responsibilities'; readonly responsibilities: readonly Responsibility[] }
  /** Two computers have one name: `holder` had it first here, and is meant by it. */
  | {
      readonly kind: 'name-conflict';
      readonly name: string;
      readonly holder: NodeId;
      readonly other: NodeId;
    }
  /** This computer has left: nothing comes after it, and it may be forgotten. */
  /** Somebody at `from` writes under a key that is none of the cluster's; told now and then. */
  | { readonly kind: 'key-unknown'; readonly from: Endpoint }
  | { readonly kind: 'ended' };

export interface Reported {
  readonly kind: 'report';
  readonly report: Report;
}

/** A routing direction: what is for `destination` goes to `router` by the own address `adapter` (B10). */
export interface Direction {
  readonly destination: Subnet;
  readonly router: Address;
  readonly adapter: Address;
}

/**
 * The routing directions that are wanted now: all of them, instead of those before. Of several for one
 * destination, by different adapters, the first is the best.
 */
export interface Routes {
  readonly kind: 'routes';
  readonly directions: readonly Direction[];
}

export type Effect = Transmit | Wake | Deliver | Settled | Reported | Routes;
