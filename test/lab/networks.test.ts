// Several networks and several gateways of one cluster (A13), with real hosts on each network.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, ONEHOST, startGateway } from './gateway.ts';
import type { Host } from './host.ts';
import { makeHost } from './host.ts';
import type { Network } from './network.ts';
import { CLIENT, CLUSTER, laboratory, makeNetwork, NODE_NAMES, ROUTER } from './network.ts';
import { converse, serve, serveNodes } from './servers.ts';

/** The second network: the cluster's address there, and a host. */
const ANNEX = '192.0.2.1';
const GUEST = '192.0.2.9';
const SECOND_INTERNAL = '10.77.0.2';

/** Adds the second network with its host, and a second TAP on the interconnect. */
const addAnnex = (network: Network): Host => {
  const guest = makeHost('guest');
  network.gateway.ip(`link add br-annex type bridge mcast_snooping 0
link set br-annex up
tuntap add oh-annex mode tap
link set oh-annex master br-annex up
tuntap add oh-inter2 mode tap
link set oh-inter2 master br-inter up
link add v-guest type veth peer name eth0 netns ${guest.path}
link set v-guest master br-annex up
`);
  guest.ip(`addr add ${GUEST}/24 dev eth0\nlink set eth0 up\n`);
  return guest;
};

const campus = { device: { tap: 'oh-campus' }, address: `${CLUSTER}/24`, router: ROUTER };
const annex = { device: { tap: 'oh-annex' }, address: `${ANNEX}/24` };
const second = { device: { tap: 'oh-inter2' }, address: `${SECOND_INTERNAL}/24` };
const services = configuration()['services'];

/** Which gateways there are, by their configurations. */
const LAYOUTS = [
  ['one gateway on two networks', [{ networks: { campus, annex } }]],
  [
    'two gateways, a network each',
    [{ networks: { campus } }, { networks: { annex }, interconnect: second }],
  ],
] as const;

const able = laboratory('several networks', 'curl');
describe
  .runIf(able)
  .each(
    LAYOUTS.flatMap(([name, configs]) =>
      (['rewrite', 'direct'] as const).map(
        (forwarding) => [`${name}, ${forwarding}`, configs, forwarding] as const,
      ),
    ),
  )('%s', (_, configs, forwarding) => {
  let network: Network;
  let guest: Host;
  let gateways: readonly Running[] = [];
  beforeAll(async () => {
    network = makeNetwork();
    guest = addAnnex(network);
    gateways = await Promise.all(
      configs.map((config) =>
        startGateway(network.gateway, configuration({ ...config, services, forwarding })),
      ),
    );
    for (const name of NODE_NAMES)
      for (const { file } of gateways) {
        const argv = ['node-setup', '-c', file, '--node', name, '--apply'];
        const { code, stderr } = await network.nodes[name].run(process.execPath, ONEHOST, ...argv);
        if (code !== 0) throw new Error(stderr);
      }
    await Promise.all([serveNodes(network), serve(network.client), serve(guest)]);
  });
  afterAll(async () => {
    guest.dispose();
    network.dispose();
    await Promise.all(gateways.map((gateway) => gateway.dispose()));
  });

  it('A13: hosts of both networks see one host each, and all nodes behind it', async () => {
    for (const [host, address, own] of [
      [network.client, CLUSTER, CLIENT],
      [guest, ANNEX, GUEST],
    ] as const) {
      const answers: string[] = [];
      for (let request = 0; request < NODE_NAMES.length; request++)
        answers.push((await host.run('curl', '-sS', `http://${address}/`)).stdout);
      expect(answers.map((answer) => answer.split(' ')[0]).sort()).toEqual([...NODE_NAMES]);
      for (const answer of answers) expect(answer).toContain(` ${own}:`);
    }
  });

  it.each([
    ['udp', 53],
    ['udp', 7],
    ['tcp', 7],
  ] as const)('A13: answers come back by the network that asked: %s %i', async (protocol, port) => {
    const talks = await Promise.all([
      converse(network.client, protocol, CLUSTER, port),
      converse(guest, protocol, ANNEX, port),
    ]);
    expect(await talks[0].say('campus')).toContain(` ${CLIENT}:`);
    expect(await talks[1].say('annex')).toContain(` ${GUEST}:`);
    for (const talk of talks) talk.close();
  });

  it('A13 D4: what a node opens comes from the address of the network that it leaves by', async () => {
    for (const protocol of ['tcp', 'udp'] as const) {
      const toClient = await converse(network.nodes.alpha, protocol, CLIENT, 7);
      const toGuest = await converse(network.nodes.alpha, protocol, GUEST, 7);
      expect(await toClient.say('hello')).toContain(`client ${CLUSTER}:`);
      expect(await toGuest.say('hello')).toContain(`guest ${ANNEX}:`);
      toClient.close();
      toGuest.close();
    }
  });

  // In `direct` a server of datagrams that is bound to no address has its kernel choose the one it
  // answers from, by the network that leads most directly to the host (claim 15).
  const across = [
    ['tcp', 7],
    ['udp', 53],
    ['udp', 7],
  ] as const;
  const asked = forwarding === 'rewrite' ? across : across.slice(0, 1);
  if (configs.length === 1)
    it('A13: a host that asks the address of the other network hears from that address', async () => {
      network.client.ip(`route replace ${ANNEX}/32 via ${CLUSTER}\n`);
      for (const [protocol, port] of asked) {
        // A connected socket hears only whom it asked.
        const talk = await converse(network.client, protocol, ANNEX, port);
        expect(await talk.say('across')).toContain(` ${CLIENT}:`);
        talk.close();
      }
    });
});
