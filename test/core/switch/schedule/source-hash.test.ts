import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member } from '../../../../core/decision/schedule.ts';
import type { NodeIndex } from '../../../../core/decision/topology.ts';
import type { Question } from '../../../../core/switch/schedule/question.ts';
import { choose } from '../../../../core/switch/schedule/choose.ts';
import { planOf } from '../../../../core/switch/schedule/plan.ts';
import {
  KEY,
  countOf,
  members,
  membersOf,
  port,
  questionOf,
  totalWeight,
  word,
} from './questions.ts';

const planFor = (all: readonly Member[]) => planOf('source-hash', all, KEY);

const nodeFor = (all: readonly Member[], given: Partial<Question>): NodeIndex | undefined =>
  choose(planFor(all), questionOf(given))?.node;

const hosts = fc.array(word, { minLength: 1, maxLength: 50 });

describe('source hash', () => {
  it('A20: the host alone decides: its ports, the service and the cursor do not', () => {
    fc.assert(
      fc.property(members, word, port, port, word, (all, source, from, to, destination) => {
        const other = { source, sourcePort: from, destinationPort: to, destination, cursor: from };
        expect(nodeFor(all, other)).toBe(nodeFor(all, { source }));
      }),
    );
  });

  it('A20: when a node is lost, only its own hosts move, and on its return exactly they come back', () => {
    fc.assert(
      fc.property(members, fc.nat(), hosts, (all, pick, sources) => {
        const lost = all[pick % all.length]?.node;
        for (const source of sources) {
          const before = nodeFor(all, { source });
          const meanwhile = nodeFor(all, { source, takes: (node) => node !== lost });
          if (before === lost) expect(meanwhile).not.toBe(lost);
          else expect(meanwhile).toBe(before);
        }
      }),
    );
  });

  it('A20: a member that is taken out moves no hosts but its own', () => {
    fc.assert(
      fc.property(members, fc.nat(), hosts, (all, pick, sources) => {
        const lost = all[pick % all.length]?.node;
        const rest = all.filter(({ node }) => node !== lost);
        for (const source of sources) {
          const before = nodeFor(all, { source });
          if (before !== lost) expect(nodeFor(rest, { source })).toBe(before);
        }
      }),
    );
  });

  it('A20: neighbouring hosts are shared by weight, and those of a lost node too', () => {
    const all = membersOf(1, 2, 3, 4);
    const sources = Array.from({ length: 20_000 }, (_, at) => 0x0a000000 + at);
    const nodes = sources.map((source) => nodeFor(all, { source }) ?? -1);
    for (const { node, weight } of all)
      expect(
        Math.abs(countOf(nodes, node) / sources.length - weight / totalWeight(all)),
      ).toBeLessThan(0.01);

    const moved = sources
      .filter((_, at) => nodes[at] === 3)
      .map((source) => nodeFor(all, { source, takes: (node) => node !== 3 }) ?? -1);
    for (const { node, weight } of all.slice(0, 3))
      expect(Math.abs(countOf(moved, node) / moved.length - weight / 6)).toBeLessThan(0.03);
  });

  it('A20: under another key hosts go elsewhere', () => {
    const all = membersOf(1, 1);
    const sources = Array.from({ length: 64 }, (_, at) => at);
    const moved = sources.filter(
      (source) =>
        nodeFor(all, { source }) !== nodeFor(all, { source, hashKey: { low: 1, high: 1 } }),
    );
    expect(moved.length).toBeGreaterThan(10);
    expect(moved.length).toBeLessThan(54);
  });
});
