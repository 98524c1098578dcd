// The running gateway whose frames go by io_uring, and the pure core: the same frames, counters and tables.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRingGateway } from '../adapters/uring/ring-gateway.ts';
import { hasRing } from '../adapters/uring/has-ring.ts';
import type { Script } from '../arbitraries/conversations.ts';
import { fixedRun, scriptsOf } from './fixed-run.ts';
import { play } from './play.ts';
import type { MakeRunning } from './running.ts';
import type { Scenario } from './scenarios.ts';
import { SCENARIOS } from './scenarios.ts';

/** Of the slowest machine, milliseconds. */
const TIMEOUT = 120_000;

/** `share`: few slots go round often, and run out within a batch. */
const overRing =
  (share: number): MakeRunning =>
  (topology, clock, kernels) => {
    const maxFrame = Math.max(...topology.links.map((link) => link?.mtu ?? 0)) + 14;
    const own = makeRingGateway({ topology, clock, kernels, share, spares: 4, maxFrame });
    const devices = own.sockets.map((pair) =>
      pair === null
        ? null
        : {
            push: (frame: Uint8Array) => {
              pair.push(frame);
            },
            // What time brought about is not sent before the kernel is called.
            taken: () => {
              own.settle();
              return pair.taken();
            },
          },
    );
    return { gateway: own.gateway, devices, close: () => own.close() };
  };

/** Sockets tell an empty frame as their end; no device of the kernel gives one. */
const hasEmpty = ({ turns }: Script): boolean =>
  turns.some(
    (turn) =>
      turn.kind === 'batch' &&
      turn.items.some((item) => item.kind === 'noise' && item.arriving.frame.length === 0),
  );

const [FIRST] = SCENARIOS as readonly [Scenario];

describe.runIf(hasRing())('the gateway by io_uring', () => {
  it(
    'C2 C3 C6: is the pure core, in a run that is always the same',
    () => {
      const run = fixedRun().filter(({ script }) => !hasEmpty(script));
      expect(run.length).toBeGreaterThan(60);
      for (const { scenario, script } of run.slice(0, 60))
        play(scenario, script, undefined, undefined, overRing(64));
    },
    TIMEOUT,
  );

  it(
    'C3 C6: is the pure core with eight slots a link, which run out in the middle of batches',
    () => {
      fc.assert(
        fc.property(scriptsOf(FIRST), (script) => {
          fc.pre(!hasEmpty(script));
          play(FIRST, script, undefined, undefined, overRing(8));
        }),
        { numRuns: 20 },
      );
    },
    TIMEOUT,
  );
});
