// Real programs' conversations through another gateway: replayed from one side of it, what onehost sends
// is what the other side of it shows.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replay } from '../../adapters/cli/replay.ts';
import type { Capture } from '../../adapters/pcap/capture.ts';
import { readCapture } from '../../adapters/pcap/read.ts';
import { naiveSum } from '../core/wire/naive-checksum.ts';

const CONFIGURATION = `
cluster: lab
networks:
  campus: { device: { tap: oh-campus }, address: 10.90.0.100/24 }
interconnect: { device: { tap: oh-inter }, address: 10.91.0.254/24 }
nodes:
  n1: { number: 1, address: 10.91.0.1 }
  n2: { number: 2, address: 10.91.0.2 }
services:
  - { port: 80, protocol: tcp, route: connection, nodes: [n2] }
  - { port: 513, protocol: tcp, route: connection, nodes: [n1] }
  - { port: 514, protocol: tcp, route: connection, nodes: [n2] }
`;

const CLIENT = [10, 90, 0, 2];
const captureOf = (name: string): string =>
  fileURLToPath(new URL(`captures/${name}.pcap`, import.meta.url));

const read = (path: string): Capture => {
  const capture = readCapture(readFileSync(path));
  if (E.isLeft(capture)) throw new Error(capture.left.sentence);
  return capture.right;
};

const at = (frame: Uint8Array, from: number, to: number): readonly number[] => [
  ...frame.subarray(from, to),
];
const isArp = (frame: Uint8Array): boolean => frame[13] === 0x06;
const destination = (frame: Uint8Array): readonly number[] =>
  isArp(frame) ? at(frame, 38, 42) : at(frame, 30, 34);
const source = (frame: Uint8Array): readonly number[] =>
  isArp(frame) ? at(frame, 28, 32) : at(frame, 26, 30);

/** The frame without what depends on the gateway that sent it: MAC addresses, TTL, IP header checksum. */
const impersonal = (frame: Uint8Array): string => {
  const bytes = Buffer.from(frame);
  bytes.fill(0, 0, 12);
  if (isArp(frame)) bytes.fill(0, 22, 28).fill(0, 32, 38);
  else bytes.fill(0, 22, 23).fill(0, 24, 26);
  return bytes.toString('hex');
};

/** Whether the checksums of IP header and TCP segment are right. */
const isSound = (frame: Uint8Array): boolean => {
  if (isArp(frame)) return true;
  const header = frame.subarray(14, 34);
  const segment = frame.subarray(34, 14 + ((frame[16] ?? 0) << 8) + (frame[17] ?? 0));
  const pseudo = [...at(frame, 26, 34), 0, 6, segment.length >> 8, segment.length & 255];
  return (
    frame[14] === 0x45 &&
    naiveSum(header) === 0xffff &&
    naiveSum(Uint8Array.from([...pseudo, ...segment])) === 0xffff
  );
};

const frames = (capture: Capture): readonly Uint8Array[] =>
  capture.frames.map(({ bytes }) => Uint8Array.from(bytes as Uint8Array));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onehost-replay-'));
  writeFileSync(join(folder, 'cluster.yaml'), CONFIGURATION);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the gateway sends by each link when both captures of `name` arrive. */
const sent = (name: string): { interconnect: Uint8Array[]; campus: Uint8Array[] } => {
  const out = join(folder, `${name}.pcapng`);
  const code = replay(
    {
      config: join(folder, 'cluster.yaml'),
      in: [`campus=${captureOf(`${name}.out`)}`, `interconnect=${captureOf(`${name}.in`)}`],
      out,
    },
    () => undefined,
    (line) => {
      throw new Error(line);
    },
  );
  expect(code).toBe(0);
  const written = read(out);
  expect(written.interfaces.map(({ name: link }) => link)).toEqual(['interconnect', 'campus']);
  const by = (index: number): Uint8Array[] =>
    written.frames
      .filter(({ interfaceIndex }) => interfaceIndex === index)
      .map(({ bytes }) => Uint8Array.from(bytes as Uint8Array));
  return { interconnect: by(0), campus: by(1) };
};

const conversation = (name: string, node: readonly number[], toNode: number, toClient: number) => {
  const { interconnect, campus } = sent(name);
  const inside = frames(read(captureOf(`${name}.in`)));
  const outside = frames(read(captureOf(`${name}.out`)));
  const isFor = (who: readonly number[]) => (frame: Uint8Array) =>
    destination(frame).join() === who.join();

  expect(interconnect.map(impersonal)).toEqual(inside.filter(isFor(node)).map(impersonal));
  expect(campus.map(impersonal)).toEqual(outside.filter(isFor(CLIENT)).map(impersonal));
  expect([interconnect.length, campus.length]).toEqual([toNode, toClient]);
  expect([...interconnect, ...campus].every(isSound)).toBe(true);
  return { interconnect, campus };
};

describe('replay of real programs', () => {
  it('A9, A11: http is rewritten on the way to the node and back as the other gateway did it', () => {
    conversation('http', [10, 91, 0, 2], 6, 4);
  });

  it('A19: rlogin follows its connection, as the other gateway did it', () => {
    conversation('rlogin', [10, 91, 0, 1], 25, 23);
  });

  it('A19, D4: rsh works with its second connection, which the node opens from a reserved port', () => {
    const { interconnect, campus } = conversation('rsh-stderr', [10, 91, 0, 2], 12, 11);
    const ports = (frame: Uint8Array): number => ((frame[34] ?? 0) << 8) + (frame[35] ?? 0);
    // The ARP reply is the gateway's own; it stands where the other gateway's stands.
    expect(interconnect.filter(isArp).map(source)).toEqual([[10, 91, 0, 254]]);
    // From 10.90.0.100 port 1023 the node opened it: reserved, and not moved.
    expect(campus.filter((frame) => ports(frame) === 1023)).toHaveLength(5);
  });
});
