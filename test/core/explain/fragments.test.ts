import { describe, expect, it } from 'vitest';
import { step } from '../../../core/simulate/simulate.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { counted, raw, string } from '../rpc/slow-xdr.ts';
import { CAMPUS, CLUSTER, HOST, NODES, UDP, tablesOf } from '../switch/laboratory.ts';
import {
  boxes,
  call,
  datagram,
  explained,
  fragmentFrames,
  rpcTopology,
  textNamed,
  textOf,
} from './messages.ts';

const of = rpcTopology();
const BETA = NODES[1] ?? HOST;

/** A WRITE of NFS for beta, 2064 bytes of UDP in three fragments. */
const write = (): readonly [Uint8Array, Uint8Array, Uint8Array] => {
  const handle = counted([0x43, 0, 0, 2, 8, 1, 2, 3, 4, 5, 6, 7]);
  const payload = call(100003, 3, 7, handle, raw(new Uint8Array(2000)));
  const frames = fragmentFrames(of, CAMPUS, datagram(2049, payload), 820);
  return frames as [Uint8Array, Uint8Array, Uint8Array];
};

const after = (tables: Tables, ...frames: readonly Uint8Array[]): Tables =>
  frames.reduce((now, frame) => step(now, frame, CAMPUS, 0).tables, tables);

const fresh = (): Tables => tablesOf(of);

