import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ipv4, mac, parseIpv4 } from '../../core/wire/address.ts';
import type { Ipv4Address } from '../../core/wire/address.ts';
import * as ethernet from '../../core/wire/ethernet.ts';
import * as ip from '../../core/wire/ipv4.ts';
import * as tcp from '../../core/wire/tcp.ts';
import type { Running } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLIENT, CLUSTER, laboratory, makeNetwork, NODE_NAMES } from './network.ts';
import { wireOf } from './raw-socket.ts';
import { converse, serveNodes } from './servers.ts';
import { stackCounter } from './statistics.ts';
import { until } from './until.ts';

const addressOf = (text: string): Ipv4Address => {
  const parsed = parseIpv4(text);
  return E.isRight(parsed) ? parsed.right : ipv4(0);
};
const macOf = (text: string) => mac(Number.parseInt(text.replaceAll(':', ''), 16));

/** A segment from the client in the middle of a connection that nobody has opened. */
const strayFrame = (from: string, to: string): Uint8Array => {
  const source = addressOf(CLIENT);
  const destination = addressOf(CLUSTER);
  const segment = {
    ...{ sourcePort: 4000, destinationPort: 80, sequence: 1, acknowledgement: 1, flags: 0x18 },
    ...{ window: 1000, urgentPointer: 0, options: new Uint8Array(0), payload: new Uint8Array(20) },
  };
  const packet = {
    ...{ typeOfService: 0, identification: 1, dontFragment: true, moreFragments: false },
    ...{ fragmentOffset: 0, ttl: 64, protocol: 6, source, destination },
    ...{ options: new Uint8Array(0), payload: tcp.encode(segment, source, destination) },
  };
  return ethernet.encode({
    destination: macOf(to),
    source: macOf(from),
    etherType: 0x0800,
    payload: ip.encode(packet),
  });
};

describe.runIf(laboratory('messages of no connection', 'curl'))('in the middle of things', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    await serveNodes(network);
  });
  beforeEach(async () => {
    gateway = await startGateway(network.gateway);
  });
  afterEach(() => gateway.dispose());
  afterAll(() => network.dispose());

  const curl = () => network.client.run('curl', '-sS', `http://${CLUSTER}/`);
  /** What a node answers to segments of no connection of its own. */
  const resets = () =>
    NODE_NAMES.map((name) => stackCounter(network.nodes[name], 'Tcp', 'OutRsts'));

  /** MAC address of the cluster as the client knows it. */
  const clusterMac = async (): Promise<string> => {
    await curl();
    const { stdout } = await network.client.run('ip', '-j', 'neigh', 'show', CLUSTER);
    const [neighbour] = JSON.parse(stdout) as readonly { lladdr: string }[];
    return neighbour?.lladdr ?? '';
  };

  it('A19: a message of no known connection is discarded, and counted', async () => {
    const before = resets();
    const to = await clusterMac();
    const wire = await wireOf(network.client);
    const stray = strayFrame(wire.mac, to);
    for (let time = 0; time < 5; time++) wire.put(stray);
    wire.close();
    await until('five discarded', async () => (await gateway.counted('no-connection')) === 5);
    expect((await curl()).code).toBe(0);
    expect(resets()).toEqual(before);
  });

  it('A19: a gateway started anew knows no connection, and discards what goes on', async () => {
    const talk = await converse(network.client, 'tcp', CLUSTER, 7);
    await talk.say('before');
    await gateway.end('SIGTERM');
    await gateway.dispose();
    gateway = await startGateway(network.gateway);
    talk.send('after');
    await until('discarded', async () => (await gateway.counted('no-connection')) > 0);
    expect((await curl()).code).toBe(0);
    expect(talk.heard()).toHaveLength(1);
    talk.close();
  });

  it('D7: garbage on the wire is counted, and does no harm', async () => {
    const to = await clusterMac();
    const wire = await wireOf(network.client);
    const header = Buffer.from(`${to}${wire.mac}0800`.replaceAll(':', ''), 'hex');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ minLength: 100, maxLength: 1500, size: 'max' }),
    );
    const before = await gateway.counted('framesIn');
    const frames = fc.sample(bytes, 300).map((rest) => Buffer.concat([header, rest]));
    frames.forEach((frame) => wire.put(frame));
    wire.close();
    const known = async (): Promise<number> => {
      const rows = await gateway.show('counters');
      const counted = (of: string, name: string): number =>
        rows
          .filter((row) => row['of'] === of && (name === '' || row['name'] === name))
          .reduce((sum, row) => sum + Number(row['value']), 0);
      // Every frame that came in counts under one name.
      expect(counted('frames', '')).toBe(
        counted('campus', 'framesIn') + counted('interconnect', 'framesIn'),
      );
      return counted('campus', 'framesIn');
    };
    await until('all 300 are in', async () => (await known()) >= before + 300);
    expect((await curl()).code).toBe(0);
  });
});
