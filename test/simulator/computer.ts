// A simulated computer: a member, its clock, and what can be wrong with it.

import type { Adapter } from '../../core/cluster/adapter.ts';
import type { Event } from '../../core/cluster/event.ts';
import type { Identity, NodeId } from '../../core/cluster/identity.ts';
import type { Member } from '../../core/cluster/member.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';

/** Datagrams that wait for a computer that is busy: more are lost, as in a socket's buffer. */
export const SOCKET_BUFFER = 256;

export class Computer {
  readonly number: number;
  readonly id: NodeId;
  readonly identity: Identity;
  adapters: readonly Adapter[];
  keys: readonly ReadonlyBytes[];
  /** Its clock is so much ahead, ms: all computers' clocks differ. */
  readonly clockOffset: number;
  /** Null while it is switched off. */
  member: Member | null = null;
  /** How often it was started; whether it has left now, and whether it ever did. */
  life = 0;
  hasLeft = false;
  everLeft = false;
  /** What an event costs it, ms; how often it does not hear a datagram. */
  slowness = 0;
  deafness = 0;
  /** It does nothing before this time. */
  freeAt = 0;
  readonly mailbox: Event[] = [];
  waitingDatagrams = 0;
  /** The wake that counts. */
  wakeAt = Infinity;
  /** Since when it has been on and well; Infinity while it is not. */
  wellSince = Infinity;
  /** The same, but that it stood still does not count: afterwards it must not judge by what it missed. */
  soundSince = Infinity;
  /** Since when it has been off. */
  offSince = 0;
  /** Computers that it takes to be up. */
  readonly up = new Set<NodeId>();
  /** Bytes of IP datagrams that it sent. */
  sentBytes = 0;

  constructor(
    number: number,
    id: NodeId,
    identity: Identity,
    adapters: readonly Adapter[],
    keys: readonly ReadonlyBytes[],
    clockOffset: number,
  ) {
    this.number = number;
    this.id = id;
    this.identity = identity;
    this.adapters = adapters;
    this.keys = keys;
    this.clockOffset = clockOffset;
  }
}
