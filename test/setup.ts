// Runs before each test file. fast-check prints the seed of a failure; FC_SEED runs with it again.

import fc from 'fast-check';

const pinned = process.env['FC_SEED'];
if (pinned !== undefined) {
  const seed = Number(pinned);
  if (!Number.isInteger(seed)) throw new Error(`FC_SEED is "${pinned}": it must be an integer`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
