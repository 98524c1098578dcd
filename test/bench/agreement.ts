// The proof that contestants do the same work: from the same frames they leave the same bytes.

import type { Arena } from './arena.ts';
import type { Contestant } from './contestant.ts';

const WHAT = ['slots', 'lengths', 'egresses'];

/** Throws where one does not pass all frames on, or leaves anything else than the first did. */
export const proveAgreement = (contestants: readonly Contestant[], arena: Arena): void => {
  let expected: readonly Uint8Array[] | null = null;
  for (const { name, run } of contestants) {
    arena.restore();
    const passed = run().items;
    if (passed !== arena.frames.length)
      throw new Error(`${name} passed ${passed} of ${arena.frames.length} frames on`);
    const outcome = arena.outcome();
    expected ??= outcome;
    for (const [index, bytes] of outcome.entries())
      if (Buffer.compare(bytes, expected[index] ?? bytes) !== 0)
        throw new Error(`${name} leaves other ${WHAT[index] ?? 'bytes'} than the first contestant`);
  }
};
