// A folder with a configuration and captures, and a command run in it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePcapng } from '../../../adapters/pcap/pcapng-write.ts';

export const CONFIGURATION = `
cluster: lab
networks:
  campus: { device: { tap: oh-campus }, address: 10.90.0.100/24 }
interconnect: { device: { tap: oh-inter }, address: 10.91.0.254/24 }
local: { tun: oh-local }
nodes:
  n1: { number: 1, address: 10.91.0.1 }
  n2: { number: 2, address: 10.91.0.2 }
services:
  - { port: 80, protocol: tcp, route: connection, nodes: [n2] }
`;

export interface Folder {
  /** The path of a name in the folder. */
  path(name: string): string;
  write(name: string, content: string | Uint8Array): string;
  remove(): void;
}

export const makeFolder = (): Folder => {
  const folder = mkdtempSync(join(tmpdir(), 'onehost-cli-'));
  return {
    path: (name) => join(folder, name),
    write: (name, content) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
};

/** A capture of real programs, by name and side: `http.out`. */
export const golden = (name: string): string =>
  fileURLToPath(new URL(`../../golden/captures/${name}.pcap`, import.meta.url));

export const pcapngOf = (
  linkType: 'ethernet' | 'ip',
  frames: readonly (readonly [number, Uint8Array])[],
): Uint8Array =>
  writePcapng(
    [{ name: 'any', linkType }],
    frames.map(([time, bytes]) => ({ interfaceIndex: 0, time, bytes })),
  );

export interface Ran {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

type Line = (line: string) => void;

export const ran = (command: (out: Line, err: Line) => number): Ran => {
  const out: string[] = [];
  const err: string[] = [];
  const code = command(
    (line) => out.push(line),
    (line) => err.push(line),
  );
  return { code, out, err };
};
