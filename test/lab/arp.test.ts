import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOf } from '../../core/wire/bytes.ts';
import { record } from './capture.ts';
import type { Running } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { Host } from './host.ts';
import type { Network } from './network.ts';
import { CLUSTER, INTERNAL, laboratory, makeNetwork } from './network.ts';
import { serveNodes } from './servers.ts';
import { until } from './until.ts';

interface KnownNeighbour {
  readonly dst: string;
  readonly lladdr?: string;
}

const neighbours = async (host: Host): Promise<readonly KnownNeighbour[]> => {
  const { stdout } = await host.run('ip', '-j', 'neigh', 'show');
  return JSON.parse(stdout) as readonly KnownNeighbour[];
};

const hexAddress = (address: string): string =>
  Buffer.from(address.split('.').map(Number)).toString('hex');

describe.runIf(laboratory('ARP', 'tcpdump', 'curl'))('on the wire', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onehost-lab-'));
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    await serveNodes(network);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
    rmSync(folder, { recursive: true });
  });

  it('D1: when the gateway starts it announces its address on every link', async () => {
    const sides = [
      { host: network.client, address: CLUSTER },
      { host: network.nodes.alpha, address: INTERNAL },
    ];
    const recordings = await Promise.all(
      sides.map(({ host }) => record(host, join(folder, host.name), 'arp')),
    );
    gateway = await startGateway(network.gateway);
    for (const [side, recording] of recordings.entries()) {
      const first = await until('an announcement', () => recording.frames()[0]);
      await recording.stop();
      const address = hexAddress(sides[side]?.address ?? '');
      const frame = Buffer.from(copyOf(first.bytes)).toString('hex');
      const sender = frame.slice(12, 24);
      // RFC 826 by its fields: Ethernet to everyone; hardware 1, protocol 0800, lengths 6 and 4, request;
      // sender; target of the same address (RFC 5227 section 3).
      expect(frame.slice(0, 84)).toBe(
        `ffffffffffff${sender}08060001080006040001${sender}${address}000000000000${address}`,
      );
    }
  });

  it('D1: the client knows one MAC address for all of the cluster, and no other neighbour', async () => {
    for (let turn = 0; turn < 3; turn++)
      await network.client.run('curl', '-sS', `http://${CLUSTER}/`);
    const [cluster, ...others] = await neighbours(network.client);
    expect(others).toEqual([]);
    expect(cluster).toMatchObject({ dst: CLUSTER });
    expect(cluster?.lladdr).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
  });

  it('D1: the gateway knows the client and the nodes by their own MAC addresses', async () => {
    const shown = await gateway.show('neighbours');
    for (const { host, link } of [
      { host: network.client, link: 'campus' },
      { host: network.nodes.beta, link: 'interconnect' },
    ]) {
      const { stdout } = await host.run('ip', '-j', 'addr', 'show', 'eth0');
      const [own] = JSON.parse(stdout) as readonly {
        address: string;
        addr_info: readonly { local: string }[];
      }[];
      const address = own?.addr_info[0]?.local;
      expect(shown).toContainEqual(expect.objectContaining({ link, address, mac: own?.address }));
    }
  });

  it('D1: a host that nobody answers for is asked for, and then given up', async () => {
    const absent = '198.51.100.77';
    const { stdout } = await network.nodes.alpha.run('ping', '-n', '-c', '1', '-W', '8', absent);
    expect(stdout).toContain(`From ${INTERNAL} icmp_seq=1 Destination Host Unreachable`);
    expect(await gateway.counted('neighbour-unreachable')).toBe(1);
  });
});
