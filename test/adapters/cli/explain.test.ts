import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExplainOptions } from '../../../adapters/cli/explain.ts';
import { explain } from '../../../adapters/cli/explain.ts';
import { parseFrameHex } from '../../../adapters/cli/frame-hex.ts';
import type { Folder, Ran } from './laboratory.ts';
import { CONFIGURATION, golden, makeFolder, ran } from './laboratory.ts';

let folder: Folder;
let config = '';
beforeAll(() => {
  folder = makeFolder();
  config = folder.write('cluster.yaml', CONFIGURATION);
});
afterAll(() => {
  folder.remove();
});

const explained = (options: Omit<ExplainOptions, 'config'>): Ran =>
  ran((out, err) => explain({ config, ...options }, out, err));

const HTTP = golden('http.out');
/** The first frame of the capture: a SYN. */
const syn = (): string => readFileSync(HTTP).subarray(40, 114).toString('hex');

/** Of the captures of MOUNT and NFS, whose file systems are called after their nodes. */
const RPC_CONFIGURATION = CONFIGURATION.replace(
  /services:[^]*/,
  `services:
  - { port: 111, protocol: udp, route: portmapper }
  - { port: 20048, protocol: udp, route: mount }
  - { port: 2049, protocol: udp, route: nfs, filehandle: ganesha }
exports: { /export/n1: n1, /export/n2: n2 }
mountPorts: { n1: 20048, n2: 20048 }
`,
);

const FIRST_LINES = `frame 3 of ${HTTP}, on campus at 2026-11-22T11:48:49.952214Z: the 2 frames before it went through the switch first, by campus
tcp 10.90.0.2:56700 > 10.90.0.100:80 ACK`;

