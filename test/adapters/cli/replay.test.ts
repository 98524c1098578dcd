import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPLAIN_HELP, REPLAY_HELP } from '../../../adapters/cli/offline-help.ts';
import type { ReplayOptions } from '../../../adapters/cli/replay.ts';
import { replay } from '../../../adapters/cli/replay.ts';
import { timeText } from '../../../adapters/cli/replay-report.ts';
import { readCapture } from '../../../adapters/pcap/read.ts';
import type { Folder, Ran } from './laboratory.ts';
import { CONFIGURATION, golden, makeFolder, pcapngOf, ran } from './laboratory.ts';

let folder: Folder;
let config = '';
beforeAll(() => {
  folder = makeFolder();
  config = folder.write('cluster.yaml', CONFIGURATION);
});
afterAll(() => {
  folder.remove();
});

const replayed = (options: Omit<ReplayOptions, 'config'>): Ran =>
  ran((out, err) => replay({ config, ...options }, out, err));

const HTTP = golden('http.out');
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

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

describe('onehost replay', () => {
  it('tells each frame, and at the end how many there were of each kind', () => {
    const { code, out, err } = replayed({
      in: [`campus=${HTTP}`, `interconnect=${golden('http.in')}`],
    });
    expect([code, err]).toEqual([0, []]);
    expect(out.slice(0, 3)).toEqual([
      '11:48:49.952103 campus        tcp 10.90.0.2:56700 > 10.90.0.100:80 SYN  forward by interconnect to node n2',
      '11:48:49.952157 interconnect  tcp 10.90.0.2:56700 > 10.91.0.2:80 SYN  drop internal',
      '11:48:49.952189 interconnect  tcp 10.91.0.2:80 > 10.90.0.2:56700 SYN ACK  forward by campus from node n2',
    ]);
    expect(out.slice(20)).toEqual([
      '',
      '20 frames, 0.001 seconds; sent: interconnect 6, campus 4',
      '  10 forwarded',
      '   6 internal       a message between nodes does not concern the gateway',
      '   4 source-inside  a source address of the cluster came from outside',
    ]);
  });

  it('D3: fragments of real NFS calls follow their first to its node', () => {
    const rpc = folder.write('rpc.yaml', RPC_CONFIGURATION);
    const { code, out } = ran((say, err) =>
      replay({ config: rpc, in: [`campus=${golden('nfs3-udp-8k.out')}`] }, say, err),
    );
    expect(code).toBe(0);
    expect([out[8], out[9], out[13]]).toEqual([
      '11:48:39.090585 campus        udp 10.90.0.2:917 > 10.90.0.100:2049 fragment at 0 of packet 32549, 1480 bytes of data  forward by interconnect to node n1',
      '11:48:39.090608 campus        udp 10.90.0.2 > 10.90.0.100 fragment at 1480 of packet 32549, 1480 bytes of data  forward by interconnect to node n1',
      '11:48:39.090619 campus        udp 10.90.0.2 > 10.90.0.100 last fragment at 7400 of packet 32549, 916 bytes of data  forward by interconnect to node n1',
    ]);
    expect(out.slice(-4)).toEqual([
      '60 frames, 0.026 seconds; sent: campus 8, interconnect 22',
      '  30 source-inside  a source address of the cluster came from outside',
      '  22 forwarded',
      '   8 rpc-answer     an ONC RPC call that the gateway answered for the cluster',
    ]);
  });

  it('--json: one object a line, with what changed', () => {
    const { code, out } = replayed({ in: [`campus=${HTTP}`], json: true });
    expect([code, out.length]).toEqual([0, 10]);
    const [first, second] = out.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({
      number: 1,
      file: HTTP,
      fileNumber: 1,
      time: '2026-11-22T11:48:49.952103Z',
      link: 'campus',
      verdict: 'forward',
      egress: 'interconnect',
      path: 'inbound-function',
      node: 'n2',
      sent: 1,
    });
    expect(first).not.toHaveProperty('reason');
    expect(first?.changed).toContainEqual({
      field: 'ipv4.destination',
      offset: 30,
      before: '10.90.0.100',
      after: '10.91.0.2',
    });
    expect(second).toMatchObject({
      verdict: 'drop',
      reason: 'source-inside',
      changed: [],
      sent: 0,
    });
  });

  it('takes frames of one time in the order of the captures, and a network more than once', () => {
    const frames = bytesOf(HTTP);
    const capture = readCapture(frames);
    if (E.isLeft(capture)) throw new Error(capture.left.sentence);
    const [syn, , ack] = capture.right.frames.map(({ bytes }) => bytes as Uint8Array);
    const first = folder.write('first.pcapng', pcapngOf('ethernet', [[5000, ack ?? frames]]));
    const second = folder.write('second.pcapng', pcapngOf('ethernet', [[5000, syn ?? frames]]));
    const verdicts = (inputs: readonly string[]): readonly unknown[] =>
      replayed({ in: inputs.map((file) => `campus=${file}`), json: true }).out.map(
        (line) => (JSON.parse(line) as { verdict: string }).verdict,
      );
    expect(verdicts([first, second])).toEqual(['drop', 'forward']);
    expect(verdicts([second, first])).toEqual(['forward', 'forward']);
  });

  it('-o has one interface for each link, and each frame the time of its cause', () => {
    const out = folder.path('out.pcapng');
    expect(replayed({ in: [`campus=${HTTP}`], out }).code).toBe(0);
    const written = readCapture(bytesOf(out));
    if (E.isLeft(written)) throw new Error(written.left.sentence);
    expect(written.right.interfaces).toEqual([
      { name: 'interconnect', linkType: 'ethernet' },
      { name: 'local', linkType: 'ip' },
      { name: 'campus', linkType: 'ethernet' },
    ]);
    expect(written.right.frames.map(({ time }) => timeText(time).slice(17))).toEqual([
      '49.952103Z',
      '49.952214Z',
      '49.952266Z',
      '49.952438Z',
      '49.953436Z',
      '49.953583Z',
    ]);
  });

  it('replays what a capture that is cut off still has, and says where it was cut', () => {
    const cut = folder.write('cut.pcap', bytesOf(HTTP).subarray(0, 24 + 16 + 74 + 20));
    const { code, out, err } = replayed({ in: [`campus=${cut}`], json: true });
    expect([code, out.length]).toEqual([1, 1]);
    expect(err).toEqual([`${cut}: is cut off at byte 114; what is before that is used (1 frame)`]);
  });

  it('warns of frames that were not captured to the end', () => {
    const snapped = bytesOf(HTTP)
      .subarray(0, 24 + 16 + 74)
      .slice();
    new DataView(snapped.buffer).setUint32(24 + 12, 100, true);
    const path = folder.write('snapped.pcap', snapped);
    const { code, err } = replayed({ in: [`campus=${path}`] });
    expect(code).toBe(0);
    expect(err[0]).toContain('1 frame was not captured to the end');
  });

  it('says what is wrong with the command line: exit code 2', () => {
    const wrong = (given: string): readonly unknown[] => {
      const { code, err } = replayed({ in: [given] });
      return [code, ...err];
    };
    expect(replayed({ in: [] }).code).toBe(2);
    expect(wrong(HTTP)).toEqual([2, `--in ${HTTP}: expected NETWORK=FILE, as in campus=c.pcap`]);
    expect(wrong('=x')[0]).toBe(2);
    expect(wrong('campus=')[0]).toBe(2);
    expect(wrong('moon=x')).toEqual([
      2,
      '--in moon=x: no network is named "moon"; there are interconnect, local, campus',
    ]);
  });

  it('says what is wrong with a file: exit code 1', () => {
    const wrong = (file: string): readonly unknown[] => {
      const { code, err } = replayed({ in: [`campus=${file}`] });
      return [code, ...err];
    };
    const missing = folder.path('missing.pcap');
    expect(wrong(missing)).toEqual([1, `${missing}: there is no such file`]);
    expect(wrong(folder.path('.'))[1]).toContain('is a directory; expected a capture');
    const text = folder.write('text.pcap', 'this is no capture');
    expect(wrong(text)[1]).toContain('it starts with the bytes 74 68 69 73');
    const empty = folder.write('empty.pcapng', pcapngOf('ethernet', []));
    expect(wrong(empty)).toEqual([1, `${empty}: has no frames`]);
    const bare = folder.write('bare.pcapng', pcapngOf('ip', [[1, new Uint8Array(20)]]));
    expect(wrong(bare)).toEqual([
      1,
      `${bare}: frame 1 is a bare IP packet, but campus carries Ethernet frames`,
    ]);
    expect(replayed({ in: [`local=${bare}`] }).code).toBe(0);
  });

  it('says why the output cannot be written, and never overwrites a capture', () => {
    const copy = folder.write('copy.pcap', bytesOf(HTTP));
    const failed = (out: string): readonly unknown[] => {
      const { code, err } = replayed({ in: [`campus=${copy}`], out });
      return [code, ...err];
    };
    const nowhere = folder.path('no/out.pcapng');
    expect(failed(nowhere)).toEqual([
      1,
      `${nowhere}: cannot be written: there is no such directory`,
    ]);
    expect(failed('/dev/full')).toEqual([1, '/dev/full: cannot be written: the disk is full']);
    expect(failed(copy)).toEqual([1, `${copy}: is one of the captures; give -o another name`]);
    expect(bytesOf(copy)).toEqual(bytesOf(HTTP));
  });

  it('shows what is wrong with the configuration', () => {
    const broken = folder.write('broken.yaml', 'cluster: 7');
    const { code, err } = ran((out, say) => replay({ config: broken, in: [] }, out, say));
    expect(code).toBe(1);
    expect(err[0]).toContain(`${broken}:1:`);
  });

  it('documents in its help that MAC addresses are made up, in lines that a terminal holds', () => {
    for (const help of [REPLAY_HELP, EXPLAIN_HELP]) {
      expect(help.replaceAll('\n', ' ')).toContain('made from their address (02:00, then its four');
      expect(help.split('\n').every((line) => line.length <= 110)).toBe(true);
    }
  });

  it('lets any time stamp pass', () => {
    expect(timeText(0)).toBe('1970-01-01T00:00:00.000000Z');
    expect(timeText(1795348129952.103)).toBe('2026-11-22T11:48:49.952103Z');
    expect(timeText(1e20)).toBe('100000000000000000s');
    expect(timeText(-1500)).toBe('-1.5s');
  });
});
