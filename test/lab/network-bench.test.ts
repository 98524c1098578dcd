import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilers } from '../bench/native.ts';
import type { Programs } from '../bench/network/programs.ts';
import { programsOf, widenPath } from '../bench/network/programs.ts';
import type { Turn } from '../bench/network/rounds.ts';
import type { Session } from '../bench/network/session.ts';
import { session } from '../bench/network/session.ts';
import { compileTalk } from '../bench/network/talk.ts';
import { laboratory } from './network.ts';

const [compiler] = compilers();

const able = laboratory('the bench of the network') && compiler !== undefined;

/** Milliseconds: everybody takes a second or two for each workload. */
const PATIENCE = 60_000;

/** In its shortest form: what it is about is that everybody is measured, not how fast anybody is. */
describe.runIf(able)('the bench of the network', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onehost-talk-'));
  let programs: Programs;
  let done: Session;
  const turns: Turn[] = [];
  beforeAll(async () => {
    widenPath();
    const had = programsOf(compiler === undefined ? null : compileTalk(compiler, folder));
    // As on a machine without the kernel's tool: that is named, and the others are measured.
    programs = { ...had, has: (name) => name !== 'nft' && had.has(name) };
    const order = {
      contestants: ['kernel', 'node', 'onehost'],
      workloads: ['tcp1', 'rtt', 'udp'],
      ...{ rounds: 1, seconds: 1, warmUps: 0 },
    };
    done = await session(order, programs, (turn) => turns.push(turn));
  }, PATIENCE);
  afterAll(() => rmSync(folder, { recursive: true }));

  const subjects = (id: string): readonly string[] =>
    done.results.find(({ measure }) => measure.id === id)?.series.map((one) => one.subject) ?? [];

  it('measures whoever is there, by a figure above nothing', () => {
    expect(
      turns.flatMap(({ values }) => (values instanceof Error ? [values.message] : [])),
    ).toEqual([]);
    expect(subjects('p50')).toEqual(['Node.js, net', 'onehost']);
    expect(subjects('udp')).toEqual(['onehost']);
    for (const { measure, series } of done.results)
      for (const { samples } of series)
        // What a process used of a processor may be less than a tick.
        if (!measure.id.startsWith('own')) expect(samples[0]).toBeGreaterThan(0);
  });

  it('names what is missing, and goes on without', () => {
    expect(done.omitted).toContain('kernel: this machine has no nft');
    expect(subjects('tcp1')).toEqual(programs.has('iperf3') ? ['Node.js, net', 'onehost'] : []);
  });
});
