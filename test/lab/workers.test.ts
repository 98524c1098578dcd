// Several workers, each with a queue of every TAP: hosts keep to theirs, and to everyone they are one gateway.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, startGateway } from './gateway.ts';
import type { Host } from './host.ts';
import type { Network } from './network.ts';
import { CLUSTER, FAR, FAR_ROUTER, ROUTER, laboratory, makeNetwork } from './network.ts';
import type { Conversation } from './servers.ts';
import { converse, serve, serveNodes } from './servers.ts';
import { until } from './until.ts';

const WORKERS = 2;
/** With this key the hosts below are not all one worker's. */
const KEY = '9f86d081884c7d65';
/** Addresses of the client besides its own, from this one on. */
const FIRST = 20;
const HOSTS = 8;
const hostAddresses = Array.from({ length: HOSTS }, (_, n) => `198.51.100.${FIRST + n}`);
const SIZE = 500_000;

/** What a frame is counted under that came to a worker that does not know its host. */
const STRANGE = ['no-connection', 'icmp-no-connection', 'orphan-reset', 'reassembly-overdue'];

const able = laboratory('several workers', 'curl', 'ping', 'traceroute');
describe.runIf(able)('a gateway of several workers', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork({ multiQueue: true });
    network.client.ip(hostAddresses.map((one) => `addr add ${one}/24 dev eth0\n`).join(''));
    [gateway] = await Promise.all([
      startGateway(network.gateway, configuration({ workers: WORKERS, hashKey: KEY })),
      serveNodes(network),
      serve(network.client),
      serve(network.far),
    ]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  const get = (host: Host, from: string, path: string) =>
    host.run('curl', '-sS', '--interface', from, `http://${CLUSTER}${path}`);
  const talkFrom = (protocol: 'tcp' | 'udp', from: string): Promise<Conversation> =>
    converse(network.client, protocol, CLUSTER, 7, 0, from);
  const perWorker = async (column: string): Promise<readonly number[]> =>
    (await gateway.show('workers')).map((row) => Number(row[column]));
  const strangers = async (): Promise<readonly number[]> =>
    Promise.all(STRANGE.map((name) => gateway.counted(name)));

  it('shares hosts out, and shows all of their connections', async () => {
    const talks = await Promise.all(
      hostAddresses.flatMap((one) => [talkFrom('tcp', one), talkFrom('udp', one)]),
    );
    for (const talk of talks) expect(await talk.say('hello')).toMatch(/^(alpha|beta|gamma) /);
    const rows = await gateway.show('connections');
    for (const address of hostAddresses)
      expect(rows.filter(({ host }) => String(host).startsWith(`${address}:`))).toHaveLength(2);
    const counts = await perWorker('connections');
    expect(counts).toHaveLength(WORKERS);
    for (const count of counts) expect(count).toBeGreaterThan(0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rows.length);
    const nodes = await gateway.show('nodes');
    expect(nodes.reduce((sum, { connections }) => sum + Number(connections), 0)).toBe(rows.length);
    for (const talk of talks) talk.close();
  });

  it('passes transfers both ways, and no frame of them is a stranger to its worker', async () => {
    const before = await strangers();
    const file = join(gateway.folder, 'upload');
    writeFileSync(file, Buffer.alloc(SIZE, 'odd'));
    const downloads = hostAddresses.map((one) =>
      network.client.run(
        ...(['curl', '-sSo', '/dev/null', '-w', '%{size_download}'] as const),
        ...(['--interface', one, `http://${CLUSTER}/bytes/${SIZE}`] as const),
      ),
    );
    const uploads = hostAddresses.map((one) =>
      network.client.run(
        ...(['curl', '-sS', '--interface', one, '--data-binary', `@${file}`] as const),
        `http://${CLUSTER}/`,
      ),
    );
    for (const { stdout } of await Promise.all(downloads)) expect(stdout).toBe(String(SIZE));
    for (const { stdout } of await Promise.all(uploads)) expect(stdout).toContain(` got ${SIZE}\n`);
    expect(await strangers()).toEqual(before);
    for (const repeated of await perWorker('repeated')) expect(repeated).toBeGreaterThan(0);
  });

  it('D3: fragments find to the worker of their host, whole or not', async () => {
    for (const from of hostAddresses.slice(0, 4)) {
      const { code, stdout } = await network.client.run(
        ...(['ping', '-n', '-c', '2', '-i', '0.1', '-s', '4000', '-I', from, CLUSTER] as const),
      );
      expect(code, stdout).toBe(0);
    }
    const talk = await converse(network.client, 'udp', CLUSTER, 7);
    const long = 'x'.repeat(5000);
    expect(await talk.say(long)).toMatch(/^(alpha|beta|gamma) /);
    talk.close();
  });

  it('A7: nodes open connections to hosts of both workers', async () => {
    for (const host of hostAddresses)
      for (const name of ['alpha'] as const) {
        const { stdout } = await network.nodes[name].run('curl', '-sS', `http://${host}/`);
        expect(stdout).toMatch(new RegExp(`^client ${CLUSTER.replaceAll('.', '\\.')}:`));
      }
  });

  it('D2: errors that routers send find to the worker of the packet that they quote', async () => {
    const one = ['-n', '-q', '1', '-N', '1', '-m', '5'] as const;
    const hops = async (host: Host, to: string): Promise<readonly string[]> =>
      (await host.run('traceroute', ...one, to)).stdout
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/)[1] ?? '');
    expect(await hops(network.nodes.alpha, FAR)).toEqual([ROUTER, FAR]);
    expect(await hops(network.far, CLUSTER)).toEqual([FAR_ROUTER, CLUSTER]);
    const download = await network.far.run(
      ...(['curl', '-sSo', '/dev/null', '-w', '%{size_download}'] as const),
      `http://${CLUSTER}/bytes/${SIZE}`,
    );
    expect(download.stdout).toBe(String(SIZE));
  });

  it('shows each device and each next hop once', async () => {
    const devices = await gateway.show('devices');
    expect(devices.map(({ link, queues }) => [link, queues])).toEqual([
      ['interconnect', WORKERS],
      ['campus', WORKERS],
    ]);
    const neighbours = (await gateway.show('neighbours')).map(({ link, address }) =>
      [link, address].join(' '),
    );
    expect(new Set(neighbours).size).toBe(neighbours.length);
    expect((await gateway.show('services')).length).toBe(4);
  });

  it('A21, A22: a node that is taken down, and a file that is loaded again, concern all of them', async () => {
    const talks: Conversation[] = [];
    for (const from of hostAddresses) talks.push(await talkFrom('tcp', from));
    expect((await gateway.command('set', 'node', 'beta', 'down')).code).toBe(0);
    const answered = new Set<string>();
    for (const from of hostAddresses)
      answered.add((await get(network.client, from, '/')).stdout.split(' ')[0] ?? '');
    expect([...answered].sort()).toEqual(['alpha', 'gamma']);
    expect((await gateway.show('nodes')).find(({ name }) => name === 'beta')).toMatchObject({
      state: 'down',
    });
    await until('no connection is left at beta', async () => {
      const rows = await gateway.show('connections');
      return rows.every(({ node, phase }) => node !== 'beta' || phase === 'done');
    });
    gateway.reload(
      JSON.stringify(
        configuration({
          workers: WORKERS,
          hashKey: KEY,
          services: [{ port: 80, protocol: 'tcp', route: 'node', node: 'gamma' }],
        }),
      ),
    );
    await until('it is taken over', () => gateway.said().includes('was taken over'));
    for (const from of hostAddresses)
      expect((await get(network.client, from, '/')).stdout).toMatch(/^gamma /);
    for (const talk of talks) talk.close();
    gateway.reload(JSON.stringify(configuration({ workers: 3, hashKey: KEY })));
    await until('it says that it cannot', () =>
      gateway.said().includes('changes workers: these need a restart'),
    );
    expect(await gateway.end('SIGTERM')).toMatchObject({ code: 0 });
  });
});
