// What strangers, eavesdroppers and stolen computers can do: be counted (B11; issue of forged and repeated datagrams).

import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { primitives } from '../../../adapters/member/primitives.ts';
import type { Transmit } from '../../../core/cluster/effect.ts';
import { hexOf, nodeIdOf } from '../../../core/cluster/identity.ts';
import { author } from '../../../core/cluster/table/entry.ts';
import { learnEntry } from '../../../core/cluster/table/learn.ts';
import { takeEntry } from '../../../core/cluster/table/exchange.ts';
import { closeTurn, openTurn } from '../../../core/cluster/turn.ts';
import { ipv4 } from '../../../core/wire/address.ts';
import {
  ALPHA,
  BETA,
  GAMMA,
  PORT,
  Station,
  adapterAt,
  bytesOf,
  exchange,
  identityOf,
  met,
} from './computers.ts';

const SEEDS = [{ address: ipv4(ALPHA), port: PORT }];
const newAlpha = (more = {}): Station =>
  new Station({ identity: identityOf('alpha', 1), adapters: [adapterAt(ALPHA)], ...more });
const newBeta = (more = {}): Station =>
  new Station({
    identity: identityOf('beta', 2),
    adapters: [adapterAt(BETA)],
    seeds: SEEDS,
    ...more,
  });

const first = (list: readonly Transmit[]): Transmit => {
  const [one] = list;
  if (one === undefined) throw new Error('nothing was sent');
  return one;
};

const damaged = (datagram: Transmit, at: number): Transmit => {
  const bytes = Uint8Array.from(datagram.bytes);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return { ...datagram, bytes };
};

/** All that a member knows but its counters and what it drew. */
const knowledge = ({ member }: Station): unknown => ({
  peers: [...member.peers.values()].map(({ paths, sessions, ...rest }) => ({
    ...rest,
    paths: paths.length,
    sessions: sessions.map(({ index, sent, window }) => ({ index, sent, window })),
  })),
  attempts: member.attempts.size,
  accepted: member.accepted.length,
  digest: member.table.digestText,
});

