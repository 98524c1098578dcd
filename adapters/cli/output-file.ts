// The pcapng file that `onehost replay -o` writes: one interface for each link.

import { closeSync, openSync, realpathSync, writeSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { Output } from '../../core/simulate/simulate.ts';
import type { Link, Topology } from '../../core/decision/topology.ts';
import { pcapngFrame, pcapngHeader } from '../pcap/pcapng-write.ts';

/** Each call gives a sentence when the file cannot be written. */
export interface OutputFile {
  write(output: Output, time: number): string | null;
  close(): string | null;
}

/** Bytes that are gathered before they are written. */
const GATHERED = 1 << 16;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'is a directory',
  EACCES: 'no permission to write it',
  EPERM: 'no permission to write it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

const sentence = (path: string, error: unknown): string => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return `${path}: cannot be written: ${reasons[code] ?? message}`;
};

/** Writes all of `chunks`: one call of the system may take a part only. */
const writeAll = (descriptor: number, chunks: readonly Uint8Array[]): void => {
  const bytes = Buffer.concat(chunks);
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
};

/** Whether both name one file; not so when one of them is not there. */
const isSame = (a: string, b: string): boolean => {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
};

/** The file at `path`, begun anew, for frames of the links of `topology`; or why not. */
export const openOutput = (
  path: string,
  topology: Topology,
  inputs: readonly string[],
): E.Either<string, OutputFile> => {
  if (inputs.some((input) => isSame(input, path)))
    return E.left(`${path}: is one of the captures; give -o another name`);
  const links = topology.links.filter((link) => link !== null);
  const interfaceOf = new Map<Link, number>(links.map(({ link }, index) => [link, index]));
  let gathered: Uint8Array[] = [
    pcapngHeader(links.map(({ name, framing }) => ({ name, linkType: framing }))),
  ];
  let size = 0;
  try {
    const descriptor = openSync(path, 'w');
    const attempt = (act: () => void): string | null => {
      try {
        act();
        return null;
      } catch (error) {
        return sentence(path, error);
      }
    };
    const flush = (): void => {
      writeAll(descriptor, gathered);
      gathered = [];
      size = 0;
    };
    return E.right({
      write: ({ egress, frame }, time) => {
        const chunk = pcapngFrame({
          interfaceIndex: interfaceOf.get(egress) ?? 0,
          time,
          bytes: frame,
        });
        gathered.push(chunk);
        size += chunk.length;
        return size < GATHERED ? null : attempt(flush);
      },
      close: () => {
        const unwritten = attempt(flush);
        const unclosed = attempt(() => closeSync(descriptor));
        return unwritten ?? unclosed;
      },
    });
  } catch (error) {
    return E.left(sentence(path, error));
  }
};
