import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLIENT, CLUSTER, INTERNAL, laboratory, makeNetwork, NODES } from './network.ts';
import { converse, serve, serveNodes } from './servers.ts';

const able = laboratory("the gateway's own stack", 'curl', 'ping');
describe.runIf(able)("the gateway machine's own stack", () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    const local = { tun: 'oh-local' };
    gateway = await startGateway(network.gateway, configuration({ local }));
    network.gateway.ip('route add default dev oh-local\n');
    await Promise.all([serve(network.gateway, 8080), serve(network.client), serveNodes(network)]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  it('A6: a port that nobody else has is the gateway’s, by the cluster’s address', async () => {
    const answer = await network.client.run('curl', '-sS', `http://${CLUSTER}:8080/`);
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(answer.stdout).toMatch(`gateway ${CLIENT}:`);
    const large = await network.client.run(
      ...(['curl', '-sSo', '/dev/null', '-w', '%{size_download}'] as const),
      `http://${CLUSTER}:8080/bytes/300000`,
    );
    expect(large.stdout).toBe('300000');
  });

  it('A6: services stay with the nodes', async () => {
    const answer = await network.client.run('curl', '-sS', `http://${CLUSTER}/`);
    expect(answer.stdout).toMatch(/^(alpha|beta|gamma) /);
  });

  it('A10: nodes reach it by its internal address', async () => {
    const answer = await network.nodes.beta.run('curl', '-sS', `http://${INTERNAL}:8080/`);
    expect(answer.stdout).toMatch(`gateway ${NODES.beta}:`);
  });

  it('A11: connections that it opens come from the cluster’s address', async () => {
    const answer = await network.gateway.run('curl', '-sS', `http://${CLIENT}/`);
    expect(answer.stdout).toMatch(`client ${CLUSTER}:`);
    const talk = await converse(network.gateway, 'udp', CLIENT, 7, 5003);
    expect(await talk.say('hello')).toBe(`client ${CLUSTER}:5003`);
    talk.close();
    const { code } = await network.gateway.run('ping', '-n', '-c', '1', CLIENT);
    expect(code).toBe(0);
  });

  it('A6: a port that is closed there is refused by its own stack', async () => {
    const answer = await network.client.run('curl', '-sS', `http://${CLUSTER}:9000/`);
    expect(answer.code).toBe(7);
    expect(await gateway.counted('port-closed')).toBe(0);
  });

  it('A10: it reaches a node as it is', async () => {
    const answer = await network.gateway.run('curl', '-sS', `http://${NODES.alpha}/`);
    expect(answer.stdout).toMatch(`alpha ${INTERNAL}:`);
  });
});
