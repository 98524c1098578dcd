import { describe, expect, it } from 'vitest';
import { assemble, by, exit, jumpIf, label, load } from '../../../adapters/steering/bpf.ts';
import type { Rule } from '../../../adapters/steering/rule.ts';
import { numberOf, rulesOf } from '../../../adapters/steering/rule.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { CAMPUS, topology } from '../../core/switch/laboratory.ts';

// Literal bytes: these tests import no layout.
const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const ETHERNET = '02005e000101 02005e000102 0800';
/** An IPv4 header of 20 bytes; `more`: flags and offset. */
const header = (protocol: string, source: string, destination: string, more = '4000'): string =>
  `4500 0054 0001 ${more} 40 ${protocol} 0000 ${source} ${destination}`;
const CLUSTER = 'c6336401';
const HOST = 'c6336409';
const OTHER = 'c633640a';
const ROUTER = 'c63364fe';
const NODE = '0a4d000b';
const INSIDE = '0a4d0001';
const PORTS = '9c40 0050 00000001 00000000 5002 ffff 0000 0000';

const rules = rulesOf(topology()) as readonly Rule[];
const campus = rules[CAMPUS] as Rule;
const inter = rules[INTERCONNECT] as Rule;
const of = (rule: Rule, ...parts: readonly string[]): number =>
  numberOf(rule, bytes(parts.join('')));
const fromHost = of(campus, ETHERNET, header('06', HOST, CLUSTER), PORTS);

describe('the rule by which queues are chosen', () => {
  it('has one number for a host in both directions, over all protocols, in first and later fragments', () => {
    expect(fromHost).not.toBe(0);
    for (const protocol of ['06', '11', '01', '84'])
      for (const more of ['0000', '2000', '00b9']) {
        expect(of(campus, ETHERNET, header(protocol, HOST, CLUSTER, more), '0800')).toBe(fromHost);
        expect(of(inter, ETHERNET, header(protocol, NODE, HOST, more), '0000')).toBe(fromHost);
      }
  });

  it('D2: has that number for an ICMP error about a packet to the host, whoever sends it', () => {
    const quoted = header('06', CLUSTER, HOST);
    for (const type of ['03', '04', '05', '0b', '0c'])
      for (const sender of [ROUTER, HOST]) {
        const outer = header('01', sender, CLUSTER);
        expect(of(campus, ETHERNET, outer, `${type}00 0000 00000000`, quoted, PORTS)).toBe(
          fromHost,
        );
      }
    // One from the cluster goes to the host that the quoted packet came from.
    const back = header('01', NODE, HOST);
    const about = header('06', HOST, NODE);
    expect(of(inter, ETHERNET, back, '0303 0000 00000000', about, PORTS)).toBe(fromHost);
  });

  it('D2: finds the quoted packet behind IP options', () => {
    const options = `4700 0054 0001 4000 40 01 0000 ${ROUTER} ${CLUSTER} 0101010101010100`;
    const quoted = header('11', CLUSTER, HOST);
    expect(of(campus, ETHERNET, options, '0b00 0000 00000000', quoted, PORTS)).toBe(fromHost);
  });

  it('gives the first queue what is of no host: ARP, IPv6, the gateway itself, what is cut short', () => {
    expect(of(campus, '02005e000101 02005e000102 0806', header('06', HOST, CLUSTER))).toBe(0);
    expect(of(campus, '02005e000101 02005e000102 86dd', header('06', HOST, CLUSTER))).toBe(0);
    expect(of(inter, ETHERNET, header('11', NODE, INSIDE), PORTS)).toBe(0);
    expect(of(campus, ETHERNET, header('06', HOST, CLUSTER).slice(0, 40))).toBe(0);
    expect(of(campus, ETHERNET, header('01', ROUTER, CLUSTER), '0b00 0000 00000000 4500')).toBe(0);
  });

  it('D6: depends on a key that outsiders do not know', () => {
    const other = { ...campus, key: campus.key + 1 };
    expect(of(other, ETHERNET, header('06', HOST, CLUSTER), PORTS)).not.toBe(fromHost);
  });

  it('spreads hosts that follow one another evenly, over any number of queues', () => {
    for (const count of [2, 3, 4, 8]) {
      const counts = Array.from({ length: count }, () => 0);
      for (let host = 0; host < 1024; host++) {
        const source = (0xc6330000 + host).toString(16);
        const queue = of(campus, ETHERNET, header('06', source, CLUSTER), PORTS) % count;
        counts[queue] = (counts[queue] ?? 0) + 1;
      }
      // Six deviations of a fair choice.
      const fair = 1024 / count;
      for (const one of counts) expect(Math.abs(one - fair)).toBeLessThan(6 * Math.sqrt(fair));
    }
    expect(of(campus, ETHERNET, header('06', OTHER, CLUSTER), PORTS)).not.toBe(fromHost);
  });
});

describe('the assembler', () => {
  it('lays instructions down as the kernel has them, and jumps over what lies between', () => {
    const program = assemble([
      load(2, 12),
      jumpIf('notEqual', 0, 0x0800, 'end'),
      load(4, 26, 7),
      by('xor', 0, 0x85ebca6b),
      label('end'),
      exit,
    ]);
    expect(program.toString('hex')).toBe(
      [
        '28 00 0000 0c000000',
        '56 00 0200 00080000',
        '40 70 0000 1a000000',
        'a4 00 0000 6bcaeb85',
        '95 00 0000 00000000',
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  it('knows no place that has no label', () => {
    expect(() => assemble([jumpIf('equal', 0, 0, 'nowhere'), exit])).toThrow('no label nowhere');
  });
});