describe('an association', () => {
  it('B7, B11: two meet with Node’s own cryptography, and no counter moves', () => {
    const { alpha, beta } = met();
    expect(alpha.member.table.digestText).toBe(beta.member.table.digestText);
    expect(alpha.member.table.entries.size).toBe(2);
    expect([alpha.member.counters, beta.member.counters]).toEqual([{}, {}]);
  });

  it('B11: nothing is kept of a hello, and no answer is longer than its question', () => {
    const alpha = newAlpha();
    const before = knowledge(alpha);
    const hello = first(newBeta().sent());
    alpha.hear(hello);
    const challenge = first(alpha.sent());
    expect(challenge.bytes.length).toBeLessThanOrEqual(hello.bytes.length);
    expect(knowledge(alpha)).toEqual(before);
  });

  it('B11: who knows no cluster key gets no answer, and changes nothing', () => {
    const alpha = newAlpha();
    const before = knowledge(alpha);
    alpha.hear(first(newBeta({ keys: [bytesOf(8)] }).sent()));
    expect(alpha.member.counters).toEqual({ 'key-unknown': 1 });
    const hello = first(newBeta().sent());
    for (const at of [10, 50, 100]) alpha.hear(damaged(hello, at));
    expect(alpha.member.counters).toEqual({ 'key-unknown': 1, 'handshake-forged': 3 });
    expect(alpha.sent()).toEqual([]);
    expect(knowledge(alpha)).toEqual(before);
  });

  it('B11: that somebody has another key is told, at most once a minute', () => {
    const alpha = newAlpha();
    const hello = first(newBeta({ keys: [bytesOf(8)] }).sent());
    const told: number[] = [];
    for (const now of [0, 1, 59_999, 60_000, 60_001]) {
      alpha.now = now;
      alpha.hear(hello);
      for (const effect of alpha.effects.splice(0))
        if (effect.kind === 'report' && effect.report.kind === 'key-unknown') {
          expect(effect.report.from).toEqual({ address: ipv4(BETA), port: PORT });
          told.push(now);
        }
    }
    expect(told).toEqual([0, 60_000]);
    expect(alpha.member.counters).toEqual({ 'key-unknown': 5 });
  });

  it('B11: an open has to come from where its cookie went to, and soon', () => {
    const [alpha, beta] = [newAlpha(), newBeta()];
    alpha.hear(first(beta.sent()));
    beta.hear(first(alpha.sent()));
    const open = first(beta.sent());
    alpha.hear({ ...open, adapter: ipv4(BETA + 1) });
    expect(alpha.member.counters).toEqual({ 'cookie-forged': 1 });
    alpha.now = 6000;
    alpha.hear(open);
    expect(alpha.member.counters).toEqual({ 'cookie-forged': 1, 'cookie-stale': 1 });
    expect(alpha.member.peers.size).toBe(0);
  });

  it('B11: an open that comes again gets the same association’s answer, and makes no other', () => {
    const [alpha, beta] = [newAlpha(), newBeta()];
    alpha.hear(first(beta.sent()));
    beta.hear(first(alpha.sent()));
    const open = first(beta.sent());
    for (const now of [0, 0, 99, 100, 100, 199, 250]) {
      alpha.now = now;
      alpha.hear(open);
    }
    const [peer] = alpha.member.peers.values();
    expect(peer?.sessions.length).toBe(1);
    // Each answer is signed: once in 100 ms, however often it is asked for.
    expect(peer?.sessions[0]?.sent).toBe(3);
    expect(alpha.member.counters).toEqual({ 'answers-limited': 4 });
    expect(peer?.standing).toBe('untested');
    for (const answer of alpha.sent()) expect(answer.bytes.length).toBeLessThan(open.bytes.length);
  });

  it('B11: a start anew with the old datagrams at hand is not the old life', () => {
    const [alpha, beta] = [newAlpha(), newBeta()];
    const heard = exchange(alpha, beta);
    const again = newAlpha({ random: bytesOf(77) });
    again.sent();
    for (const datagram of heard) if (datagram.to.address === ipv4(ALPHA)) again.hear(datagram);
    expect(again.member.peers.size).toBe(0);
    expect(Object.keys(again.member.counters).sort()).toEqual([
      'association-unknown',
      'cookie-forged',
    ]);
  });

  it('B11: answers to strangers are limited', () => {
    const alpha = newAlpha();
    const hello = first(newBeta().sent());
    for (let times = 0; times < 600; times += 1) alpha.hear(hello);
    expect(alpha.sent().length).toBe(512);
    expect(alpha.member.counters).toEqual({ 'answers-limited': 88 });
  });

  it('B11: datagrams of unknown associations take no answer from a handshake', () => {
    const [alpha, beta] = [newAlpha(), newBeta()];
    const garbage = Uint8Array.from([1, 4, ...bytesOf(5, 60)]);
    const from = { address: ipv4(GAMMA), port: PORT };
    const flood = (times: number): void => {
      for (let time = 0; time < times; time += 1)
        alpha.take({ kind: 'datagram', adapter: ipv4(ALPHA), from, bytes: garbage });
      alpha.sent();
    };
    flood(513);
    expect(alpha.member.counters).toEqual({ 'association-unknown': 513, 'answers-limited': 1 });
    alpha.hear(first(beta.sent()));
    beta.hear(first(alpha.sent()));
    const hello = first(newBeta({ random: bytesOf(33) }).sent());
    for (let times = 0; times < 512; times += 1) alpha.hear(hello);
    alpha.sent();
    expect(alpha.member.counters['answers-limited']).toBe(2);
    // Its cookie has shown that it was answered: nothing is left to answer hellos, and it is let in.
    alpha.hear(first(beta.sent()));
    beta.hear(first(alpha.sent()));
    expect(beta.member.peers.get(alpha.member.self.id)?.sessions.length).toBe(1);
  });

  it('B11: during a rotation members of either key meet, and afterwards only those of the new one', () => {
    const [older, newer] = [bytesOf(9), bytesOf(10)];
    const alpha = newAlpha({ keys: [older, newer] });
    const beta = newBeta({ keys: [newer] });
    exchange(alpha, beta);
    expect(alpha.member.peers.size).toBe(1);
    alpha.take({ kind: 'rotate-keys', keys: [older] });
    for (let now = 100; now <= 300; now += 100) {
      alpha.wake(now);
      beta.wake(now);
      exchange(alpha, beta);
    }
    const [peer] = alpha.member.peers.values();
    expect(peer?.sessions).toEqual([]);
  });

  it('B11: where keys are pinned to names, nobody else is let in', () => {
    const pinned = new Map([['gamma', nodeIdOf(primitives, identityOf('gamma', 3).publicKey)]]);
    const alpha = newAlpha({ pinned });
    exchange(alpha, newBeta());
    expect(alpha.member.counters).toEqual({ 'identity-unpinned': 1 });
    expect(alpha.member.peers.size).toBe(0);
  });
});

