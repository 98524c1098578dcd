import { describe, expect, it } from 'vitest';
import { explain } from '../../../core/explain/explanation.ts';
import type { Explanation } from '../../../core/explain/explanation.ts';
import { step } from '../../../core/simulate/simulate.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Arriving } from '../../arbitraries/cluster.ts';
import type { Message } from '../switch/laboratory.ts';
import { boxes, textOf } from './messages.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  ICMP,
  INSIDE,
  NODES,
  UDP,
  address,
  frameOf,
  packetOf,
  tablesOf,
  topology,
} from '../switch/laboratory.ts';

const [ALPHA, BETA, GAMMA] = NODES as [(typeof NODES)[0], (typeof NODES)[0], (typeof NODES)[0]];
const SYN = 0x02;
const of = topology();
const withLocal = topology({ local: { tun: 'oh-local' } });

/** The tables after frames that arrived before. */
const after = (tables: Tables, frames: readonly Arriving[]): Tables =>
  frames.reduce((now, { link, frame }) => step(now, frame, link, 0).tables, tables);

const told = (link: number, message: Message, tables = tablesOf(of)): Explanation =>
  explain(tables, frameOf(tables.topology, link, message), link, 0).explanation;

const host = { source: HOST, destination: CLUSTER };

describe('the boxes of figure 5', () => {
  it('A7: an entry without routing function', () => {
    const explanation = told(CAMPUS, { ...host, protocol: UDP, destinationPort: 53 });
    expect(boxes(explanation)).toEqual([
      505, 510, 515, 520, 525, 530, 535, 540, 555, 560, 570, 575, 580,
    ]);
    expect(textOf(explanation, 530)).toContain('DPORT is 53 (bytes 36 to 37)');
    expect(textOf(explanation, 560)).toBe('NODE_ADDR is 10.77.0.12, NODE_PORT is 53: beta');
    expect(explanation.outcome).toBe('forward by interconnect to node beta');
  });

  it('A3: the destination port is found past options', () => {
    const options = Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 0]);
    const explanation = told(CAMPUS, { ...host, flags: SYN, options });
    expect(textOf(explanation, 530)).toBe(
      'DPORT is 80 (bytes 44 to 45), past an IP header of 28 bytes',
    );
  });

  it('A19: a new connection, then one that is known, then a message of none', () => {
    const opened = told(CAMPUS, { ...host, flags: SYN });
    expect(boxes(opened)).toEqual([
      505, 510, 515, 520, 525, 530, 535, 540, 555, 565, 570, 575, 580,
    ]);
    expect(textOf(opened, 565)).toContain("it is node alpha's turn: NODE_ADDR is 10.77.0.11");
    expect(opened.tableChanges[0]).toMatch(/^connection opened: tcp host 198\.51\.100\.9:40000 /);
    expect(opened.tableChanges[1]).toBe("round robin of 80/tcp: the next turn is beta's");

    const frame = frameOf(of, CAMPUS, { ...host, flags: SYN });
    const tables = after(tablesOf(of), [{ link: CAMPUS, frame }]);
    expect(textOf(told(CAMPUS, host, tables), 565)).toMatch(
      /^its entry is tcp host 198\.51\.100\.9/,
    );

    const stray = told(CAMPUS, { ...host, sourcePort: 40001 }, tables);
    expect(textOf(stray, 565)).toMatch(
      /^no entry for tcp 198\.51\.100\.9:40001 - 198\.51\.100\.1:80/,
    );
    expect(boxes(stray).at(-1)).toBe(565);
    expect([stray.verdict, stray.reason, stray.leaving]).toEqual(['drop', 'no-connection', null]);
  });

  it('A9: a port that differs on the node, with the bytes before and after', () => {
    const explanation = told(CAMPUS, { ...host, destinationPort: 81, flags: SYN });
    expect(textOf(explanation, 570)).toBe('destination port 81 becomes 8081 (NODE_PORT)');
    expect(explanation.fields.find(({ field }) => field === 'tcp.destinationPort')).toEqual({
      field: 'tcp.destinationPort',
      offset: 36,
      before: { text: '81', hex: '0051' },
      after: { text: '8081', hex: '1f91' },
    });
    expect(explanation.checksums.before.map(({ verdict }) => verdict)).toEqual(['valid', 'valid']);
    expect(explanation.checksums.after.map(({ verdict }) => verdict)).toEqual(['valid', 'valid']);
  });

  it('A5: a non-specific port, computed', () => {
    const explanation = told(CAMPUS, { ...host, destinationPort: 40001 });
    expect(boxes(explanation)).toEqual([
      505, 510, 515, 520, 525, 530, 535, 540, 545, 550, 570, 575, 580,
    ]);
    expect(textOf(explanation, 550)).toBe(
      '40001 modulo 3 nodes is 2: gamma; NODE_ADDR is 10.77.0.13, NODE_PORT is 40001',
    );
  });

  it('A6: an unknown port is the gateway’s', () => {
    const refused = told(CAMPUS, { ...host, destinationPort: 99 });
    expect(boxes(refused)).toEqual([505, 510, 515, 520, 525, 530, 535, 540, 545]);
    expect(refused.reason).toBe('port-closed');
    expect(refused.sent.map(({ what }) => what)).toEqual([
      'tcp 198.51.100.1:99 > 198.51.100.9:40000 RST',
    ]);
    const delivered = told(CAMPUS, { ...host, destinationPort: 99 }, tablesOf(withLocal));
    expect(boxes(delivered).slice(-4)).toEqual([545, 570, 575, 580]);
    expect(delivered.node).toBe('gateway');
    expect(delivered.fields[0]).toMatchObject({ field: 'ethernet.destination', after: null });
  });

  it('D4: a connection that a node opened is found though the port has no entry', () => {
    const out = {
      source: BETA,
      sourcePort: 1023,
      destination: HOST,
      destinationPort: 9,
      flags: SYN,
    };
    const frame = frameOf(of, INTERCONNECT, out);
    const tables = after(tablesOf(of), [{ link: INTERCONNECT, frame }]);
    const back = told(
      CAMPUS,
      { ...host, sourcePort: 9, destinationPort: 1023, flags: 0x12 },
      tables,
    );
    expect(boxes(back)).toEqual([505, 510, 515, 520, 525, 530, 535, 540, 570, 575, 580]);
    expect(back.steps.map(({ name }) => name)).toContain('cluster connection table');
    expect(back.node).toBe('beta');
  });

  it('D2: an echo request is no port type, and answered', () => {
    const payload = Uint8Array.from([8, 0, 0xf7, 0xf5, 0, 7, 0, 3]);
    const explanation = told(CAMPUS, { ...host, protocol: ICMP, payload });
    expect(explanation.what).toContain('echo request, identifier 7, sequence 3');
    expect(boxes(explanation)).toEqual([505, 510, 515, 520, 525]);
    expect(explanation.sent).toHaveLength(1);
    expect(explanation.sent[0]?.what).toContain('echo reply, identifier 7, sequence 3');
  });
});

