import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { startGateway, ticksUsed } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, laboratory, makeNetwork } from './network.ts';
import { serveNodes } from './servers.ts';

/** How long it is looked at, and the most it may work meanwhile: a tenth of one processor. */
const LOOKED_AT = 3000;
const MOST_TICKS = 30;

describe.runIf(laboratory('an idle gateway', 'curl'))('an idle gateway', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    [gateway] = await Promise.all([startGateway(network.gateway), serveNodes(network)]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  it('leaves the processor to others', async () => {
    expect((await network.client.run('curl', '-sS', `http://${CLUSTER}/`)).code).toBe(0);
    const before = ticksUsed(gateway);
    await setTimeout(LOOKED_AT);
    expect(ticksUsed(gateway) - before).toBeLessThan(MOST_TICKS);
    // It was not just dead.
    expect((await network.client.run('curl', '-sS', `http://${CLUSTER}/`)).code).toBe(0);
  });
});
