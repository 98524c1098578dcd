// Whose word counts for a computer that does not answer here: only that of who was asked, and not for ever (B3).

import { describe, expect, it } from 'vitest';
import type { Report } from '../../../core/cluster/effect.ts';
import type { NodeId } from '../../../core/cluster/identity.ts';
import { emptyOutbox, post } from '../../../core/cluster/outbox.ts';
import { closeTurn, openTurn } from '../../../core/cluster/turn.ts';
import { ipv4 } from '../../../core/wire/address.ts';
import { ALPHA, BETA, GAMMA, PORT, Station, adapterAt, identityOf } from './computers.ts';

const SEEDS = [{ address: ipv4(ALPHA), port: PORT }];

/** Three that have met: `off` computers hear nothing, and are not woken. */
class Trio {
  readonly alpha = new Station({ identity: identityOf('alpha', 1), adapters: [adapterAt(ALPHA)] });
  readonly beta = this.joining('beta', 2, BETA);
  readonly gamma = this.joining('gamma', 3, GAMMA);
  readonly off = new Set<Station>();
  now = 0;

  private joining(name: string, key: number, address: number): Station {
    const beginning = { identity: identityOf(name, key), adapters: [adapterAt(address)] };
    return new Station({ ...beginning, seeds: SEEDS });
  }

  private on(): readonly (readonly [number, Station])[] {
    const all = [
      [ALPHA, this.alpha],
      [BETA, this.beta],
      [GAMMA, this.gamma],
    ] as const;
    return all.filter(([, station]) => !this.off.has(station));
  }

  exchange(): void {
    for (let round = 0; round < 20; round += 1) {
      const sent = this.on().flatMap(([, station]) => station.sent());
      for (const datagram of sent)
        for (const [address, station] of this.on())
          if (datagram.to.address === ipv4(address)) station.hear(datagram);
    }
  }

  runUntil(end: number, each: () => void = () => undefined): void {
    for (; this.now <= end; this.now += 50) {
      for (const [, station] of this.on()) station.wake(this.now);
      each();
      this.exchange();
    }
  }
}

const says = (station: Station, to: NodeId, id: NodeId): void => {
  const turn = openTurn(station.member, station.now);
  post(turn, to, { kind: 'heard', id });
  emptyOutbox(turn);
  station.effects.push(...turn.effects);
  station.member = closeTurn(turn);
};

const downs = ({ effects }: Station): readonly NodeId[] =>
  effects.flatMap((effect) => {
    const report: Report | null = effect.kind === 'report' ? effect.report : null;
    return report?.kind === 'down' ? [report.node] : [];
  });

describe('the word of another computer', () => {
  it('B3: counts when it was asked for', () => {
    const trio = new Trio();
    trio.runUntil(2000);
    const { alpha, beta, gamma } = trio;
    const [own, other] = [alpha.member.self.id, beta.member.self.id];
    says(gamma, own, other);
    trio.exchange();
    expect(alpha.member.peers.get(other)?.standing).toBe('up');
    expect(alpha.member.peers.get(other)?.vouchedAt).toBe(null);
    trio.off.add(beta);
    trio.runUntil(4000, () => says(gamma, own, other));
    expect(downs(alpha)).toEqual([]);
    expect(alpha.member.peers.get(other)?.vouchedAt).toBeGreaterThan(2000);
  });

  it('B3: one liar does not keep a computer up that is down', () => {
    const trio = new Trio();
    trio.runUntil(2000);
    const { alpha, beta, gamma } = trio;
    const [own, other] = [alpha.member.self.id, beta.member.self.id];
    trio.off.add(beta);
    trio.runUntil(12_000, () => says(gamma, own, other));
    expect(downs(alpha)).toEqual([other]);
    expect(alpha.member.peers.get(other)?.standing).toBe('down');
    trio.off.delete(beta);
    trio.runUntil(14_000);
    expect(alpha.member.peers.get(other)?.standing).toBe('up');
  });
});
