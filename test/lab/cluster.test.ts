// Cluster messaging among real kernels: three computers, three networks, two routers.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '../../adapters/control/views.ts';
import { record } from './capture.ts';
import type { Cluster, ComputerName, RunningComputer } from './cluster-network.ts';
import { COMPUTERS, makeCluster } from './cluster-network.ts';
import { allNumbers, listenOn, longestGap, sendTo, stream } from './cluster-stream.ts';
import type { Host } from './host.ts';
import { laboratory } from './network.ts';
import { until } from './until.ts';

/** Bytes that an interface has sent: proc(5). */
const bytesSent = (host: Host, device: string): number => {
  const text = host.inside(() => readFileSync('/proc/thread-self/net/dev', 'utf8'));
  const line = text.split('\n').find((one) => one.trim().startsWith(`${device}:`));
  return Number(line?.split(':')[1]?.trim().split(/\s+/)[8]);
};

/** Whether an interface sends a stream of messages, and not only heartbeats, of which there are some 15 a second. */
const isBusy = async (host: Host, device: string): Promise<boolean> => {
  const before = bytesSent(host, device);
  await setTimeout(300);
  return bytesSent(host, device) - before > 4000;
};

const able = laboratory('cluster messaging', 'ip', 'tcpdump');

describe.runIf(able)('three computers on three networks', { timeout: 90_000 }, () => {
  let cluster: Cluster;
  beforeEach(() => {
    cluster = makeCluster();
  });
  afterEach(() => cluster.dispose());

  const host = (name: ComputerName): Host => cluster.network.computers[name];
  const digest = async (computer: RunningComputer): Promise<unknown> =>
    (await computer.show('traffic')).find(({ name }) => name === 'table-digest')?.['value'];

  /** Rows of the others' adapters as a computer sees them: `beta 10.3.0.12 reachable`. */
  const seen = (rows: readonly Row[]): readonly string[] =>
    rows
      .filter(({ state }) => state !== 'self')
      .map(({ name, address, status }) => [name, address, status].map(String).join(' '))
      .sort();
  const stateOf = async (computer: RunningComputer, name: ComputerName): Promise<unknown> =>
    (await computer.show('cdat')).find((row) => row['name'] === name)?.['state'];

  const allReachable = async (computer: RunningComputer): Promise<boolean> => {
    const rows = await computer.show('cdat');
    return (
      rows.length === 6 && rows.every(({ status }) => status === 'reachable' || status === 'self')
    );
  };

  const startAll = async (): Promise<Readonly<Record<ComputerName, RunningComputer>>> => {
    const alpha = await cluster.start('alpha');
    const beta = await cluster.start('beta');
    const gamma = await cluster.start('gamma');
    for (const computer of [alpha, beta, gamma])
      await until(`all adapters to answer ${computer.name}`, () => allReachable(computer));
    return { alpha, beta, gamma };
  };
  const routes = async (name: ComputerName): Promise<readonly string[]> => {
    const { stdout } = await host(name).run('ip', 'route', 'show');
    return stdout
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .sort();
  };

  it('B1, B3, B7: hold one table, and see every adapter answer', async () => {
    const { alpha, beta, gamma } = await startAll();
    const digests = await Promise.all([alpha, beta, gamma].map(digest));
    expect(new Set(digests).size).toBe(1);
    expect(seen(await alpha.show('cdat'))).toEqual([
      'beta 10.2.0.12 reachable',
      'beta 10.3.0.12 reachable',
      'gamma 10.1.0.13 reachable',
      'gamma 10.3.0.13 reachable',
    ]);
    const rows = await gamma.show('cdat');
    expect(
      rows
        .filter(({ name }) => name === 'beta')
        .map(({ preference, address, mask, mtu, type, class: of }) => [
          ...[preference, address, mask, mtu, type, of],
        ]),
    ).toEqual([
      [1, '10.3.0.12', 24, 9000, 'ethernet', 'control'],
      [2, '10.2.0.12', 24, 9000, 'ethernet', 'control'],
    ]);
  });

  it('B9: agree in who is gateway of which network, and who is next', async () => {
    const { alpha, beta, gamma } = await startAll();
    const all = await Promise.all(
      [alpha, beta, gamma].map((computer) => computer.show('responsibilities')),
    );
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
    expect(all[0]?.map(({ network }) => network)).toEqual([
      ...['10.1.0.0/24', '10.2.0.0/24', '10.3.0.0/24'],
    ]);
    // Alpha alone has its primary on n1 and n2 …, on n3 both others have it.
    expect(all[0]?.[0]).toMatchObject({ gateway: 'alpha', next: 'gamma' });
  });

  it('B10: put the directions by their two routers into the kernel, and take them out again', async () => {
    const before = await Promise.all(COMPUTERS.map(routes));
    const running = await startAll();
    const own = async (name: ComputerName): Promise<readonly string[]> =>
      (await routes(name)).filter((line) => line.includes('proto 111'));
    const wanted = {
      // Two routers lead there; the other one is the alternate.
      alpha: ['10.3.0.0/24 via 10.1.0.1 dev eth0', '10.3.0.0/24 via 10.2.0.2 dev eth1'],
      // Each router on n3 leads elsewhere. What another adapter is on has its way by this one too.
      beta: [
        '10.1.0.0/24 via 10.3.0.1 dev eth0',
        '10.2.0.0/24 via 10.3.0.2 dev eth0',
        '10.3.0.0/24 via 10.2.0.2 dev eth1',
      ],
      gamma: [
        '10.1.0.0/24 via 10.3.0.1 dev eth0',
        '10.2.0.0/24 via 10.3.0.2 dev eth0',
        '10.3.0.0/24 via 10.1.0.1 dev eth1',
      ],
    };
    for (const name of COMPUTERS)
      expect(
        (await own(name)).map((line) => line.replace(/ proto 111 metric 10[01]$/, '')),
      ).toEqual(wanted[name]);
    for (const name of COMPUTERS) expect((await running[name].end('SIGTERM')).code).toBe(0);
    expect(await Promise.all(COMPUTERS.map(routes))).toEqual(before);
  });

  it('B5, B8: messages of any size arrive through routers, and no datagram is cut into fragments', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onehost-cluster-capture-'));
    const recordings = await Promise.all(
      COMPUTERS.map((name) => record(host(name), join(folder, `${name}.pcap`), 'udp port 7400')),
    );
    const { alpha, gamma } = await startAll();
    const ear = gamma.command(['listen', '-n', '3', '--json']);
    const sizes = [0, 65_536, 1024 * 1024];
    const messages = sizes.map((size) => Buffer.alloc(size, `${size} `));
    for (const message of messages)
      expect(await alpha.command(['send', 'gamma'], message)).toMatchObject({
        code: 0,
        stderr: '',
      });
    const lines = (await ear).stdout.trim().split('\n');
    const came = lines.map((line) => JSON.parse(line) as { name: string; message: string });
    expect(came.map(({ name }) => name)).toEqual(['alpha', 'alpha', 'alpha']);
    came.forEach(({ message }, at) => {
      expect(Buffer.from(message, 'base64').equals(messages[at] ?? Buffer.alloc(1))).toBe(true);
    });
    for (const recording of recordings) await recording.stop();
    const frames = recordings.flatMap((recording) => recording.frames());
    expect(frames.length).toBeGreaterThan(100);
    // Don't Fragment and nothing else in flags and offset (RFC 791 section 3.1): bytes 20 and 21 of the frame.
    expect(frames.filter(({ bytes }) => bytes[20] !== 0x40 || bytes[21] !== 0)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('B4: classes of service are the datagrams’ DSCP', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onehost-cluster-capture-'));
    const { alpha, gamma } = await startAll();
    const ear = gamma.command(['listen', '-n', '2']);
    const recording = await record(host('gamma'), join(folder, 'gamma.pcap'), 'udp port 7400');
    for (const serviceClass of ['bulk', 'low-latency'])
      await alpha.command(['send', 'gamma', '--class', serviceClass], Buffer.alloc(5000));
    await ear;
    await recording.stop();
    // Byte 15 of a frame is the IPv4 header's TOS. Heartbeats are control: 48.
    const codePoints = recording.frames().map(({ bytes }) => (bytes[15] ?? 0) >> 2);
    expect([...new Set(codePoints)].sort((a, b) => a - b)).toEqual([8, 18, 48]);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['its link is cut without a word', 'cut'],
    ['its interface is taken down', 'down'],
  ])(
    'B6: a stream goes on by an alternate when %s: nothing lost, twice or out of order',
    async (_, how) => {
      const { alpha, beta } = await startAll();
      const ear = await listenOn(beta);
      const sending = stream(alpha, 'beta');
      await until('the stream to run', () => ear.arrivals.length > 200);
      const before = longestGap(ear.arrivals);
      const cutAt = ear.arrivals.length;
      if (how === 'cut') cluster.network.cut(host('alpha'), 'eth0');
      else host('alpha').ip('link set eth0 down\n');
      await until('the stream to go on', () => ear.arrivals.length > cutAt + 300);
      const { code, stderr } = await sending.finish();
      expect([code, stderr]).toEqual([0, '']);
      expect(ear.arrivals.map(({ number }) => number)).toEqual(allNumbers(sending.written()));
      const gap = longestGap(ear.arrivals.slice(Math.max(0, cutAt - 1)));
      console.info(`primary ${how}: gap ${gap.toFixed(0)} ms (before: ${before.toFixed(0)} ms)`);
      await until('alpha to see that its way is gone', async () =>
        seen(await beta.show('cdat')).includes('alpha 10.1.0.11 unreachable'),
      );
      expect(await stateOf(beta, 'alpha')).toBe('up');
      ear.close();
    },
  );

  it('B6: messages go by the primary, and by it again when it is back', async () => {
    const { alpha, beta } = await startAll();
    const ear = await listenOn(beta);
    const sending = stream(alpha, 'beta');
    const goBy = (device: string): Promise<boolean> => isBusy(host('alpha'), device);
    await until('the stream to go by the primary', () => goBy('eth0'));
    cluster.network.cut(host('alpha'), 'eth0');
    await until('the stream to go by the alternate', () => goBy('eth1'));
    await until('the primary to be gone', async () =>
      seen(await beta.show('cdat')).includes('alpha 10.1.0.11 unreachable'),
    );
    cluster.network.mend(host('alpha'), 'eth0');
    await until('the primary to be back', () => allReachable(beta));
    await until('the stream to go by the primary again', () => goBy('eth0'));
    expect((await sending.finish()).code).toBe(0);
    expect(ear.arrivals.map(({ number }) => number)).toEqual(allNumbers(sending.written()));
    expect(await digest(alpha)).toBe(await digest(beta));
    ear.close();
  });

  it('B8: a path that narrows without a word (MTU 9000 to 1280, no ICMP) still carries 64 KiB', async () => {
    const { alpha, gamma } = await startAll();
    const ear = gamma.command(['listen', '-n', '3', '--json']);
    const message = Buffer.alloc(65_536, 'narrow');
    const sender = sendTo(alpha, 'gamma');
    expect((await sender.send(message)).outcome).toBe('acknowledged');
    // Nothing that north itself would say gets out: it has no way for what it makes.
    cluster.network.north.ip('rule add iif lo blackhole\nlink set eth1 mtu 1280\n');
    // Alpha's other ways to gamma are cut, so that this one must do.
    cluster.network.cut(host('alpha'), 'eth1');
    cluster.network.cut(host('gamma'), 'eth1');
    for (const turn of ['a path that became narrow', 'the same path, known by now']) {
      const { outcome, took } = await sender.send(message);
      expect(outcome).toBe('acknowledged');
      console.info(`64 KiB over ${turn}: ${took.toFixed(0)} ms`);
    }
    const lines = (await ear).stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(
      Array<string>(3).fill(message.toString('base64')),
    );
    sender.close();
  });

  it('B3, B7: kill -9 is told from leaving, and what comes back is itself again', async () => {
    const { alpha, beta, gamma } = await startAll();
    const left = await routes('beta');
    await beta.end('SIGKILL');
    const began = performance.now();
    await until('beta to be down', async () => (await stateOf(alpha, 'beta')) === 'down');
    console.info(`kill -9: down after ${(performance.now() - began).toFixed(0)} ms`);
    expect(await stateOf(alpha, 'gamma')).toBe('up');
    // Its routes are left behind, and are its own when it starts again.
    expect(await routes('beta')).toEqual(left);
    const again = await cluster.start('beta');
    await until('beta to be up', async () => (await stateOf(alpha, 'beta')) === 'up');
    await until(
      'one table',
      async () => new Set(await Promise.all([alpha, again, gamma].map(digest))).size === 1,
    );
    expect(await routes('beta')).toEqual(left);
    const ear = again.command(['listen', '-n', '1']);
    expect((await alpha.command(['send', 'beta'], 'after all')).code).toBe(0);
    expect((await ear).stdout).toBe('after all\n');
    await again.end('SIGTERM');
    await until('beta to have left', async () => (await stateOf(alpha, 'beta')) === 'left');
    await until('gamma to know', async () => (await stateOf(gamma, 'beta')) === 'left');
  });

  it('B2: another order of adapters, and one that comes or goes, are known to all', async () => {
    const { alpha, gamma } = await startAll();
    const order = async (): Promise<readonly unknown[]> =>
      (await gamma.show('cdat'))
        .filter(({ name }) => name === 'alpha')
        .map(({ address }) => address);
    const done = await alpha.command(['set', 'adapter', '10.2.0.11', 'preference', '1']);
    expect(done).toMatchObject({ code: 0, stdout: 'adapter 10.2.0.11 has preference 1\n' });
    await until('the new order', async () => (await order()).join(' ') === '10.2.0.11 10.1.0.11');
    host('alpha').ip('addr del 10.1.0.11/24 dev eth0\n');
    await until('one adapter', async () => (await order()).join(' ') === '10.2.0.11');
    host('alpha').ip('addr add 10.1.0.11/24 dev eth0\n');
    await until('both again', async () => (await order()).join(' ') === '10.2.0.11 10.1.0.11');
    await until('both to answer', () => allReachable(gamma));
  });

  it('B11: keys are rotated while messages flow', async () => {
    const { alpha, beta, gamma } = await startAll();
    const ear = await listenOn(beta);
    const sending = stream(alpha, 'beta');
    await until('the stream to run', () => ear.arrivals.length > 50);
    await setTimeout(10);
    for (const keys of [['lab.key', 'new.key'], ['new.key', 'lab.key'], ['new.key']])
      for (const computer of [alpha, beta, gamma]) computer.rotate(keys);
    const count = ear.arrivals.length;
    await until('the stream to go on', () => ear.arrivals.length > count + 200);
    const { code, stderr } = await sending.finish();
    expect([code, stderr]).toEqual([0, '']);
    expect(ear.arrivals.map(({ number }) => number)).toEqual(allNumbers(sending.written()));
    for (const computer of [alpha, beta, gamma])
      expect((await computer.show('cdat')).map(({ state }) => state)).not.toContain('down');
    ear.close();
  });
});