describe('a datagram of an association', () => {
  it('B5: is taken once: what comes again, or is damaged, is counted and changes nothing', () => {
    const { alpha, beta } = met();
    const reference = 1;
    const message = bytesOf(7, 100);
    beta.take({
      ...{ kind: 'send', to: alpha.member.self.id, reference, message, serviceClass: 'standard' },
    });
    const data = first(beta.sent());
    for (const at of [6, 20, data.bytes.length - 1]) alpha.hear(damaged(data, at));
    expect(alpha.member.counters).toEqual({ 'seal-broken': 3 });
    alpha.hear(data);
    const before = knowledge(alpha);
    alpha.hear(data);
    expect(alpha.member.counters).toEqual({ 'seal-broken': 3, replayed: 1 });
    expect(knowledge(alpha)).toEqual(before);
    const delivered = alpha.effects.filter(({ kind }) => kind === 'deliver');
    expect(delivered.length).toBe(1);
  });

  it('B11: an unknown version, an unknown kind and a stump are counted by name', () => {
    const { alpha } = met();
    const from = { address: ipv4(BETA), port: PORT };
    const adapter = ipv4(ALPHA);
    for (const bytes of [[2, 4], [1, 99, 0, 0, 0, 0, 0, 0, 0, 0], [1], [1, 1, 0]])
      alpha.take({ kind: 'datagram', adapter, from, bytes: Uint8Array.from(bytes) });
    expect(alpha.member.counters).toEqual({
      'version-unknown': 1,
      'kind-unknown': 1,
      truncated: 2,
    });
  });

  it('B11: an association that nobody knows gets an answer that is shorter, and worth one handshake', () => {
    const { alpha, beta } = met();
    const again = newAlpha({ random: bytesOf(78) });
    again.sent();
    beta.wake(1200);
    const ping = first(beta.sent());
    again.hear(ping);
    const unknown = first(again.sent());
    expect(unknown.bytes.length).toBeLessThan(ping.bytes.length);
    const sessions = [...beta.member.peers.values()][0]?.sessions.length;
    for (let times = 0; times < 5; times += 1) beta.hear(unknown);
    expect(beta.sent().length).toBe(1);
    expect([...beta.member.peers.values()][0]?.sessions.length).toBe(sessions);
    expect(alpha.member.counters).toEqual({});
  });

  it('B11: what another member answers for an index that a stranger saw is worth no handshake', () => {
    const { beta } = met();
    const seen = first(beta.sentAt(1200));
    const gamma = new Station({ identity: identityOf('gamma', 3), adapters: [adapterAt(GAMMA)] });
    gamma.sent();
    gamma.hear({ ...seen, to: { address: ipv4(GAMMA), port: PORT } });
    const answer = first(gamma.sent());
    for (const adapter of [ipv4(GAMMA), ipv4(ALPHA)]) beta.hear({ ...answer, adapter });
    expect(beta.sent()).toEqual([]);
    expect(beta.member.attempts.size).toBe(0);
    expect(beta.member.counters).toEqual({ 'handshake-forged': 2 });
  });

  it('B11: an answer counts for what was sent lately, and for one handshake in half a second', () => {
    const { beta } = met();
    const again = newAlpha({ random: bytesOf(78) });
    again.sent();
    const seen = first(beta.sentAt(1200));
    const ahead = Uint8Array.from(seen.bytes);
    ahead[8] = 1;
    again.hear({ ...seen, bytes: ahead });
    for (const answer of again.sent()) beta.hear(answer);
    expect(beta.sent()).toEqual([]);
    expect(beta.member.counters).toEqual({ replayed: 1 });
    again.hear(seen);
    const unknown = first(again.sent());
    const begun = new Set<number>();
    for (let now = 1200; now < 1700; now += 10) {
      beta.now = now;
      beta.hear(unknown);
      for (const index of beta.member.attempts.keys()) begun.add(index);
      // Whatever becomes of it: another one is not begun yet.
      beta.member = { ...beta.member, attempts: new Map() };
    }
    expect(begun.size).toBe(1);
    beta.now = 1700;
    beta.hear(unknown);
    expect(beta.member.attempts.size).toBe(1);
  });
});

