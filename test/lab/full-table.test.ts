import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, laboratory, makeNetwork } from './network.ts';
import { converse, serveNodes } from './servers.ts';

/** Entries that the cluster connection table may have. */
const CONNECTIONS = 2;

describe.runIf(laboratory('a full table', 'curl'))(
  'a cluster connection table that is full',
  () => {
    let network: Network;
    let gateway: Running;
    beforeAll(async () => {
      network = makeNetwork();
      const limits = { connections: CONNECTIONS };
      [gateway] = await Promise.all([
        startGateway(network.gateway, configuration({ limits })),
        serveNodes(network),
      ]);
    });
    afterAll(async () => {
      network.dispose();
      await gateway.dispose();
    });

    it('D5: takes nobody new, counts them, and keeps what is established', async () => {
      const talks = [];
      for (let entry = 0; entry < CONNECTIONS; entry++)
        talks.push(await converse(network.client, 'tcp', CLUSTER, 7));
      const argv = ['-sS', '--connect-timeout', '0.5', `http://${CLUSTER}/`];
      expect((await network.client.run('curl', ...argv)).code).toBe(28);
      expect(await gateway.counted('connection-table-full')).toBeGreaterThan(0);
      expect(await gateway.show('connections')).toHaveLength(CONNECTIONS);
      for (const talk of talks) {
        expect(await talk.say('still there')).toMatch(/^(alpha|beta|gamma) /);
        talk.close();
      }
    });
  },
);
