// Without a gateway: what the servers and the client of the laboratory do by themselves.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Network } from './network.ts';
import { laboratory, makeNetwork, NODES } from './network.ts';
import type { NfsClient } from './nfs-client.ts';
import { buildNfsClient, stepsOf, TOOLS } from './nfs-client.ts';
import type { NfsMachines } from './nfs-servers.ts';
import { EXPORTS, moveMount, OWN_PORTS, SERVERS, serveNfs } from './nfs-servers.ts';

const able = laboratory('servers of NFS', ...SERVERS, ...TOOLS);
describe.runIf(able)('the servers of NFS, straight', () => {
  let network: Network;
  let nfs: NfsClient;
  let machines: NfsMachines;
  beforeAll(async () => {
    network = makeNetwork();
    nfs = buildNfsClient();
    machines = await serveNfs(network, OWN_PORTS);
  });
  afterAll(() => {
    network.dispose();
    nfs.dispose();
  });

  it('A16: each node has its own port for MOUNT', async () => {
    for (const name of ['alpha', 'beta', 'gamma'] as const) {
      const steps = await nfs.run(network.nodes.alpha, NODES[name], 'null');
      expect(stepsOf(steps, 'getport')).toEqual([
        { program: 'mount', port: OWN_PORTS[name] },
        { program: 'nfs', port: 2049 },
      ]);
    }
  });

  it('A17: the filehandle holds the number of the node', async () => {
    for (const [name, number] of [
      ['alpha', 1],
      ['beta', 2],
      ['gamma', 3],
    ] as const) {
      const path = EXPORTS[name];
      const steps = await nfs.run(network.nodes.alpha, NODES[name], 'mnt', path);
      expect(stepsOf(steps, 'mnt')).toMatchObject([
        { path, status: 0, handle: expect.stringMatching(`^43..000${number}`) as string },
      ]);
    }
  });

  // 13 is MNT3ERR_ACCES (RFC 1813 section 5.1.4): Ganesha says no more.
  it.each([
    ['/nowhere', 13],
    [EXPORTS.beta, 13],
    [`${EXPORTS.alpha}/nowhere`, 13],
    [`${EXPORTS.alpha}/inner`, 0],
    [`${EXPORTS.alpha}/`, 0],
    [EXPORTS.alpha.slice(1), 13],
  ])('A15: MNT of %s has status %d', async (path, status) => {
    const steps = await nfs.run(network.nodes.beta, NODES.alpha, 'mnt', path);
    expect(stepsOf(steps, 'mnt')).toMatchObject([{ path, status }]);
  });

  it.each([1024, 8192, 32768])('A18: a file in transfers of %d bytes', async (size) => {
    const path = EXPORTS.gamma;
    const { file, bytes } = nfs.content('file', 100_000);
    const argv = [`file-${size}`, String(size), file, path];
    const steps = await nfs.run(network.nodes.beta, NODES.gamma, 'files', ...argv);
    expect(stepsOf(steps, 'commit')).toEqual([{ path, status: 0 }]);
    expect(stepsOf(steps, 'read')).toEqual([{ path, same: bytes.length }]);
    expect(await machines.gamma.read(`${path}/file-${size}`)).toEqual(Buffer.from(bytes));
  });

  it('A16: MOUNT can move to another port, the files stay', async () => {
    await moveMount(machines.beta, 'beta', 20148);
    const steps = await nfs.run(network.nodes.alpha, NODES.beta, 'mnt', EXPORTS.beta);
    expect(stepsOf(steps, 'getport')).toEqual([{ program: 'mount', port: 20148 }]);
    expect(stepsOf(steps, 'mnt')).toMatchObject([{ status: 0 }]);
  });
});
