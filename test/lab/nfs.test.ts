import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLIENT, CLUSTER, laboratory, makeNetwork, NODE_NAMES } from './network.ts';
import type { NfsClient, Step } from './nfs-client.ts';
import { buildNfsClient, stepsOf, TOOLS } from './nfs-client.ts';
import type { MountPorts, NfsMachines } from './nfs-servers.ts';
import * as nfsServers from './nfs-servers.ts';
import { EXPORTS, MOUNT_PORT, NFS_PORT, OWN_PORTS, PROGRAM, SAME_PORTS } from './nfs-servers.ts';
import { until } from './until.ts';
import type { Way } from './way.ts';
import { setUpNodes, WAYS } from './way.ts';

const PATHS = NODE_NAMES.map((name) => EXPORTS[name]);

/** MOUNT, portmapper and NFS by what is in each message; over TCP by the host that asks. */
const SERVICES = (['udp', 'tcp'] as const).flatMap((protocol) => [
  { port: 111, protocol, route: 'portmapper' },
  { port: MOUNT_PORT, protocol, route: 'mount' },
  { port: NFS_PORT, protocol, route: 'nfs', filehandle: 'ganesha' },
]);

// A port that differs cannot be had where messages are left alone, nor by clients that ask a node's own
// portmapper, as they do over TCP.
const PLACES: readonly (readonly [string, Way, MountPorts])[] = [
  ...WAYS.map(([name, way]) => [name, way, SAME_PORTS] as const),
  ...WAYS.filter(([, { forwarding }]) => forwarding === 'rewrite').map(
    ([name, way]) => [`${name}, each node's MOUNT on another port`, way, OWN_PORTS] as const,
  ),
];

