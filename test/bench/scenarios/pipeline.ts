// Frames that the pipeline repeats: established connections, services that need no entry.

import type { Topology } from '../../../core/decision/topology.ts';
import { proveAgreement } from '../agreement.ts';
import { makeArena } from '../arena.ts';
import type { Manner } from '../contestant.ts';
import { javascript, native, wasm, wasmSingly } from '../contestant.ts';
import { race } from '../rounds.ts';
import type { Traffic } from '../traffic.ts';
import { established, fixedService, nfsCalls } from '../traffic.ts';
import { makeWorld } from '../world.ts';
import type { Scenario } from './scenario.ts';

interface Asked {
  readonly name: string;
  readonly flows: number;
  readonly traffic: (of: Topology, flows: number) => Traffic;
  readonly manner?: Manner;
  /** Whether those are asked too who take one frame after another. */
  readonly isSingly?: boolean;
  readonly notes?: readonly string[];
}

const scenario = ({ name, flows, traffic, manner, isSingly, notes = [] }: Asked): Scenario => ({
  name,
  run: (natives, rounds) => {
    const world = makeWorld(flows);
    const arena = makeArena(world, traffic(world.of, flows));
    const { inPasses, singly } = javascript(world, arena, manner);
    const contestants = [
      wasm(world, arena, manner),
      ...natives.map((reference) => native(reference, world, arena, manner)),
      inPasses,
      ...(isSingly ? [wasmSingly(world, arena), singly] : []),
    ];
    proveAgreement(contestants, arena);
    return {
      scenario: name,
      item: 'frame',
      figures: race(contestants, rounds, arena.restore),
      notes,
    };
  },
});

const SMALL = 64;
const LARGE = 1514;

const small = (of: Topology, flows: number): Traffic => established(of, flows, SMALL);
const flowsText = (flows: number): string => `${flows.toLocaleString('en-US')} flows`;

const COLD =
  'The frames of 64 batches lie outside the caches of the core: 26 MB, which somebody wrote before.';
const FRESH = 'Each batch is written into its slots right before, as a device does that reads.';

export const PIPELINE: readonly Scenario[] = [
  ...[10_000, 100_000, 1_000_000].map((flows) =>
    scenario({
      name: `established TCP, ${flowsText(flows)}`,
      flows,
      traffic: small,
      isSingly: true,
      notes: [COLD],
    }),
  ),
  ...[10_000, 1_000_000].map((flows) =>
    scenario({
      name: `established TCP, frames just read, ${flowsText(flows)}`,
      flows,
      traffic: small,
      manner: { isFresh: true },
      notes: [FRESH],
    }),
  ),
  scenario({
    name: 'UDP service of one node',
    flows: 10_000,
    traffic: (of, flows) => fixedService(of, flows, SMALL),
  }),
  scenario({ name: 'NFS calls by filehandle', flows: 10_000, traffic: nfsCalls }),
  scenario({
    name: '1514 bytes, verified, 10,000 flows',
    flows: 10_000,
    traffic: (of, flows) => established(of, flows, LARGE),
    manner: { isVerified: true },
    notes: [
      'Verified: the transport checksum over all bytes of each frame. The gateway does not do that for what it passes on.',
    ],
  }),
];