describe('the boxes of figure 6', () => {
  it('A11: outgoing, the port changed back', () => {
    const message = { source: GAMMA, sourcePort: 1123, destination: HOST, protocol: UDP };
    const explanation = told(INTERCONNECT, message);
    expect(boxes(explanation)).toEqual([605, 610, 615, 620, 625, 630, 640]);
    expect(textOf(explanation, 630)).toBe(
      'SADDR 10.77.0.13 becomes 198.51.100.1, source port 1123 becomes 123',
    );
    expect(explanation.outcome).toBe('forward by campus from node gamma');
  });

  it('A12: a management host to a node by its own address; another host is refused', () => {
    const manager = address('198.51.100.200');
    const message = { source: manager, destination: ALPHA, destinationPort: 22, flags: SYN };
    const explanation = told(CAMPUS, message, tablesOf(of, [manager]));
    expect(boxes(explanation)).toEqual([605, 610, 615, 620, 625, 640]);
    expect(explanation.fields.map(({ field }) => field)).toContain('ipv4.ttl');
    const refused = told(CAMPUS, { ...message, source: HOST });
    expect(refused.steps.at(-1)?.text).toMatch(/^no: SADDR is in none/);
    expect(refused.reason).toBe('management-refused');
  });

  it('tells of messages that are not outgoing', () => {
    const stranger = { source: address('10.77.0.99'), destination: HOST };
    expect(textOf(told(INTERCONNECT, stranger), 625)).toMatch(/^no: SADDR is not the address/);
    const between = told(INTERCONNECT, { source: ALPHA, destination: BETA });
    expect(textOf(between, 625)).toBe('no: DADDR is node beta on the interconnect');
    const own = told(INTERCONNECT, { source: ALPHA, destination: INSIDE, destinationPort: 1 });
    expect(textOf(own, 625)).toContain("the gateway's own address, 10.77.0.1");
    const martian = told(CAMPUS, { source: address('127.0.0.1'), destination: CLUSTER });
    expect([boxes(martian), martian.steps.at(-1)?.name]).toEqual([[505], 'addresses']);
  });
});