const able = laboratory(
  'NFS',
  ...nfsServers.SERVERS,
  ...TOOLS,
  ...['showmount', 'nfs-ls', 'nfs-cat'],
);
describe.runIf(able).each(PLACES)('NFS, %s', (_, way, ports) => {
  let network: Network;
  let gateway: Running;
  let nfs: NfsClient;
  let machines: NfsMachines;
  beforeAll(async () => {
    network = makeNetwork();
    nfs = buildNfsClient();
    const exports = Object.fromEntries(NODE_NAMES.map((name) => [EXPORTS[name], name]));
    const config = { forwarding: way.forwarding, services: SERVICES, exports };
    machines = await nfsServers.serveNfs(network, ports);
    gateway = await startGateway(network.gateway, configuration(config));
    await setUpNodes(network, gateway, way);
    // Over both protocols each node was asked for its port, which in `direct` nobody needs to know.
    if (way.forwarding === 'rewrite')
      await until('the ports of MOUNT', async () => {
        return (await gateway.counted('rpc-port-learned')) >= 2 * NODE_NAMES.length;
      });
  });
  afterAll(async () => {
    network.dispose();
    nfs.dispose();
    await gateway.dispose();
  });

  const ask = (...argv: readonly string[]): Promise<readonly Step[]> =>
    nfs.run(network.client, CLUSTER, ...argv);

  it('A16: the portmapper tells ports that the gateway answers on', async () => {
    const steps = await ask('null');
    expect(stepsOf(steps, 'getport')).toEqual([
      { program: 'mount', port: MOUNT_PORT },
      { program: 'nfs', port: NFS_PORT },
    ]);
    expect(stepsOf(steps, 'null of mount')).toHaveLength(1);
    expect(stepsOf(steps, 'null of nfs')).toHaveLength(1);
  });

  it.each([
    ['-u', CLUSTER, PROGRAM.nfs, '3'],
    ['-u', CLUSTER, PROGRAM.mount, '3'],
    ['-T', 'udp', CLUSTER, PROGRAM.nfs, '3'],
    ['-T', 'udp', CLUSTER, PROGRAM.mount, '3'],
    ['-T', 'udp', CLUSTER, PROGRAM.portmapper, '2'],
  ])('A16: rpcinfo %s %s %s %s', async (...argv) => {
    const { code, stdout, stderr } = await network.client.run('rpcinfo', ...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^program \d+ version \d ready and waiting$/m);
  });

  it('A15, A17: from one port, each path is mounted at its node, whose number the handle has', async () => {
    const mounted = stepsOf(
      await ask('mnt', ...PATHS, ...PATHS.map((path) => `${path}/inner`)),
      'mnt',
    );
    expect(mounted.map(({ path, status }) => ({ path, status }))).toEqual(
      [...PATHS, ...PATHS.map((path) => `${path}/inner`)].map((path) => ({ path, status: 0 })),
    );
    expect(mounted.map(({ handle }) => String(handle).slice(4, 8))).toEqual([
      ...['0001', '0002', '0003'],
      ...['0001', '0002', '0003'],
    ]);
  });

  it('A15: a path that no node has is refused with a reply', async () => {
    const [answer] = stepsOf(await ask('mnt', '/nowhere'), 'mnt');
    expect(answer).toMatchObject({ path: '/nowhere' });
    expect(answer?.['status']).toBeGreaterThan(0);
  });

  it('A15: EXPORT lists what the cluster has', async () => {
    const exported = stepsOf(await ask('export'), 'export').map(({ path }) => String(path));
    expect(exported.sort()).toEqual(PATHS);
  });

  it('A15: DUMP lists what is mounted, until it is unmounted', async () => {
    await ask('umntall');
    expect(stepsOf(await ask('dump'), 'dump')).toEqual([]);
    await ask('mnt', ...PATHS);
    const mounts = stepsOf(await ask('dump'), 'dump');
    for (const path of PATHS) expect(mounts).toContainEqual({ host: CLIENT, path });
    const [gone, ...left] = PATHS;
    await ask('umnt', gone ?? '');
    const later = stepsOf(await ask('dump'), 'dump');
    expect(later).not.toContainEqual({ host: CLIENT, path: gone });
    for (const path of left) expect(later).toContainEqual({ host: CLIENT, path });
  });

  /** Copies a file to all paths, reads it back there, and looks at the nodes whether they have it. */
  const copy = async (size: number, name: string): Promise<void> => {
    const files = PATHS.map((path, index) => ({
      path,
      ...nfs.content(`${name}-${index}`, 100_000),
    }));
    const pairs = files.flatMap(({ file, path }) => [file, path]);
    const steps = await ask('files', name, String(size), ...pairs);
    expect(stepsOf(steps, 'commit')).toEqual(PATHS.map((path) => ({ path, status: 0 })));
    expect(stepsOf(steps, 'read')).toEqual(PATHS.map((path) => ({ path, same: 100_000 })));
    for (const [index, node] of NODE_NAMES.entries()) {
      const there = await machines[node].read(`${EXPORTS[node]}/${name}`);
      expect(there.equals(files[index]?.bytes ?? Buffer.of())).toBe(true);
    }
  };

  it.each([
    ['', 1024],
    [', D3: six fragments each', 8192],
    [', D3: 23 fragments each', 32768],
  ])(
    'A18%s: files at three nodes from one port, by turns, in transfers of %d bytes',
    async (_why, size) => {
      await copy(size, `file-${size}`);
    },
  );

  it('A18, D3: three hosts’ worth of it at once', async () => {
    await Promise.all([1024, 8192, 32768].map((size) => copy(size, `together-${size}`)));
  });

  /** Over TCP a host has one node: the exports that it can see are that one's. */
  const overTcp = async (query: string): Promise<readonly string[]> => {
    const seen: string[] = [];
    for (const name of NODE_NAMES) {
      const url = `nfs://${CLUSTER}${EXPORTS[name]}`;
      const listed = await network.client.run('nfs-ls', `${url}?${query}`);
      if (listed.code !== 0) continue;
      expect(listed.stdout).toMatch(/ note$/m);
      const note = await network.client.run('nfs-cat', `${url}/${nfsServers.NOTE}?${query}`);
      expect(note).toMatchObject({ code: 0, stdout: nfsServers.noteOf(name) });
      seen.push(name);
    }
    return seen;
  };

  it('A18: libnfs over TCP works with the node that its host has', async () => {
    const query = `version=3&nfsport=${NFS_PORT}&mountport=${MOUNT_PORT}`;
    expect(await overTcp(query)).toHaveLength(1);
  });

  if (ports === SAME_PORTS)
    it('A16: so it does when it asks for the ports', async () => {
      expect(await overTcp('version=3')).toHaveLength(1);
      const { code, stdout } = await network.client.run('showmount', '-e', CLUSTER);
      expect(code).toBe(0);
      // The node's portmapper tells its own address. Where that is not the cluster's, showmount turns to
      // UDP, and hears of all.
      const all = way.forwarding === 'rewrite' && !way.loopback;
      expect(PATHS.filter((path) => stdout.includes(`${path} `))).toHaveLength(all ? 3 : 1);
    });

  if (ports === OWN_PORTS)
    it('A16: MOUNT that moves to another port is found', async () => {
      await nfsServers.moveMount(machines.beta, 'beta', 20148);
      await until('the new port of MOUNT', async () => {
        const steps = await ask('mnt', EXPORTS.beta).catch(() => []);
        return stepsOf(steps, 'mnt')[0]?.['status'] === 0;
      });
    });
});
