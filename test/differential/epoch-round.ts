// Hops that were learned under an epoch, when its number comes round: by then others have their numbers.

import type { Kernels } from '../../adapters/gateway/kernels.ts';
import { setService } from '../../core/switch/administration.ts';
import { CAMPUS, UDP } from '../core/switch/laboratory.ts';
import { SIDES, makeDialogue, say, talk } from './dialogue.ts';
import type { Scenario } from './scenarios.ts';

/** Numbers of 16 bits, without 0. */
const EPOCHS = 0xffff;
/** One that is entered, with a node; and one with another node. */
const TALKS = [talk(UDP, 7), talk(UDP, 53)];

/** Throws where the two differ. */
export const playEpochs = (scenario: Scenario, kernels?: Kernels): void => {
  const { both, deliver } = makeDialogue(scenario, TALKS, undefined, kernels);
  const { gateway } = both;
  for (let turn = 0; turn < 3; turn++)
    for (const [side, link] of SIDES) deliver(side, link, [say(0)]);
  const [service] = gateway.tables.topology.services.values();
  if (service === undefined) throw new Error(`${scenario.name} has no services`);
  // The entry that it has: so the pure core is up to date, though nobody tells it.
  for (let epoch = 0; epoch < EPOCHS; epoch++) gateway.change(setService(gateway.tables, service));
  deliver('hosts', CAMPUS, [say(1)]);
  deliver('hosts', CAMPUS, [say(0)]);
};
