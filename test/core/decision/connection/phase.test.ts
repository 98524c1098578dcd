import { describe, expect, it } from 'vitest';
import type { Connection, Phase, Side } from '../../../../core/decision/connection/connection.ts';
import {
  advance,
  firstPhase,
  idleLimit,
  isExpired,
} from '../../../../core/decision/connection/phase.ts';
import { CLUSTER, HOST, ICMP, INSIDE, TCP, UDP, topology } from '../../switch/laboratory.ts';

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;
const { timeouts } = topology();

const fresh = (protocol: number, openedBy: Side = 'host'): Connection => ({
  protocol,
  openedBy,
  hostAddress: HOST,
  hostPort: 1,
  clusterAddress: CLUSTER,
  clusterPort: 2,
  node: 0,
  nodeAddress: INSIDE,
  nodePort: 2,
  proof: 0,
  phase: firstPhase(protocol),
  closedBy: null,
  openedAt: 0,
  lastSeen: 0,
});

type Segment = readonly [Side, number];

const after = (segments: readonly Segment[], openedBy: Side = 'host'): Phase =>
  segments.reduce((state, [side, flags]) => advance(state, side, flags, 0), fresh(TCP, openedBy))
    .phase;

const handshake: readonly Segment[] = [
  ['node', SYN | ACK],
  ['host', ACK],
];

describe('phases of a TCP connection (D5, RFC 5382)', () => {
  it('D5: only the three segments of the handshake establish it', () => {
    expect(after([])).toBe('opening');
    expect(after([['host', ACK]])).toBe('opening');
    expect(after([['node', ACK]])).toBe('opening');
    expect(after([['node', SYN | ACK]])).toBe('answered');
    expect(
      after([
        ['node', SYN | ACK],
        ['node', ACK],
      ]),
    ).toBe('answered');
    expect(after(handshake)).toBe('established');
  });

  it('D5: the same when a node opened it', () => {
    const other: readonly Segment[] = [
      ['host', SYN | ACK],
      ['node', ACK],
    ];
    expect(after(other, 'node')).toBe('established');
    expect(after(handshake, 'node')).toBe('opening');
  });

  it('A19 D5: it ends when both sides have closed; one alone leaves it half-closed', () => {
    const half: readonly Segment[] = [...handshake, ['host', FIN | ACK]];
    expect(after(half)).toBe('half-closed');
    expect(after([...half, ['host', FIN | ACK]])).toBe('half-closed');
    expect(after([...half, ['node', ACK]])).toBe('half-closed');
    expect(after([...half, ['node', FIN | ACK]])).toBe('closing');
    expect(after([...half, ['node', FIN | ACK], ['host', ACK]])).toBe('closing');
  });

  it('D5: a FIN before it is established changes nothing', () => {
    expect(after([['host', FIN]])).toBe('opening');
    expect(after([...handshake.slice(0, 1), ['host', FIN]])).toBe('answered');
    expect(after([...handshake.slice(0, 1), ['host', FIN | ACK]])).toBe('half-closed');
  });

  it('D5: a forged reset is undone when both sides go on, and only then', () => {
    const forged: readonly Segment[] = [...handshake, ['host', RST]];
    expect(after([...forged, ['node', ACK]])).toBe('reset');
    expect(after([...forged, ['node', ACK], ['node', ACK]])).toBe('reset');
    expect(after([...forged, ['node', ACK], ['host', ACK]])).toBe('established');
    expect(after([...forged, ['node', ACK], ['host', RST]])).toBe('reset');
  });

  it('D5: a reset ends what is established, and changes nothing before that', () => {
    for (const side of ['host', 'node'] as const) {
      expect(after([...handshake, [side, RST]])).toBe('reset');
      expect(after([[side, RST]])).toBe('opening');
      expect(after([...handshake.slice(0, 1), [side, RST]])).toBe('answered');
    }
  });

  it('D5: forged packets do not make a connection established whose host never answered', () => {
    // SYN, RST, SYN of a forged source; the node answers the SYN; all that the host side says is forged.
    for (const flags of [RST, SYN, ACK | RST, FIN | ACK])
      expect(
        after([
          ['host', RST],
          ['host', SYN],
          ['node', SYN | ACK],
          ['host', flags],
        ]),
      ).toBe(flags === (FIN | ACK) ? 'half-closed' : 'answered');
  });
});

describe('times (D5)', () => {
  it('D5: UDP is one-way until it is answered, and two-way when its opener goes on after that', () => {
    expect(advance(fresh(UDP), 'host', 0, 5000).phase).toBe('one-way');
    const answered = advance(fresh(UDP), 'node', 0, 5000);
    expect(answered.phase).toBe('answered');
    expect(advance(answered, 'node', 0, 6000).phase).toBe('answered');
    expect(advance(answered, 'host', 0, 6000).phase).toBe('two-way');
  });

  it.each([
    [TCP, 'opening', 240_000],
    [TCP, 'answered', 240_000],
    [TCP, 'established', 7_440_000],
    [TCP, 'half-closed', 7_440_000],
    [TCP, 'closing', 240_000],
    [TCP, 'reset', 240_000],
    [UDP, 'one-way', 300_000],
    [UDP, 'two-way', 300_000],
    [ICMP, 'two-way', 60_000],
  ] as const)('D5: protocol %i in %s is kept for %i ms', (protocol, phase, limit) => {
    const connection = { ...fresh(protocol), phase, lastSeen: 1000 };
    expect(idleLimit(connection, timeouts)).toBe(limit);
    expect(isExpired(connection, timeouts, 999 + limit)).toBe(false);
    expect(isExpired(connection, timeouts, 1000 + limit)).toBe(true);
  });

  it('a message that changes nothing within a second changes no table', () => {
    const established = handshake.reduce(
      (state, [side, flags]) => advance(state, side, flags, 0),
      fresh(TCP),
    );
    expect(advance(established, 'host', ACK, 999)).toBe(established);
    expect(advance(established, 'host', ACK, 1000).lastSeen).toBe(1000);
  });
});
