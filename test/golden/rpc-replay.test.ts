// Real NFS clients and servers through another gateway: what onehost sends is what the other side of it
// shows. The portmapper alone answers for itself: there the meaning is compared.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../adapters/pcap/read.ts';
import { decodeConfig } from '../../core/config/decode.ts';
import { topologyOf } from '../../core/config/topology.ts';
import { replayFrame, startOffline } from '../../core/simulate/offline.ts';
import { naiveSum } from '../core/wire/naive-checksum.ts';

// Node 1 exports what carries Export_Id 1; the other is there so that there is a choice.
const CONFIGURATION = {
  cluster: 'lab',
  networks: { campus: { device: { tap: 'oh-campus' }, address: '10.90.0.100/24' } },
  interconnect: { device: { tap: 'oh-inter' }, address: '10.91.0.254/24' },
  nodes: {
    n1: { number: 1, address: '10.91.0.1' },
    n2: { number: 2, address: '10.91.0.2' },
  },
  services: [
    { port: 111, protocol: 'udp', route: 'portmapper' },
    { port: 20048, protocol: 'udp', route: 'mount' },
    { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
  ],
  exports: { '/export': 'n2', '/export/n1': 'n1' },
  mountPorts: { n1: 20048, n2: 20048 },
};
const INTERCONNECT = 0;
const CAMPUS = 2;

interface Captured {
  readonly link: number;
  readonly frame: Uint8Array;
  readonly time: number;
}

const topology = () => {
  const config = decodeConfig(CONFIGURATION);
  if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
  return topologyOf(config.right);
};

const read = (name: string, link: number): readonly Captured[] => {
  const path = fileURLToPath(new URL(`captures/${name}.pcap`, import.meta.url));
  const capture = readCapture(readFileSync(path));
  if (E.isLeft(capture)) throw new Error(capture.left.sentence);
  return capture.right.frames.map(({ bytes, time }) => ({
    link,
    frame: Uint8Array.from(bytes as Uint8Array),
    time,
  }));
};

const word = (frame: Uint8Array, at: number): number =>
  (frame[at] ?? 0) * 256 + (frame[at + 1] ?? 0);
const isIp = ({ frame }: Captured): boolean => word(frame, 12) === 0x0800;
const isFirst = (frame: Uint8Array): boolean => (word(frame, 20) & 0x1fff) === 0;
const isFor = (frame: Uint8Array, who: string): boolean => frame.slice(30, 34).join('.') === who;
/** Asked, or answered, by a portmapper. */
const isPortmap = ({ frame }: Pick<Captured, 'frame'>): boolean =>
  isFirst(frame) && (word(frame, 34) === 111 || word(frame, 36) === 111);
const payload = ({ frame }: Pick<Captured, 'frame'>): string =>
  Buffer.from(frame.slice(42, 14 + word(frame, 16))).toString('hex');

/** The packet without what depends on the gateway that sent it: MAC addresses, TTL, IP header checksum. */
const impersonal = ({ frame }: Pick<Captured, 'frame'>): string => {
  const bytes = Buffer.from(frame.slice(0, 14 + word(frame, 16)));
  bytes.fill(0, 0, 12).fill(0, 22, 23).fill(0, 24, 26);
  return bytes.toString('hex');
};

/** Whether the checksum of the IP header is right, and UDP's where it can be told. */
const isSound = ({ frame }: Pick<Captured, 'frame'>): boolean => {
  const end = 14 + word(frame, 16);
  if (frame[14] !== 0x45 || naiveSum(frame.subarray(14, 34)) !== 0xffff) return false;
  if ((word(frame, 20) & 0x3fff) !== 0 || word(frame, 40) === 0) return true;
  const data = frame.subarray(34, end);
  const pseudo = [...frame.subarray(26, 34), 0, 17, data.length >> 8, data.length & 255];
  return naiveSum(Uint8Array.from([...pseudo, ...data])) === 0xffff;
};

/**
 * A conversation through the switch: what was on each side, and what the switch sent to each. Of the node
 * comes what it says from these ports; the rest the switch answers itself.
 */
const conversation = (name: string, ofNode: readonly number[]) => {
  const outside = read(`${name}.out`, CAMPUS).filter(isIp);
  const inside = read(`${name}.in`, INTERCONNECT).filter(isIp);
  const fromNode = inside.filter(
    ({ frame }) =>
      isFor(frame, '10.90.0.2') && (!isFirst(frame) || ofNode.includes(word(frame, 34))),
  );
  const fromHost = outside.filter(({ frame }) => isFor(frame, '10.90.0.100'));
  const frames = [...fromHost, ...fromNode].sort((a, b) => a.time - b.time);
  let state = startOffline(topology(), frames);
  const sent = frames.flatMap((one) => {
    const replayed = replayFrame(state, one, one.time);
    state = replayed.state;
    return [...replayed.due, ...replayed.step.outputs];
  });
  const by = (link: number) => sent.filter(({ egress }) => egress === link);
  return {
    toNode: by(INTERCONNECT),
    toHost: by(CAMPUS),
    wasToNode: inside.filter(({ frame }) => isFor(frame, '10.91.0.1')),
    wasToHost: outside.filter(({ frame }) => isFor(frame, '10.90.0.2')),
    tables: state.tables,
  };
};

type Conversation = ReturnType<typeof conversation>;

/** What is not the portmapper's is the same to the byte, and in the same order. */
const expectSame = ({ toNode, toHost, wasToNode, wasToHost }: Conversation): void => {
  const others = (frames: readonly Pick<Captured, 'frame'>[]): readonly string[] =>
    frames.filter((one) => !isPortmap(one)).map(impersonal);
  expect(toNode.map(impersonal)).toEqual(others(wasToNode));
  expect(others(toHost)).toEqual(others(wasToHost));
  expect([...toNode, ...toHost].every(isSound)).toBe(true);
};

const portmapAnswers = ({ toHost, wasToHost }: Conversation) =>
  [toHost, wasToHost].map((frames) => frames.filter(isPortmap).map(payload));

describe('replay of real NFS clients and servers', () => {
  it('A15 A16: a mount: the port is told by the gateway, the rest is the node’s', () => {
    const mount = conversation('mount3-udp', [20048]);
    expectSame(mount);
    expect([mount.toNode.length, mount.toHost.length]).toEqual([1, 2]);
    const [ours, theirs] = portmapAnswers(mount);
    expect(ours).toEqual(theirs);
    expect(ours).toHaveLength(1);
    expect([...mount.tables.mounts.values()]).toMatchObject([{ path: '/export/n1', asked: null }]);
  });

  it('A17 A18 D3: reads and writes of 8 KiB, six fragments each way, go by their handle', () => {
    const nfs = conversation('nfs3-udp-8k', [20048, 2049]);
    expectSame(nfs);
    expect([nfs.toNode.length, nfs.toHost.length]).toEqual([22, 30]);
    const laterFragments = (frames: readonly Pick<Captured, 'frame'>[]): number =>
      frames.filter(({ frame }) => !isFirst(frame)).length;
    expect([laterFragments(nfs.toNode), laterFragments(nfs.toHost)]).toEqual([10, 10]);
    const [ours, theirs] = portmapAnswers(nfs);
    expect(ours).toEqual(theirs);
    expect(ours).toHaveLength(8);
    // Nothing is kept of fragments that are through.
    expect(nfs.tables.datagrams.byKey.size).toBe(0);
  });

  it('A16: rpcinfo: GETADDR tells the cluster’s address, and NULL is answered at it', () => {
    const { toNode, toHost, wasToHost } = conversation('portmap-v4-udp', []);
    expect(toNode).toEqual([]);
    expect(toHost.map(payload)).toEqual(wasToHost.map(payload));
    const text = Buffer.from(toHost.map(payload)[0] ?? '', 'hex').toString('latin1');
    expect(text).toContain('10.90.0.100.8.1');
    const ends = ({ frame }: Pick<Captured, 'frame'>): string =>
      Buffer.from(frame.slice(26, 38)).toString('hex');
    expect(toHost.map(ends)).toEqual(wasToHost.map(ends));
    expect(toHost.every(isSound)).toBe(true);
  });
});
