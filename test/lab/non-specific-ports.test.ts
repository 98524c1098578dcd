import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { ONEHOST, configuration, startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, laboratory, makeNetwork, NODE_NAMES } from './network.ts';
import { until } from './until.ts';

/** Listens on whatever port the kernel chooses, and says which; answers with the host's name. */
const ANY_PORT = `
const server = require('node:http').createServer((request, response) => response.end(process.argv[1]));
server.listen(0, '0.0.0.0', () => console.log(server.address().port));
`;

const able = laboratory('non-specific ports', 'curl');

for (const algorithm of ['modulo', 'ranges'])
  describe.runIf(able)(`non-specific ports by ${algorithm}`, () => {
    let network: Network;
    let gateway: Running;
    beforeAll(async () => {
      network = makeNetwork();
      const nonSpecificPorts = { from: 32768, to: 60999, algorithm };
      gateway = await startGateway(network.gateway, configuration({ nonSpecificPorts }));
    });
    afterAll(async () => {
      await gateway.dispose();
      network.dispose();
    });

    for (const name of NODE_NAMES)
      it(`A5: a port that ${name} chose leads to ${name}`, async () => {
        const node = network.nodes[name];
        const argv = ['node-setup', '-c', gateway.file, '--node', name, '--apply'];
        const setUp = await node.run(process.execPath, ONEHOST, ...argv);
        expect(setUp).toMatchObject({ code: 0, stderr: '' });
        for (let server = 0; server < 2; server++) {
          const child = node.start(process.execPath, '-e', ANY_PORT, name);
          let said = '';
          child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
          const port = await until('its port', () => said.includes('\n') && said.trim());
          const answer = await network.client.run('curl', '-sS', `http://${CLUSTER}:${port}/`);
          expect(answer).toMatchObject({ code: 0, stdout: name });
        }
      });
  });