describe('D3: fragments', () => {
  it('the first chooses for all, by its port and what stands behind', () => {
    const [first] = write();
    const explanation = explained(fresh(), first);
    expect(explanation.what).toBe(
      'udp 198.51.100.9:800 > 198.51.100.1:2049 fragment at 0 of packet 7, 800 bytes of data',
    );
    expect(textNamed(explanation, 'checks')).toBe(
      'the IPv4 header and its checksum are sound; the UDP header is whole in this first fragment',
    );
    expect(textNamed(explanation, 'fragment')).toBe(
      'bytes 0 to 799 of datagram 7 (bytes 18 to 19), more follow; the first: its ports choose for all',
    );
    expect(boxes(explanation)).toEqual([
      505, 510, 515, 520, 525, 530, 535, 540, 555, 565, 570, 575, 580,
    ]);
    expect(textOf(explanation, 565)).toMatch(
      /^WRITE of NFS version 3 begins with a filehandle of 12/,
    );
    expect(explanation.outcome).toBe('forward by interconnect to node beta');
    expect(explanation.tableChanges).toEqual([
      'datagram in fragments, identification 7, udp 198.51.100.9 > 198.51.100.1: 1 fragment, 800 bytes; goes by interconnect to 10.77.0.12',
    ]);
  });

  it('a later one follows it, without a port', () => {
    const [first, second, third] = write();
    const tables = after(fresh(), first);
    const explanation = explained(tables, second);
    expect(explanation.what).toBe(
      'udp 198.51.100.9 > 198.51.100.1 fragment at 800 of packet 7, 800 bytes of data',
    );
    expect(textNamed(explanation, 'fragment')).toBe(
      'bytes 800 to 1599 of datagram 7 (bytes 18 to 19), more follow; it follows the first, which went by interconnect',
    );
    expect(boxes(explanation)).toEqual([505, 510, 515, 520, 525, 575, 580]);
    expect(textOf(explanation, 580)).toBe(
      'by interconnect to node beta, in a frame to 02:00:0a:4d:00:0c',
    );
    expect(explanation.reads).toContainEqual({
      table: 'datagrams in fragments',
      key: 'identification 7, udp 198.51.100.9 > 198.51.100.1 on campus',
      entry: '1 fragment, 800 bytes; goes by interconnect to 10.77.0.12',
    });
    const last = explained(after(tables, second), third);
    expect(textNamed(last, 'fragment')).toContain('bytes 1600 to 2063 of datagram 7');
    expect(last.tableChanges).toEqual([
      'datagram in fragments forgotten: identification 7, udp 198.51.100.9 > 198.51.100.1',
    ]);
  });

  it('one that comes before the first is held, and goes with it', () => {
    const [first, , third] = write();
    const held = explained(fresh(), third);
    expect(textNamed(held, 'fragment')).toBe(
      'bytes 1600 to 2063 of datagram 7 (bytes 18 to 19), the last; held until the first is here, which has the ports',
    );
    expect([held.outcome, boxes(held)]).toEqual(['hold fragment-held', [505, 510, 515]]);
    const explanation = explained(after(fresh(), third), first);
    expect(textNamed(explanation, 'fragment')).toMatch(
      /; the first: its ports choose for all; 1 other that waited goes with it$/,
    );
    expect(explanation.sent.map(({ what }) => what)).toEqual([
      'udp 198.51.100.9 > 10.77.0.12 last fragment at 1600 of packet 7, 464 bytes of data',
    ]);
  });

  it('one that came already, or whose datagram was dropped, is dropped', () => {
    const [first, second] = write();
    const again = explained(after(fresh(), first), first);
    expect(textNamed(again, 'fragment')).toMatch(/, more follow; a fragment that came already$/);
    expect([again.outcome, boxes(again)]).toEqual(['drop fragment-duplicate', [505, 510, 515]]);

    const handle = counted([0x43, 0, 0, 9, 8]);
    const stale = call(100003, 3, 7, handle, raw(new Uint8Array(2000)));
    const [start, next] = fragmentFrames(of, CAMPUS, datagram(2049, stale), 820);
    const refused = explained(fresh(), start ?? first);
    expect(textNamed(refused, 'fragment')).toMatch(/the others are dropped with it$/);
    const dropped = explained(after(fresh(), start ?? first), next ?? second);
    expect(textNamed(dropped, 'fragment')).toContain(
      '; all of it is dropped: the filehandle names no node: the answer to NFS said so',
    );
  });

  it('A15: what the gateway reads itself is put together first', () => {
    const payload = call(100005, 3, 1, string('/home/ann'));
    const [first, last] = fragmentFrames(of, CAMPUS, datagram(20048, payload), 60);
    if (first === undefined || last === undefined) throw new Error('not in two fragments');
    const held = explained(fresh(), first);
    expect(textNamed(held, 'fragment')).toMatch(
      /; the gateway reads it whole: held until the rest is here$/,
    );
    for (const [before, then, place] of [
      [first, last, 'bytes 40 to 63'],
      [last, first, 'bytes 0 to 39'],
    ] as const) {
      const explanation = explained(after(fresh(), before), then);
      expect(textNamed(explanation, 'fragment')).toContain(`${place} of datagram 7`);
      expect(textNamed(explanation, 'fragment')).toMatch(
        /; all 2 are here and put together, a packet of 84 bytes, of which the rest tells$/,
      );
      expect(textOf(explanation, 565)).toContain('names "/home/ann" (bytes 86 to 94, box 805)');
      expect(textOf(explanation, 570)).toBe('destination port 20048 becomes 20050 (NODE_PORT)');
      expect(explanation.outcome).toBe('split by interconnect to node beta reassembled');
    }
  });

  it('A11: of a node’s datagram the later ones get the same source', () => {
    const message = {
      source: BETA,
      sourcePort: 53,
      destination: HOST,
      destinationPort: 40000,
      protocol: UDP,
      payload: new Uint8Array(1000),
    };
    const [first, last] = fragmentFrames(of, INTERCONNECT, message, 600);
    if (first === undefined || last === undefined) throw new Error('not in two fragments');
    const { tables } = step(fresh(), first, INTERCONNECT, 0);
    const explanation = explained(tables, last, INTERCONNECT);
    expect(boxes(explanation)).toEqual([605, 610, 615, 620, 625, 630, 640]);
    expect(textNamed(explanation, 'fragment')).toMatch(
      /it follows the first, which went by campus$/,
    );
    expect(textOf(explanation, 630)).toBe('SADDR 10.77.0.12 becomes 198.51.100.1');
  });

  it('unsound ones: what stands against them, and where', () => {
    const [, second] = write();
    const checks = (frame: Uint8Array): string => textNamed(explained(fresh(), frame), 'checks');
    const unsound = (frame: Uint8Array, flags: number, total: number): string => {
      const changed = frame.slice(0, 14 + total);
      changed.set([total >> 8, total & 255], 16);
      changed.set([flags >> 8, flags & 255], 20);
      changed.set([0, 0], 24);
      let sum = 0;
      for (let at = 14; at < 34; at += 2) sum += (changed[at] ?? 0) * 256 + (changed[at + 1] ?? 0);
      const checksum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
      changed.set([checksum >> 8, checksum & 255], 24);
      return checks(changed);
    };
    const segment = { source: HOST, destination: CLUSTER, flags: 0x02 };
    const [head, rest] = fragmentFrames(of, CAMPUS, segment, 36).map(checks);
    expect(head).toBe(
      'fragment, at byte 34: a fragment of 16 bytes at offset 0 does not hold a whole, sound transport header',
    );
    expect(rest).toBe(
      'ipv4.flagsFragment, at byte 20: a fragment of 4 bytes at offset 16 would overwrite the TCP header of the first (RFC 3128)',
    );
    expect(unsound(second, 0x2064, 25)).toBe(
      'ipv4.flagsFragment, at byte 20: a fragment of 5 bytes at offset 800: more follow, and that is no multiple of 8',
    );
    expect(unsound(second, 0x1fff, 28)).toBe(
      "ipv4.flagsFragment, at byte 20: a fragment of 8 bytes at offset 65528 ends behind byte 65535 of the datagram's packet",
    );
    expect(unsound(second, 0x0064, 20)).toBe(
      'ipv4.flagsFragment, at byte 20: a fragment of 0 bytes at offset 800 carries nothing',
    );
  });
});
