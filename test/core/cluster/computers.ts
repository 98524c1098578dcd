// Members for tests of one thing: two of them, with Node's own cryptography and hands on every datagram.

import { primitives, signingKey } from '../../../adapters/member/primitives.ts';
import type { Adapter } from '../../../core/cluster/adapter.ts';
import type { Effect, Transmit } from '../../../core/cluster/effect.ts';
import type { Event } from '../../../core/cluster/event.ts';
import type { Identity } from '../../../core/cluster/identity.ts';
import type { Member } from '../../../core/cluster/member.ts';
import { start, step } from '../../../core/cluster/member.ts';
import type { Beginning } from '../../../core/cluster/settings.ts';
import { DEFAULT_SETTINGS } from '../../../core/cluster/settings.ts';
import { ipv4 } from '../../../core/wire/address.ts';

export const PORT = 7400;

export const bytesOf = (value: number, length = 32): Uint8Array =>
  new Uint8Array(length).fill(value);

export const identityOf = (name: string, value: number): Identity => {
  const privateKey = bytesOf(value);
  return { name, privateKey, publicKey: signingKey(privateKey) };
};

export const adapterAt = (address: number, more: Partial<Adapter> = {}): Adapter => ({
  ...{ address: ipv4(address), port: PORT, prefixLength: 24, type: 'ethernet' },
  ...{ mtu: 1500, serviceClass: 'control', routers: [] },
  ...more,
});

/** A member and what it asked for that was not looked at yet. */
export class Station {
  member: Member;
  effects: Effect[] = [];
  now: number;

  constructor(beginning: Partial<Beginning> & Pick<Beginning, 'identity' | 'adapters'>, now = 0) {
    const [member, effects] = start(
      {
        ...{ settings: DEFAULT_SETTINGS, pinned: null, keys: [bytesOf(9)], gateway: true },
        ...{ seeds: [], random: bytesOf(beginning.identity.privateKey[0] ?? 0), primitives },
        ...beginning,
      },
      now,
    );
    this.member = member;
    this.now = now;
    this.effects.push(...effects);
  }

  take(event: Event): void {
    const [member, effects] = step(this.member, event, this.now);
    this.member = member;
    this.effects.push(...effects);
  }

  wake(now: number): void {
    this.now = now;
    this.take({ kind: 'wake' });
  }

  /** The datagrams asked for since the last time; other effects stay. */
  sent(): readonly Transmit[] {
    const sent = this.effects.filter((effect) => effect.kind === 'datagram');
    this.effects = this.effects.filter(({ kind }) => kind !== 'datagram');
    return sent;
  }

  /** The datagrams asked for when it is that late. */
  sentAt(now: number): readonly Transmit[] {
    this.wake(now);
    return this.sent();
  }

  hear({ adapter, to, bytes }: Transmit): void {
    const from = { address: adapter, port: PORT };
    this.take({ kind: 'datagram', adapter: to.address, from, bytes });
  }
}

/** Hands datagrams over until nobody has one, or `most` times; all that went over, in order. */
export const exchange = (one: Station, other: Station, most = 20): readonly Transmit[] => {
  const all: Transmit[] = [];
  for (let round = 0; round < most; round += 1) {
    const [from, to] = [one.sent(), other.sent()];
    if (from.length + to.length === 0) break;
    for (const datagram of from) other.hear(datagram);
    for (const datagram of to) one.hear(datagram);
    all.push(...from, ...to);
  }
  return all;
};

export const ALPHA = 0x0a000001;
export const BETA = 0x0a000002;
export const GAMMA = 0x0a000003;

/** Two that have met. */
export const met = (): { readonly alpha: Station; readonly beta: Station } => {
  const alpha = new Station({ identity: identityOf('alpha', 1), adapters: [adapterAt(ALPHA)] });
  const beta = new Station({
    identity: identityOf('beta', 2),
    adapters: [adapterAt(BETA)],
    seeds: [{ address: ipv4(ALPHA), port: PORT }],
  });
  exchange(alpha, beta);
  for (let now = 100; now <= 1000; now += 100) {
    alpha.wake(now);
    beta.wake(now);
    exchange(alpha, beta);
  }
  return { alpha, beta };
};