describe('what else a frame may be', () => {
  it('an ICMP error, with the packet it quotes', () => {
    const sentOut = packetOf({
      source: CLUSTER,
      sourcePort: 123,
      destination: HOST,
      protocol: UDP,
    });
    const error = Uint8Array.from([3, 3, 0, 0, 0, 0, 0, 0, ...sentOut]);
    let sum = 0;
    for (let at = 0; at < error.length; at += 2)
      sum += ((error[at] ?? 0) << 8) + (error[at + 1] ?? 0);
    const checksum = ~(sum + Math.floor(sum / 65536)) & 0xffff;
    error.set([checksum >> 8, checksum & 255], 2);
    const explanation = told(CAMPUS, { ...host, protocol: ICMP, payload: error });
    expect(explanation.what).toContain(
      'destination unreachable (code 3) about udp 198.51.100.1:123',
    );
    expect(explanation.steps.find(({ name }) => name === 'quoted packet')?.text).toBe(
      'ipv4.source 198.51.100.1 becomes 10.77.0.13, udp.sourcePort 123 becomes 1123',
    );
    expect(explanation.checksums.after.map(({ field, verdict }) => [field, verdict])).toEqual([
      ['ipv4.checksum', 'valid'],
      ['icmp.checksum', 'valid'],
      ['quoted.ipv4.checksum', 'valid'],
      ['quoted.udp.checksum', 'valid'],
    ]);
  });

  it('an unsound frame: which check failed, and where', () => {
    const frame = frameOf(of, CAMPUS, host);
    frame[24] = (frame[24] ?? 0) ^ 0x10;
    const { explanation } = explain(tablesOf(of), frame, CAMPUS, 0);
    const right = explanation.checksums.before[0]?.expected?.toString(16).padStart(4, '0') ?? '';
    expect(explanation.steps.at(-1)?.text).toMatch(
      new RegExp(`^ipv4\\.checksum, at byte 24: 0x[0-9a-f]{4}, invalid: should be 0x${right}$`),
    );
    expect(explanation.reason).toBe('ipv4-checksum');
  });

  it('one that waits for its next hop: how it will leave, and the ARP request', () => {
    const nobody = address('198.51.100.77');
    const message = { source: GAMMA, sourcePort: 1123, destination: nobody, protocol: UDP };
    const explanation = told(INTERCONNECT, message);
    expect([explanation.verdict, explanation.egress]).toEqual(['hold', 'campus']);
    expect(explanation.sent.map(({ what }) => what)).toEqual([
      'arp who has 198.51.100.77, asks 198.51.100.1',
    ]);
    expect(textOf(explanation, 640)).toContain("once the next hop's MAC address is known");
  });

  it('one in fragments: the first as the frame that leaves, the others besides', () => {
    const small = topology({
      interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.1/24', mtu: 576 },
    });
    const message = {
      ...host,
      protocol: UDP,
      destinationPort: 53,
      payload: new Uint8Array(1000),
      dontFragment: false,
    };
    const explanation = told(CAMPUS, message, tablesOf(small));
    expect(explanation.verdict).toBe('split');
    expect(explanation.fields.map(({ field }) => field)).toContain('ipv4.flagsFragment');
    expect(explanation.sent.map(({ what }) => what)).toEqual([
      'udp 198.51.100.9 > 10.77.0.12 last fragment at 552 of packet 7, 456 bytes of data',
    ]);
  });
});

describe('the table entries read', () => {
  it('are those that decide looked at, with key and entry', () => {
    const { reads } = told(CAMPUS, { ...host, flags: SYN });
    expect(reads).toContainEqual({
      table: 'message switch table',
      key: '80/tcp',
      entry: '80/tcp: function connection over alpha, beta, gamma',
    });
    expect(reads).toContainEqual({
      table: 'cluster connection table, as the host sees it',
      key: 'tcp 198.51.100.9:40000 - 198.51.100.1:80',
      entry: null,
    });
    expect(reads).toContainEqual({
      table: 'neighbours',
      key: '10.77.0.11 on interconnect',
      entry: '02:00:0a:4d:00:0b',
    });
    expect(reads.filter(({ table }) => table === 'round robin')).toHaveLength(1);
  });

  it('stand in the order of the first look', () => {
    const { reads } = told(CAMPUS, { ...host, protocol: UDP, destinationPort: 53 });
    expect(reads.map(({ table, entry }) => [table, entry])).toEqual([
      ['cluster addresses', null],
      ['cluster addresses', 'campus'],
      ['message switch table', '53/udp: node beta'],
      ['cluster connection table, as the host sees it', null],
      ['nodes', 'number 2, 10.77.0.12, active'],
      ['neighbours', '02:00:0a:4d:00:0c'],
    ]);
  });
});
