// Devices that are lost and come back while the gateway runs, and the user that it runs as.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, launch, whenReady } from './gateway.ts';
import type { Host } from './host.ts';
import { makeHost } from './host.ts';
import { CLIENT, CLUSTER, INTERNAL, NODES, laboratory } from './network.ts';
import { serve } from './servers.ts';
import { until } from './until.ts';

const able = laboratory('devices that are lost', 'curl', 'ping');
describe.runIf(able)('a running gateway', () => {
  let gateway: Host;
  let client: Host;
  let node: Host;
  let running: Running[] = [];
  beforeEach(async () => {
    [gateway, client, node] = [makeHost('gateway'), makeHost('client'), makeHost('alpha')];
    gateway.ip(`link add v-alpha type veth peer name eth0 netns ${node.path}
link set v-alpha up
`);
    node.ip(
      `addr add ${NODES.alpha}/24 dev eth0\nlink set eth0 up\nroute add default via ${INTERNAL}\n`,
    );
    await serve(node);
  });
  afterEach(async () => {
    for (const host of [gateway, client, node]) host.dispose();
    await Promise.all(running.map((one) => one.dispose()));
    running = [];
  });

  const started = async (campus: object, more: object = {}): Promise<Running> => {
    const one = launch(
      gateway,
      configuration({
        networks: { campus: { device: campus, address: `${CLUSTER}/24` } },
        interconnect: { device: { interface: 'v-alpha' }, address: `${INTERNAL}/24` },
        nodes: { alpha: { number: 1, address: NODES.alpha } },
        services: [{ port: 80, protocol: 'tcp', route: 'node', node: 'alpha' }],
        ...more,
      }),
    );
    running.push(one);
    return whenReady(one);
  };

  const address = (): void => {
    client.ip(`addr replace ${CLIENT}/24 dev eth0\nlink set eth0 up\n`);
  };
  const layVeth = (): void => {
    gateway.ip(`link add v-client type veth peer name eth0 netns ${client.path}
link set v-client up
`);
    address();
  };
  const works = async (): Promise<void> => {
    const { stdout } = await client.run('curl', '-sS', `http://${CLUSTER}/`);
    expect(stdout).toMatch(/^alpha /);
  };
  const says = (one: Running, line: RegExp): Promise<unknown> =>
    until(`it says ${line.source}`, () => line.test(one.said()));
  /** What `show devices` has of the campus. */
  const device = async (one: Running) => {
    const rows = await one.show('devices');
    return rows.find(({ link }) => link === 'campus');
  };

  it('makes a TAP again that it had made and that was deleted', async () => {
    const one = await started({ tap: 'eth0', netns: client.path });
    address();
    await works();
    client.ip('link del eth0\n');
    await says(one, /error: eth0 is gone \(.*\): the gateway goes on, and tries to have it again/);
    await says(one, /eth0 is there again/);
    address();
    await works();
    expect(await device(one)).toMatchObject({ state: 'up' });
    expect(await one.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('waits for an interface that was deleted, counts what it cannot send, and goes on with it', async () => {
    layVeth();
    const one = await started({ interface: 'v-client' });
    await works();
    gateway.ip('link del v-client\n');
    await says(one, /warning: v-client cannot be had yet: there is no interface v-client here/);
    expect(await device(one)).toMatchObject({ state: 'gone' });
    await node.run('ping', '-n', '-c', '1', '-W', '1', CLIENT);
    expect(await one.counted('device-gone')).toBeGreaterThan(0);
    layVeth();
    await says(one, /v-client is there again/);
    await works();
    await until('it is up', async () => (await device(one))?.['state'] === 'up');
    expect(one.said().match(/cannot be had yet/g)).toHaveLength(1);
  });

  it('leaves a persistent TAP that was deleted to those who made it', async () => {
    const lay = (): void => gateway.ip('tuntap add oh-campus mode tap\n');
    lay();
    const one = await started({ tap: 'oh-campus' });
    gateway.ip('link del oh-campus\n');
    await says(one, /oh-campus cannot be had yet: there is no interface oh-campus here/);
    lay();
    await says(one, /oh-campus is there again/);
    expect(await one.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('tells that an interface is down, up, and of another MTU', async () => {
    layVeth();
    const one = await started({ interface: 'v-client' });
    const becomes = (state: string, mtu: number): Promise<unknown> =>
      until(`${state} of ${mtu}`, async () => {
        const row = await device(one);
        return row?.['state'] === state && row['mtu'] === mtu;
      });
    await becomes('up', 1500);
    gateway.ip('link set v-client down\n');
    await becomes('down', 1500);
    gateway.ip('link set v-client mtu 9000 up\n');
    await becomes('up', 9000);
    await works();
  });

  it('D2: an interface that carries less than before: who sends more is told', async () => {
    layVeth();
    const one = await started({ interface: 'v-client' });
    const send = () =>
      node.run('ping', '-n', '-c', '1', '-W', '1', '-M', 'do', '-s', '1400', CLIENT);
    expect((await send()).code).toBe(0);
    gateway.ip('link set v-client mtu 1280\n');
    await until('it is seen', async () => (await device(one))?.['mtu'] === 1280);
    expect((await send()).stdout).toMatch(/mtu = 1280/);
    gateway.ip('link set v-client mtu 1500\n');
    await until('it is seen', async () => (await device(one))?.['mtu'] === 1500);
    node.ip('route flush cache\n');
    expect((await send()).code).toBe(0);
  });

  it('runs as the user that is wanted, on all threads, without any capability', async () => {
    layVeth();
    const one = await started({ interface: 'v-client' }, { user: 'nobody' });
    const { uid } = statSync(one.socket);
    expect(uid).not.toBe(0);
    const tasks = `/proc/${one.pid}/task`;
    const threads = readdirSync(tasks);
    expect(threads.length).toBeGreaterThan(3);
    for (const thread of threads) {
      const status = readFileSync(`${tasks}/${thread}/status`, 'utf8');
      expect(status).toMatch(new RegExp(`^Uid:\\s+${uid}\\s+${uid}\\s+${uid}\\s+${uid}$`, 'm'));
      expect(status).not.toMatch(/^Groups:.*\b0\b/m);
      for (const set of ['CapPrm', 'CapEff', 'CapAmb'])
        expect(status).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'));
    }
    // The first thread is the one that could start programs.
    const first = readFileSync(`/proc/${one.pid}/status`, 'utf8');
    for (const set of ['CapInh', 'CapBnd'])
      expect(first).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'));
    expect(first).toMatch(/^NoNewPrivs:\s+1$/m);
    await works();
    expect(await device(one)).toMatchObject({ state: 'up' });
  });

  it('does not start as a user that there is not', async () => {
    layVeth();
    await expect(started({ interface: 'v-client' }, { user: 'nobody-at-all' })).rejects.toThrow(
      /there is no user nobody-at-all on this system/,
    );
  });
});
