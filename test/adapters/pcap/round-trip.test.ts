// What is written is read again, by us and by other programs.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pcapngFrame, pcapngHeader, writePcapng } from '../../../adapters/pcap/pcapng-write.ts';
import { readCapture } from '../../../adapters/pcap/read.ts';
import { capture, captureNames, right } from './captures.ts';

const linkInterface = fc.record({
  name: fc.string({ unit: 'grapheme', maxLength: 20 }),
  linkType: fc.constantFrom('ethernet' as const, 'ip' as const),
});
/** Until the year 2100, to the microsecond. */
const microseconds = fc.bigInt({ min: 0n, max: 4_102_444_800_000_000n });
const content = fc.array(linkInterface, { minLength: 1, maxLength: 4 }).chain((interfaces) =>
  fc.record({
    interfaces: fc.constant(interfaces),
    frames: fc.array(
      fc.record({
        interfaceIndex: fc.nat(interfaces.length - 1),
        time: microseconds.map((count) => Number(count) / 1000),
        bytes: fc.uint8Array({ maxLength: 70 }),
      }),
      { maxLength: 8 },
    ),
  }),
);

describe('writePcapng', () => {
  it('is read again as it was', () => {
    fc.assert(
      fc.property(content, ({ interfaces, frames }) => {
        const read = right(readCapture(writePcapng(interfaces, frames)));
        expect(read.truncatedAt).toBeNull();
        expect(read.interfaces).toEqual(interfaces);
        expect(read.frames).toEqual(
          frames.map((frame, index) => ({
            ...frame,
            number: index + 1,
            linkType: interfaces[frame.interfaceIndex]?.linkType,
            originalLength: frame.bytes.length,
            snapped: false,
          })),
        );
      }),
    );
  });

  it('keeps a time whose double lies below its microsecond', () => {
    const frame = { interfaceIndex: 0, time: 1.001, bytes: new Uint8Array(1) };
    expect(frame.time * 1000).toBeLessThan(1001);
    const read = right(readCapture(writePcapng([{ name: '', linkType: 'ip' }], [frame])));
    expect(read.frames[0]?.time).toBe(1.001);
  });

  it('is a whole file after each appended chunk', () => {
    fc.assert(
      fc.property(content, ({ interfaces, frames }) => {
        const file = [...pcapngHeader(interfaces)];
        for (const [index, frame] of frames.entries()) {
          file.push(...pcapngFrame(frame));
          const read = right(readCapture(Uint8Array.from(file)));
          expect(read.truncatedAt).toBeNull();
          expect(read.frames).toHaveLength(index + 1);
        }
        expect(writePcapng(interfaces, frames)).toEqual(Uint8Array.from(file));
      }),
    );
  });
});

const run = (program: string, ...args: string[]) =>
  spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
const isThere = (program: string): boolean => run(program, '--version').status === 0;

describe('other programs', () => {
  let folder = '';
  let file = '';
  let frameCount = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'onehost-pcapng-'));
    file = join(folder, 'all.pcapng');
    const frames = captureNames.flatMap((name, interfaceIndex) =>
      capture(name).frames.map((frame) => ({ ...frame, interfaceIndex })),
    );
    const interfaces = captureNames.map((name) => ({ name, linkType: 'ethernet' as const }));
    frameCount = frames.length;
    writeFileSync(file, writePcapng(interfaces, frames));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.runIf(isThere('capinfos'))('capinfos counts the frames', () => {
    const { stdout, stderr } = run('capinfos', '-Mc', file);
    expect(stderr).toBe('');
    expect(stdout).toMatch(new RegExp(`Number of packets *: *${frameCount}\n`));
  });

  it.runIf(isThere('tcpdump'))('tcpdump shows the frames', () => {
    const { status, stdout } = run('tcpdump', '-ttnr', file);
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(frameCount);
    expect(stdout).toContain(' IP 10.90.0.2.56700 > 10.90.0.100.80: Flags [S], seq 3277579505');
  });

  it.runIf(isThere('tshark'))('tshark agrees about interface, time, length and bytes', () => {
    const fields = ['interface_name', 'time_epoch', 'len', 'cap_len'].flatMap((field) => [
      '-e',
      `frame.${field}`,
    ]);
    const { stdout } = run('tshark', '-r', file, '-T', 'fields', ...fields, '-e', 'tcp.checksum');
    const rows = captureNames.flatMap((name) =>
      capture(name).frames.map((frame) => {
        const seconds = (frame.time / 1000).toFixed(6);
        const { length } = frame.bytes;
        const isTcp = frame.bytes[12] === 8 && frame.bytes[13] === 0 && frame.bytes[23] === 6;
        const checksum = Buffer.from(frame.bytes.subarray(50, 52) as Uint8Array).toString('hex');
        return `${name}\t${seconds}000\t${length}\t${length}\t${isTcp ? `0x${checksum}` : ''}`;
      }),
    );
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((row) => row.trimEnd()),
    ).toEqual(rows.map((row) => row.trimEnd()));
  });
});
