// Metrics of a running gateway, as a scraper on its machine reads them.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, launch, startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, laboratory, makeNetwork } from './network.ts';
import { serveNodes } from './servers.ts';
import { until } from './until.ts';

/** Every gateway of the laboratory has a namespace of its own, and all its ports. */
const LISTEN = '127.0.0.1:9464';

describe.runIf(laboratory('metrics', 'curl'))('metrics', () => {
  let network: Network;
  let running: Running[] = [];
  beforeAll(async () => {
    network = makeNetwork();
    network.gateway.ip('link set lo up\n');
    await serveNodes(network);
  });
  afterEach(async () => {
    await Promise.all(running.map((one) => one.dispose()));
    running = [];
  });
  afterAll(() => network.dispose());

  const started = async (more: object = {}): Promise<Running> => {
    const config = configuration({ metrics: { listen: LISTEN }, ...more });
    const gateway = await startGateway(network.gateway, config);
    running.push(gateway);
    return gateway;
  };

  /** By series, as `name{labels}`. */
  const scraped = async (): Promise<ReadonlyMap<string, number>> => {
    const { stdout } = await network.gateway.run('curl', '-sSf', `http://${LISTEN}/metrics`);
    const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line): [string, number] => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
    );
  };

  const status = async (...argv: readonly string[]): Promise<string> => {
    const asking = ['-sSo', '/dev/null', '-w', '%{http_code}', ...argv];
    return (await network.gateway.run('curl', ...asking)).stdout;
  };

  it('D7: count the frames that pass, and tell how nodes and devices stand', async () => {
    const gateway = await started();
    const fetched = await network.client.run('curl', '-sS', `http://${CLUSTER}/`);
    expect(fetched.code).toBe(0);
    const series = await until('frames are counted', async () => {
      const all = await scraped();
      return (all.get('onehost_frames_total{verdict="forwarded"}') ?? 0) > 5 ? all : null;
    });
    expect(series.get('onehost_link_frames_total{link="campus",direction="in"}')).toBeGreaterThan(
      0,
    );
    expect(series.get('onehost_link_lost_frames_total{link="campus",reason="gone"}')).toBe(0);
    const nodes = ['alpha', 'beta', 'gamma'];
    const connections = nodes.map((node) => series.get(`onehost_connections{node="${node}"}`) ?? 0);
    expect(connections.reduce((sum, one) => sum + one, 0)).toBe(1);
    await gateway.command('set', 'node', 'beta', 'drain');
    network.gateway.ip('link set oh-campus down\n');
    const up = 'onehost_device_up{link="campus"}';
    const after = await until('the device is down', async () => {
      const all = await scraped();
      return all.get(up) === 0 ? all : null;
    });
    expect(after.get('onehost_node_state{node="beta",state="drain"}')).toBe(1);
    expect(after.get('onehost_device_up{link="interconnect"}')).toBe(1);
    network.gateway.ip('link set oh-campus up\n');
    await until('it is up', async () => (await scraped()).get(up) === 1);
    expect(await gateway.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('are at one path, to be read only', async () => {
    const gateway = await started();
    expect(await status(`http://${LISTEN}/metrics`)).toBe('200');
    expect(await status(`http://${LISTEN}/`)).toBe('404');
    expect(await status('-X', 'POST', '-d', 'x', `http://${LISTEN}/metrics`)).toBe('405');
    // Cannot be moved while it runs.
    gateway.reload(JSON.stringify(configuration({ metrics: { listen: '127.0.0.1:9465' } })));
    await until('it says so', () =>
      gateway.said().includes('changes where metrics are told: these need a restart'),
    );
  });

  it('are told as the user that the gateway becomes, at a port that was root’s', async () => {
    const listen = '127.0.0.1:80';
    await started({ metrics: { listen }, user: 'nobody' });
    expect(await status(`http://${listen}/metrics`)).toBe('200');
  });

  it('of a port that another program has: one line and exit 1, and it leaves nothing', async () => {
    const first = await started();
    const second = launch(
      network.gateway,
      configuration({
        networks: { campus: { device: { tap: 'oh-other' }, address: `${CLUSTER}/24` } },
        interconnect: { device: { tap: 'oh-another' }, address: '10.77.0.1/24' },
        metrics: { listen: LISTEN },
      }),
    );
    running.push(second);
    expect(await second.ended).toMatchObject({ code: 1, stdout: '' });
    expect(second.said()).toBe(
      `onehost: error: metrics: another program listens on ${LISTEN}; is a second gateway running? give this one another port\n`,
    );
    expect((await second.command('show', 'nodes')).stderr).toMatch(/no answer from a gateway/);
    expect(await status(`http://${LISTEN}/metrics`)).toBe('200');
    expect(await first.end('SIGTERM')).toMatchObject({ code: 0 });
  });
});
