// Frames that the kernel leaves to be cut and to be summed up pass the gateway whole, between real hosts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recording } from './capture.ts';
import { found, record } from './capture.ts';
import type { Running } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, laboratory, makeNetwork } from './network.ts';
import { serveNodes } from './servers.ts';
import { until } from './until.ts';

const SIZE = 2_000_000;
const FULL = 1514;

const able = laboratory('offloads', 'curl', 'tcpdump', 'tshark');
describe.runIf(able)('devices with offloads', () => {
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

  /** Frames that came in and went out by each link. */
  const frames = async (): Promise<Readonly<Record<string, number>>> => {
    const rows = await gateway.show('counters');
    return Object.fromEntries(
      rows.map(({ of, name, value }) => [[of, name].join(' '), Number(value)]),
    );
  };

  const download = async (size: number): Promise<void> => {
    const argv = ['-sSo', '/dev/null', '-w', '%{size_download}', `http://${CLUSTER}/bytes/${size}`];
    expect((await network.client.run('curl', ...argv)).stdout).toBe(String(size));
  };
  const upload = async (size: number): Promise<void> => {
    const file = join(gateway.folder, 'upload');
    writeFileSync(file, Buffer.alloc(size, 'odd'));
    const argv = ['-sS', '--data-binary', `@${file}`, `http://${CLUSTER}/`];
    expect((await network.client.run('curl', ...argv)).stdout).toContain(` got ${size}\n`);
  };

  it.each([
    ['down', download, 'interconnect framesIn', 'campus framesOut'],
    ['up', upload, 'campus framesIn', 'interconnect framesOut'],
  ] as const)(
    'pass %sloads in frames of many times the MTU, and lose none',
    async (_, transfer, arriving, leaving) => {
      const before = await frames();
      await transfer(SIZE);
      const after = await frames();
      for (const name of [arriving, leaving])
        expect((after[name] ?? 0) - (before[name] ?? 0)).toBeLessThan(SIZE / FULL / 3);
      for (const link of ['campus', 'interconnect']) expect(after[`${link} lost`]).toBe(0);
    },
  );

  it('A9: receivers that have them cut and summed up by the kernel find every checksum right', async () => {
    const size = 100_000;
    const { client, nodes } = network;
    const hosts = [client, ...Object.values(nodes)];
    const recordings = await Promise.all(
      hosts.map((host) => record(host, join(gateway.folder, `${host.name}.pcap`), 'tcp')),
    );
    await download(size);
    await upload(size);
    const hasAll = (bytes: number): boolean => bytes > size;
    const bytesOf = (recording: Recording): number =>
      recording.frames().reduce((sum, frame) => sum + frame.bytes.length, 0);
    // The client has the download; the upload went to a node.
    await until('both are recorded', () => {
      const [down = 0, ...up] = recordings.map(bytesOf);
      return hasAll(down) && up.some(hasAll);
    });
    for (const recording of recordings) {
      await recording.stop();
      const all = recording.frames();
      expect(all.filter(({ bytes }) => bytes.length > FULL)).toEqual([]);
      const good = await found(network.gateway, recording.file, 'tcp.checksum.status == 1');
      expect(good).toBe(all.length);
    }
  });
});
