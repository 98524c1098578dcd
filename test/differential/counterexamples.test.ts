// What once told a fault from the product (C6): kept, so that it always does.

import { describe, it } from 'vitest';
import { COUNTEREXAMPLES, replay } from './counterexamples.ts';

describe('shrunk counterexamples', () => {
  it.each(COUNTEREXAMPLES)('C6: in the product nothing differs: $name', (one) => {
    replay(one);
  });
});
