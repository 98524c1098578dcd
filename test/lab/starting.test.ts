import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, launch, startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, INTERNAL, laboratory, makeNetwork } from './network.ts';
import { serveNodes } from './servers.ts';

/** What it said but for the line that it is ready; people read these. */
const complaints = (gateway: Running): readonly string[] =>
  gateway
    .said()
    .split('\n')
    .filter((line) => line !== '' && line !== 'onehost: ready');

describe.runIf(laboratory('starting and ending', 'curl'))('`onehost run`', () => {
  let network: Network;
  let running: Running[] = [];
  beforeAll(async () => {
    network = makeNetwork();
    await serveNodes(network);
  });
  afterEach(async () => {
    await Promise.all(running.map((one) => one.dispose()));
    running = [];
  });
  afterAll(() => network.dispose());

  const started = async (...parts: Parameters<typeof configuration>): Promise<Running> => {
    const gateway = await startGateway(network.gateway, configuration(...parts));
    running.push(gateway);
    return gateway;
  };
  const launched = (...parameters: Parameters<typeof launch>): Running => {
    const gateway = launch(...parameters);
    running.push(gateway);
    return gateway;
  };
  const curl = () => network.client.run('curl', '-sS', `http://${CLUSTER}/`);
  const links = async (): Promise<readonly string[]> => {
    const { stdout } = await network.gateway.run('ip', '-j', 'link', 'show');
    const all = JSON.parse(stdout) as readonly { ifname: string }[];
    return all.map(({ ifname }) => ifname);
  };

  it('ends by SIGTERM and by SIGINT with 0, says nothing but ready, and takes its socket along', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const gateway = await started();
      expect((await curl()).code).toBe(0);
      expect(await gateway.end(signal)).toEqual({
        code: 0,
        stdout: '',
        stderr: 'onehost: ready\n',
      });
      expect(existsSync(gateway.socket)).toBe(false);
    }
  });

  it('makes devices that are not there, and takes them along; those that were stay', async () => {
    const before = await links();
    const gateway = await started({
      networks: { campus: { device: { tap: 'oh-new' }, address: `${CLUSTER}/24` } },
      interconnect: { device: { tap: 'oh-inter' }, address: `${INTERNAL}/24` },
      local: { tun: 'oh-local' },
    });
    expect(await links()).toEqual(expect.arrayContaining([...before, 'oh-new', 'oh-local']));
    expect(await gateway.end('SIGTERM')).toMatchObject({ code: 0 });
    expect(await links()).toEqual(before);
  });

  it('rides out a device that is down for a while, and frames of more than its MTU', async () => {
    const gateway = await started();
    expect((await curl()).code).toBe(0);
    network.gateway.ip('link set oh-campus down\nlink set oh-campus up mtu 9000\n');
    network.gateway.ip('link set v-client mtu 9000\n');
    network.client.ip('link set eth0 mtu 9000\n');
    const ping = ['-n', '-c', '1', '-W', '1', '-s', '8000', '-M', 'do', CLUSTER];
    expect((await network.client.run('ping', ...ping)).code).toBe(0);
    network.client.ip('link set eth0 mtu 1500\n');
    expect(await gateway.counted('echo-request')).toBe(1);
    expect((await curl()).code).toBe(0);
    expect(complaints(gateway)).toEqual([]);
  });

  it('ends with 1 and one line when another gateway has the device, which goes on', async () => {
    const first = await started();
    const second = launched(network.gateway, configuration());
    expect(await second.ended).toMatchObject({ code: 1 });
    expect(complaints(second)).toEqual([
      'onehost: error: another process has oh-inter: is a second gateway running?',
    ]);
    expect(existsSync(second.socket)).toBe(false);
    expect((await curl()).code).toBe(0);
    expect(await first.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('ends with 1 and one line when the user may not have devices', async () => {
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const gateway = launched(network.gateway, configuration(), ...nobody);
    expect(await gateway.ended).toMatchObject({ code: 1, stdout: '' });
    expect(complaints(gateway)).toEqual([expect.stringMatching(/^onehost: error: .*run as root/)]);
  });

  it('ends with 1 and all places when the configuration is broken', async () => {
    const text = 'cluster: lab\nnetworks: 7\ninterconnekt: {}\n';
    const gateway = launched(network.gateway, text);
    expect(await gateway.ended).toMatchObject({ code: 1, stdout: '' });
    const said = complaints(gateway);
    expect(said.length).toBeGreaterThan(1);
    for (const line of said) expect(line).toMatch(/^\S+\/onehost\.yaml:\d+:\d+: \S/);
  });

  it('keeps its control socket for its owner', async () => {
    const gateway = await started();
    expect(statSync(gateway.socket).mode & 0o777).toBe(0o600);
  });

  it('goes on when nobody hears it any more, and ends with 0 all the same', async () => {
    const gateway = await started();
    gateway.deafen();
    for (const time of ['once', 'again']) {
      gateway.reload(`cluster: ${time}`);
      expect((await gateway.command('show', 'nodes')).code).toBe(0);
    }
    expect((await curl()).code).toBe(0);
    expect(await gateway.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('ends at once though somebody holds its control socket open', async () => {
    const gateway = await started();
    const idler = connect(gateway.socket);
    await new Promise((resolve) => idler.once('connect', resolve));
    // A byte now and then: it is never silent for so long that the gateway would give it up.
    const dripping = setInterval(() => idler.write(' '), 500);
    idler.on('error', () => idler.destroy());
    const { code } = await gateway.end('SIGTERM').finally(() => clearInterval(dripping));
    expect(code).toBe(0);
  });

  it('takes no harm from garbage on its control socket', async () => {
    const gateway = await started();
    const garbage = [
      '\n',
      'show me\n',
      '{"command":"show"}\n',
      '[]\n',
      '\0\xff\n',
      '{'.repeat(1e5),
    ];
    const answers = await Promise.all(
      garbage.map(
        (text) =>
          new Promise<string>((resolve) => {
            let heard = '';
            const client = connect(gateway.socket, () => client.write(text));
            client.on('data', (chunk: Buffer) => (heard += chunk.toString()));
            client.on('error', () => client.destroy());
            client.on('close', () => resolve(heard));
          }),
      ),
    );
    for (const answer of answers.slice(0, -1))
      expect(JSON.parse(answer)).toMatchObject({ kind: 'error' });
    const hasty = connect(gateway.socket, () => hasty.write('{"command"', () => hasty.destroy()));
    hasty.on('error', () => hasty.destroy());
    expect((await gateway.command('show', 'nodes')).code).toBe(0);
    expect((await curl()).code).toBe(0);
    expect(complaints(gateway)).toEqual([]);
  });
});