describe('entries', () => {
  const statement = { name: 'beta', version: 99, left: true, gateway: false, adapters: [] };

  it('B1: one stolen computer cannot speak for another', () => {
    const { alpha, beta } = met();
    const thief = identityOf('beta', 3);
    const forged = author(
      primitives,
      { ...thief, publicKey: identityOf('beta', 2).publicKey },
      statement,
    );
    if (E.isLeft(forged)) throw new Error(forged.left);
    const turn = openTurn(alpha.member, 2000);
    takeEntry(turn, forged.right.bytes);
    const after = closeTurn(turn);
    expect(after.counters).toEqual({ 'entry-forged': 1 });
    expect(after.table.digestText).toBe(beta.member.table.digestText);
  });

  it('B1: an entry that is damaged anywhere is refused', () => {
    const { alpha, beta } = met();
    const { bytes } = beta.member.own;
    const reasons = new Set<string>();
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes as Uint8Array);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      const turn = openTurn(alpha.member, 2000);
      takeEntry(turn, changed);
      expect(closeTurn(turn).table.digestText).toBe(alpha.member.table.digestText);
      for (const reason of Object.keys(closeTurn(turn).counters)) reasons.add(reason);
    }
    expect([...reasons].sort()).toEqual(['entry-forged', 'entry-unsound']);
  });

  it('B7: a name that two computers have stays with the first, and is reported', () => {
    const { alpha, beta } = met();
    const other = author(primitives, identityOf('beta', 5), { ...statement, left: false });
    if (E.isLeft(other)) throw new Error(other.left);
    const turn = openTurn(alpha.member, 2000);
    learnEntry(turn, other.right);
    const conflict = { name: 'beta', holder: beta.member.self.id, other: other.right.id };
    expect(turn.effects).toContainEqual({
      kind: 'report',
      report: { kind: 'name-conflict', ...conflict },
    });
    expect(closeTurn(turn).names.get('beta')).toBe(beta.member.self.id);
  });

  it('B7: what a computer said before it started anew does not come back: it goes above it', () => {
    const { alpha, beta } = met();
    for (let change = 0; change < 3; change += 1)
      beta.take({ kind: 'adapters', adapters: [adapterAt(BETA, { mtu: 1400 + change })] });
    exchange(alpha, beta);
    alpha.wake(1100);
    beta.wake(1100);
    exchange(alpha, beta);
    expect(alpha.member.table.entries.get(beta.member.self.id)?.version).toBe(4);
    const again = newBeta({ random: bytesOf(55) });
    again.now = 0;
    exchange(alpha, again);
    for (let now = 1200; now <= 2000; now += 100) {
      alpha.wake(now);
      again.wake(now);
      exchange(alpha, again);
    }
    expect(again.member.own.version).toBeGreaterThan(4);
    expect(alpha.member.table.digestText).toBe(again.member.table.digestText);
    expect(hexOf(alpha.member.table.digest)).toBe(alpha.member.table.digestText);
    const entry = alpha.member.table.entries.get(again.member.self.id);
    expect(entry?.adapters[0]?.mtu).toBe(1500);
  });
});
