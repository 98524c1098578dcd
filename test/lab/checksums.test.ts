import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recording } from './capture.ts';
import { found, record } from './capture.ts';
import type { Running } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLIENT, CLUSTER, FAR, laboratory, makeNetwork, NODE_NAMES } from './network.ts';
import { converse, serve, serveNodes } from './servers.ts';
import { until } from './until.ts';

const BAD = '0';
const GOOD = '1';
const PROTOCOLS = ['ip', 'tcp', 'udp', 'icmp'];
const judged = (status: string): string =>
  PROTOCOLS.map((name) => `${name}.checksum.status == ${status}`).join(' or ');
/** An ICMP error of Linux has 576 bytes at most: of a longer packet it quotes too little to judge its sum. */
const CUT_QUOTE = 'icmp and ip.len > 576';
const WRONG = `ip.checksum.status == ${BAD} or icmp.checksum.status == ${BAD} or ((${judged(BAD)}) and not (${CUT_QUOTE}))`;

const able = laboratory('checksums', 'curl', 'ping', 'traceroute', 'tcpdump', 'tshark');
describe.runIf(able)('checksums', () => {
  let network: Network;
  let gateway: Running;
  let recordings: readonly Recording[];
  beforeAll(async () => {
    network = makeNetwork();
    [gateway] = await Promise.all([
      startGateway(network.gateway),
      serveNodes(network),
      serve(network.client),
    ]);
    const hosts = [network.client, ...NODE_NAMES.map((name) => network.nodes[name])];
    recordings = await Promise.all(
      hosts.map((host) => record(host, join(gateway.folder, `${host.name}.pcap`), 'ip')),
    );
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  /** Some of everything: both directions, all protocols, errors that quote. */
  const traffic = async (): Promise<void> => {
    const { client, far, nodes } = network;
    for (const path of ['', 'bytes/50000', 'slow', 'bytes/1', 'bytes/2', 'bytes/3'])
      await client.run('curl', '-sSo', '/dev/null', `http://${CLUSTER}/${path}`);
    await far.run('curl', '-sSo', '/dev/null', `http://${CLUSTER}/bytes/100000`);
    await far.run('curl', '-sSo', '/dev/null', `http://${CLUSTER}/bytes/100000`);
    await far.run('curl', '-sSo', '/dev/null', `http://${CLUSTER}/bytes/100000`);
    for (const port of [7, 53]) {
      const talk = await converse(client, 'udp', CLUSTER, port);
      for (const text of ['a', 'odd', 'x'.repeat(1400)]) await talk.say(text);
      talk.close();
    }
    await client.run('curl', '-sS', `http://${CLUSTER}:9000/`);
    await client.run('curl', '-sS', `http://${CLUSTER}:40000/`);
    await client.run('traceroute', '-n', '-q', '1', CLUSTER);
    await client.run('ping', '-n', '-c', '2', '-i', '0.2', CLUSTER);
    for (const name of NODE_NAMES) {
      await nodes[name].run('curl', '-sS', `http://${CLIENT}/`);
      await nodes[name].run('curl', '-sS', `http://${CLIENT}:9000/`);
      await nodes[name].run('ping', '-n', '-c', '2', '-i', '0.2', CLIENT);
      await nodes[name].run('traceroute', '-n', '-q', '1', '-m', '3', FAR);
    }
    const last = await converse(client, 'udp', CLUSTER, 53);
    await last.say('the last');
    last.close();
  };

  it('A9: every packet that a host or a node receives has right checksums', async () => {
    await traffic();
    const [client] = recordings;
    await until('the last datagram is recorded', () =>
      client?.frames().some(({ bytes }) => Buffer.from(Array.from(bytes)).includes('the last')),
    );
    for (const recording of recordings) {
      await recording.stop();
      const { file } = recording;
      const frames = recording.frames().length;
      expect(frames).toBeGreaterThan(50);
      const { gateway: judge } = network;
      expect(await found(judge, file, WRONG)).toBe(0);
      // All of them were looked at, and some of each protocol were there.
      expect(await found(judge, file, judged(GOOD))).toBe(frames);
      for (const name of PROTOCOLS)
        expect(await found(judge, file, `${name}.checksum.status == ${GOOD}`)).toBeGreaterThan(0);
    }
  });
});
