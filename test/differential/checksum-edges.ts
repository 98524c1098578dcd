// Transport checksums at the edges of ones' complement arithmetic, where it has two zeros, in packets that the
// pipeline passes on. Whether a checksum was right is nobody's business there, so that it may be any.

import type { Kernels } from '../../adapters/gateway/kernels.ts';
import type { Output } from '../../core/simulate/simulate.ts';
import { u16 } from '../../core/wire/bytes.ts';
import { TCP, UDP } from '../core/switch/laboratory.ts';
import { SIDES, becomeAcquainted, makeDialogue, say, talk } from './dialogue.ts';
import type { Roads } from './roads.ts';
import type { Scenario } from './scenarios.ts';

/** Entries of TCP and UDP, and a service of one node; ports that stay, and ports that change. */
const TALKS = [talk(TCP, 80), talk(TCP, 81), talk(UDP, 7), talk(UDP, 53), talk(UDP, 123)];

const ONES = 0xffff;
/** Small steps, as one byte order has them and as the other. */
const STEPS = [-3, -2, -1, 0, 1, 2, 3].flatMap((step) => [step, 256 * step]);

/** The transport checksum of a frame. */
const checksumOf = ({ frame }: Output): number => u16(frame, frame[23] === TCP ? 50 : 40);

/** Throws where the two differ. */
export const playEdges = (scenario: Scenario, roads?: Roads, kernels?: Kernels): void => {
  const dialogue = makeDialogue(scenario, TALKS, roads, kernels);
  becomeAcquainted(dialogue);
  for (const who of TALKS.keys())
    for (const [side, link] of SIDES) {
      const results = (checksums: readonly number[]): readonly number[] => {
        const items = checksums.map((transportChecksum) => say(who, { transportChecksum }));
        return dialogue.deliver(side, link, items).map(checksumOf);
      };
      const [highest = 0] = results([ONES]);
      // A checksum that is lower by what the highest comes to comes to 0.
      const beside = STEPS.map((step) => (2 * ONES - highest + step) % ONES);
      results([0, 1, 2, 0xfffd, 0xfffe, ONES, ...beside]);
    }
};
