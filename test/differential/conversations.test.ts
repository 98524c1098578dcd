// Conversations through the running gateway and through the pure core (C6): the same frames, counters and
// tables, whatever is said, however it comes together in batches, and whatever changes meanwhile.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playEdges } from './checksum-edges.ts';
import { playEpochs } from './epoch-round.ts';
import { fixedRun, scriptsOf } from './fixed-run.ts';
import { play } from './play.ts';
import type { Roads } from './roads.ts';
import { BEHIND } from './roads.ts';
import type { Scenario } from './scenarios.ts';
import { SCENARIOS } from './scenarios.ts';

/** Of the slowest machine, milliseconds. */
const TIMEOUT = 120_000;
const [FIRST] = SCENARIOS as readonly [Scenario];

/** Roads that were not taken so often. */
const short = (roads: Roads, least: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(least).flatMap(([road, times]) =>
    (roads.get(road) ?? 0) < times ? [`${road}: ${roads.get(road) ?? 0} times, not ${times}`] : [],
  );

describe('conversations', () => {
  it.each(SCENARIOS)(
    'C2 C6: the running gateway is the pure core: $name',
    (scenario) => {
      fc.assert(
        fc.property(scriptsOf(scenario), (script) => {
          play(scenario, script);
        }),
        { numRuns: 40 },
      );
    },
    TIMEOUT,
  );

  it('A9 C2: checksums that come to either zero', () => {
    const roads: Roads = new Map();
    for (const scenario of SCENARIOS) playEdges(scenario, roads);
    const least = {
      'TCP opened by the host, from the host': 50,
      'TCP opened by the host, from the node': 50,
      'UDP opened by the host, from the host': 50,
      'UDP opened by the host, from the node': 50,
      'service of one node': 50,
      'answer without an entry': 50,
    };
    expect(short(roads, least)).toEqual([]);
  });

  it(
    'C2: an epoch whose number comes round brings nothing back',
    () => {
      playEpochs(FIRST);
    },
    TIMEOUT,
  );
});

/** Ends of connections: who opened them, and who sends. */
const ENDS = [
  'opened by the host, from the host',
  'opened by the host, from the node',
  'opened by the node, from the host',
  'opened by the node, from the node',
];

describe('the fixed run', () => {
  it(
    'C6: takes each road of the pipeline, often',
    () => {
      const roads: Roads = new Map();
      for (const { scenario, script } of fixedRun()) play(scenario, script, roads);
      // About half of what it was when this was written.
      const least = {
        ...Object.fromEntries(ENDS.map((ends) => [`UDP ${ends}`, 1000])),
        ...Object.fromEntries(ENDS.map((ends) => [`UDP as it is, ${ends}`, 80])),
        ...Object.fromEntries(ENDS.slice(0, 2).map((ends) => [`UDP of management, ${ends}`, 500])),
        ...Object.fromEntries(ENDS.map((ends) => [`TCP ${ends}`, 40])),
        ...Object.fromEntries(ENDS.map((ends) => [`TCP as it is, ${ends}`, 10])),
        ...Object.fromEntries(ENDS.slice(0, 2).map((ends) => [`TCP of management, ${ends}`, 70])),
        'service of one node': 400,
        'service of one node as it is': 150,
        'NFS by filehandle': 60,
        'NFS by filehandle as it is': 60,
        'non-specific by modulo': 300,
        'non-specific by modulo as it is': 200,
        'non-specific by ranges': 400,
        'non-specific by ranges as it is': 10,
        'answer without an entry': 1500,
        [BEHIND]: 10_000,
      };
      expect(short(roads, least)).toEqual([]);
      expect([...roads.keys()].sort()).toEqual(Object.keys(least).sort());
    },
    TIMEOUT,
  );
});