describe('onehost explain', () => {
  it('tells of a frame of a capture, after those before it', () => {
    const { code, out, err } = explained({ on: 'campus', pcap: HTTP, number: 3 });
    expect([code, err]).toEqual([0, []]);
    const text = out.join('\n');
    expect(text.startsWith(FIRST_LINES)).toBe(true);
    expect(text).toMatch(
      /^ {2}565 {2}routing function f_inconn {2}its entry is tcp host 10\.90\.0\.2/m,
    );
    expect(text).toMatch(
      /^ {2}message switch table +80\/tcp +80\/tcp: function connection over n2$/m,
    );
    expect(text).toMatch(/^ {2}forward by interconnect to node n2 \(path inbound-function\)$/m);
    expect(text).toMatch(
      /^ {2}byte 30 +ipv4\.destination +10\.90\.0\.100 \[0a5a0064\] +> 10\.91\.0\.2 \[0a5b0002\]$/m,
    );
    expect(text).toMatch(
      /^ {2}tcp\.checksum, byte 50 +0x[0-9a-f]{4}, valid +> 0x[0-9a-f]{4}, valid$/m,
    );
  });

  it('A15, A18: tells what a routing function read of a real MOUNT and NFS call', () => {
    const rpc = folder.write('rpc.yaml', RPC_CONFIGURATION);
    const line565 = (name: string, number: number): string => {
      const options = { config: rpc, on: 'campus', pcap: golden(name), number };
      const { out } = ran((say, err) => explain(options, say, err));
      return out.find((line) => line.startsWith('  565')) ?? '';
    };
    expect(line565('mount3-udp.out', 3)).toBe(
      '  565  routing function f_MOUNT  MNT of MOUNT version 3 names "/export/n1" (bytes 110 to 119, box 805); ' +
        'the longest entry of the cluster export table that contains it is "/export/n1", of n1 (boxes 810 to 825); ' +
        'the mount port table has port 20048 for n1, configured (boxes 830, 835): ' +
        'NODE_ADDR is 10.91.0.1, NODE_PORT is 20048 (box 840)',
    );
    expect(line565('nfs3-udp-8k.out', 9)).toBe(
      '  565  routing function f_NFS  WRITE of NFS version 3 begins with a filehandle of 28 bytes (bytes 110 to 137, box 930); ' +
        'its node number is 1 (bytes 112 to 113, box 935): n1; NODE_ADDR is 10.91.0.1, NODE_PORT is 2049 (box 940)',
    );
  });

  it('without those before it the connection is not known', () => {
    const third = readFileSync(HTTP);
    // Two records of 74 bytes stand before the third, which has 66.
    const hex = third.subarray(24 + 90 + 90 + 16, 24 + 90 + 90 + 16 + 66).toString('hex');
    const { code, out } = explained({ on: 'campus', hex });
    expect(code).toBe(0);
    expect(out[0]).toBe('a frame of 66 bytes on campus; no frame went before it');
    expect(out.join('\n')).toContain('drop no-connection: belongs to no known connection');
  });

  it('--json: the same in one object', () => {
    const { code, out } = explained({ on: 'campus', hex: syn(), json: true });
    expect([code, out.length]).toEqual([0, 1]);
    const object = JSON.parse(out[0] ?? '') as Record<string, unknown>;
    expect(object).toMatchObject({
      link: 'campus',
      what: 'tcp 10.90.0.2:56700 > 10.90.0.100:80 SYN',
      frame: syn(),
      verdict: 'forward',
      egress: 'interconnect',
      node: 'n2',
      path: 'inbound-function',
      sent: [],
    });
    expect(Object.keys(object)).toEqual(
      expect.arrayContaining(['steps', 'reads', 'tableChanges', 'fields', 'checksums', 'leaving']),
    );
  });

  it('reads hexadecimal with spaces, colons and line ends, and says where it is wrong', () => {
    const spaced = syn()
      .replace(/../g, '$& ')
      .replace(/(.{48})/g, '$1\n');
    const coloned = syn().match(/../g)?.join(':') ?? '';
    const whole = explained({ on: 'campus', hex: syn() }).out;
    expect(explained({ on: 'campus', hex: spaced }).out).toEqual(whole);
    expect(explained({ on: 'campus', hex: coloned }).out).toEqual(whole);

    const wrong = (hex: string): readonly unknown[] => {
      const { code, err } = explained({ on: 'campus', hex });
      return [code, ...err];
    };
    expect(wrong('02 0x')).toEqual([2, '--hex: "x" at position 5 is not a hexadecimal digit']);
    expect(wrong('02 3 04')[1]).toBe(
      '--hex: the byte that ends at position 4 has one digit; expected two',
    );
    expect(wrong('021')[1]).toBe(
      '--hex: the last byte, at position 3, has one digit; expected two',
    );
    expect(wrong(' \n')[1]).toContain('there are no bytes');
    expect(parseFrameHex('fF')).toMatchObject({ right: Uint8Array.of(255) });
  });

  it('says what is wrong with the command line: exit code 2', () => {
    const wrong = (options: Omit<ExplainOptions, 'config'>): readonly unknown[] => {
      const { code, err } = explained(options);
      return [code, ...err];
    };
    expect(wrong({ on: 'moon', hex: 'ff' })).toEqual([
      2,
      '--on: no network is named "moon"; there are interconnect, local, campus',
    ]);
    expect(wrong({ on: 'campus' })[0]).toBe(2);
    expect(wrong({ on: 'campus', hex: 'ff', pcap: HTTP })[0]).toBe(2);
    for (const number of [0, -1, 1.5, Number.NaN])
      expect(wrong({ on: 'campus', pcap: HTTP, number })[0]).toBe(2);
  });

  it('says which frames a capture has when it has not the one asked for: exit code 1', () => {
    const { code, err } = explained({ on: 'campus', pcap: HTTP, number: 11 });
    expect([code, err]).toEqual([1, [`${HTTP}: has only 10 frames; there is no frame 11`]]);
    const cut = folder.write('cut.pcap', readFileSync(HTTP).subarray(0, 120));
    expect(explained({ on: 'campus', pcap: cut, number: 2 }).err).toEqual([
      `${cut}: has only 1 frame, as it is cut off; there is no frame 2`,
    ]);
    expect(explained({ on: 'campus', pcap: folder.path('none') }).code).toBe(1);
  });

  it('explains bytes that are no frame', () => {
    const { code, out } = explained({ on: 'campus', hex: 'de ad' });
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('Ethernet header, at byte 0: ends after 2 bytes of 14');
    expect(explained({ on: 'local', hex: '45' }).out.join('\n')).toContain(
      'IPv4 header, at byte 0: ends after 1 byte of 20',
    );
  });
});
