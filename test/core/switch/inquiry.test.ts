import { describe, expect, it } from 'vitest';
import { setNode } from '../../../core/switch/administration.ts';
import { apply } from '../../../core/decision/tables.ts';
import {
  FIRST_NETWORK,
  INTERCONNECT,
  LOCAL,
  linkSettings,
} from '../../../core/decision/topology.ts';
import { elapse, step } from '../../../core/simulate/simulate.ts';
import type { Step } from '../../../core/simulate/simulate.ts';
import { emptyTables } from '../../../core/switch/start.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import * as arp from '../../../core/wire/arp.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import { bytes, word } from '../rpc/slow-xdr.ts';
import type { Question } from './inquiry-laboratory.ts';
import {
  TICK,
  UDP_ONLY,
  alpha,
  answer,
  beta,
  betaPort,
  gamma,
  learnedAt,
  onlyBeta,
  tickAt,
  ticking,
  told,
  unknown,
  xidOf,
} from './inquiry-laboratory.ts';
import {
  CAMPUS,
  HOST,
  ICMP,
  INSIDE,
  NODES,
  UDP,
  frameOf,
  macOf,
  packetOf,
  pass,
  seen,
  tablesOf,
} from './laboratory.ts';
import type { Message } from './laboratory.ts';
import {
  MOUNT,
  PROG_UNAVAIL,
  SUCCESS,
  accepted,
  callOf,
  rpcTopology,
  toCluster,
} from './routes/rpc-laboratory.ts';

describe('the gateway asks nodes where their MOUNT is', () => {
  it('A16: every node whose port is not known, at the first tick, as GETPORT of RFC 1833', () => {
    const { outputs } = elapse(tablesOf(unknown), 0);
    expect(seen({ outputs } as Step)).toEqual(
      NODES.map((node, index) => ({
        egress: INTERCONNECT,
        mac: macOf(node),
        source: '10.77.0.1',
        destination: `10.77.0.1${index + 1}`,
        sourcePort: 979,
        destinationPort: 111,
        ttl: 64,
      })),
    );
    const { questions } = tickAt(tablesOf(unknown), 0);
    // A call of RPC version 2 to 100000 version 2, GETPORT, without credentials: 100005 version 3 over UDP.
    const text = [0, 2, 100000, 2, 3, 0, 0, 0, 0, 100005, 3, 17, 0].map(word).join('');
    expect(questions.map((question) => question.text)).toEqual([text, text, text]);
    expect(new Set(questions.map(({ xid }) => xid)).size).toBe(3);
  });

  it('A16: over each protocol that a MOUNT is served by', () => {
    const services = [...UDP_ONLY, { port: 20048, protocol: 'tcp', route: 'mount' }];
    const both = rpcTopology({ services, mountPorts: {} });
    const { tables, questions } = tickAt(tablesOf(both), 0);
    const protocolOf = ({ text }: Question): number => Number.parseInt(text.slice(-16, -8), 16);
    expect(questions.map(protocolOf).sort((a, b) => a - b)).toEqual([6, 6, 6, 17, 17, 17]);
    const [overTcp] = questions.filter((one) => one.node === '10.77.0.12' && protocolOf(one) === 6);
    const after = answer(tables, told(overTcp?.xid ?? -1, 700, beta)).tables;
    expect(betaPort(after)).toBe(null);
    const syn = { source: HOST, destination: toCluster(0, new Uint8Array(0)).destination };
    const opened = pass(
      [alpha, gamma].reduce((before, node) => {
        const [one] = questions.filter(
          (question) => question.node.endsWith(`.${node & 255}`) && protocolOf(question) === 6,
        );
        return answer(before, told(one?.xid ?? -1, 700, node)).tables;
      }, after),
      CAMPUS,
      { ...syn, sourcePort: 900, destinationPort: 20048, flags: 2 },
    );
    expect(seen(opened)).toMatchObject([{ egress: INTERCONNECT, destinationPort: 700 }]);
  });

  it.each([
    ['where mountPorts says them all', rpcTopology({ services: UDP_ONLY })],
    ['where there is no MOUNT', rpcTopology({ services: [], exports: {}, mountPorts: {} })],
    [
      'in the alternate embodiment, whose ports stay',
      rpcTopology({ services: UDP_ONLY, mountPorts: {}, forwarding: 'direct' }),
    ],
  ])('A16: nobody is asked %s', (_, of) => {
    expect(ticking(tablesOf(of), 0, 5000).at).toEqual([]);
  });

  it('A16: a node that is down is not asked, one that drains is; when it is back it is asked at once', () => {
    const fresh = tablesOf(unknown);
    const drained = apply(fresh, setNode(fresh, 0, 'drain'));
    const down = apply(drained, setNode(drained, 1, 'down'));
    const { tables, questions } = tickAt(down, 0);
    expect(questions.map(({ node }) => node)).toEqual(['10.77.0.11', '10.77.0.13']);
    const back = apply(tables, setNode(tables, 1, 'active'));
    expect(tickAt(back, TICK).questions.map(({ node }) => node)).toEqual(['10.77.0.12']);
  });

  it('A16: what was learned of a node is asked again when it was down in between', () => {
    const known = learnedAt(tablesOf(onlyBeta), 918, 0);
    expect(betaPort(known)).toBe(918);
    expect(tickAt(known, TICK).questions).toEqual([]);
    const down = apply(known, setNode(known, 1, 'down'));
    const back = apply(down, setNode(down, 1, 'active'));
    expect(betaPort(back)).toBe(null);
    expect(tickAt(back, TICK).questions).toHaveLength(1);
  });

  it('D1 A16: until its MAC address is known a node is asked for that, then for its port', () => {
    const first = elapse(emptyTables(onlyBeta), 0);
    expect(first.outputs.map(({ frame }) => [frame[12], frame[13]])).toEqual([[0x08, 0x06]]);
    const reply = ethernet.encode({
      destination: linkSettings(onlyBeta, INTERCONNECT).mac,
      source: macOf(beta),
      etherType: 0x0806,
      payload: arp.encode({
        operation: 2,
        senderMac: macOf(beta),
        senderAddress: beta,
        targetMac: macOf(INSIDE),
        targetAddress: INSIDE,
      }),
    });
    const resolved = step(first.tables, reply, INTERCONNECT, 10);
    expect(resolved.outputs).toEqual([]);
    expect(tickAt(resolved.tables, TICK).questions).toHaveLength(1);
  });

  it('D1 A16: of a node that must be asked for two ports the MAC address is asked once', () => {
    const services = [...UDP_ONLY, { port: 20048, protocol: 'tcp', route: 'mount' }];
    const of = rpcTopology({ services, mountPorts: {} });
    expect(elapse(emptyTables(of), 0).outputs).toHaveLength(3);
  });
});

describe('when nodes are asked again', () => {
  const fresh = tablesOf(onlyBeta);

  it('A16: silence makes the gateway ask more seldom, and never more than once a tick', () => {
    const { at } = ticking(fresh, 0, 40_000);
    const waits = at.slice(1).map((now, index) => now - (at[index] ?? 0));
    expect(waits).toEqual([1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000]);
    const long = ticking(fresh, 0, 800_000).at;
    expect((long.at(-1) ?? 0) - (long.at(-2) ?? 0)).toBe(30_000);
  });

  it('A16: a port that is known is asked again after half a minute, and what changed is followed', () => {
    const known = learnedAt(fresh, 918, 0);
    const { tables, at } = ticking(known, TICK, 29_750);
    expect(at).toEqual([]);
    const moved = learnedAt(tables, 919, 30_000);
    expect(betaPort(moved, 30_000)).toBe(919);
    const speaks = (sourcePort: number): Step =>
      answer(moved, {
        source: beta,
        destination: HOST,
        protocol: UDP,
        sourcePort,
        destinationPort: 840,
      });
    expect(seen(speaks(919))).toMatchObject([{ sourcePort: 20048 }]);
    expect(seen(speaks(918))).toMatchObject([{ sourcePort: 918 }]);
  });

  it('A16: while it is asked again the known port serves on, also when there is silence', () => {
    const known = learnedAt(fresh, 918, 0);
    const { tables, at } = ticking(known, TICK, 60_000);
    expect(at.length).toBeGreaterThan(2);
    expect(betaPort(tables, 60_000)).toBe(918);
  });

  it('A16: port 0 says that there is none yet: asked again soon', () => {
    const absent = learnedAt(fresh, 0, 0);
    expect(betaPort(absent)).toBe(null);
    const { tables, at } = ticking(absent, TICK, 1750);
    expect(at).toEqual([]);
    expect(betaPort(learnedAt(tables, 918, 2000), 2000)).toBe(918);
  });

  it('A16: a program that is gone is forgotten', () => {
    const known = learnedAt(fresh, 918, 0);
    const gone = learnedAt(ticking(known, TICK, 29_750).tables, 0, 30_000);
    expect(betaPort(gone, 30_000)).toBe(null);
  });

  /** What beta says of a packet of the host to one of its ports: port unreachable. */
  const refusal = (port: number): Message => {
    const quoted = packetOf(toCluster(port, new Uint8Array(8), { destination: beta }));
    const message = icmp.encode(icmp.errorMessage(3, 3, 0, quoted));
    return { source: beta, destination: HOST, protocol: ICMP, payload: message };
  };

  it('A16: when the node refuses the port it is asked at the next tick, and its host is told', () => {
    const known = learnedAt(fresh, 918, 0);
    const refused = answer(known, refusal(918), 100);
    expect(refused.outputs.map(({ egress }) => egress)).toEqual([CAMPUS]);
    const { tables, questions } = tickAt(refused.tables, TICK);
    expect(questions).toHaveLength(1);
    // Refused once more before the answer: one question is enough.
    expect(tickAt(answer(tables, refusal(918), 300).tables, 500).questions).toEqual([]);
    const moved = answer(tables, told(questions[0]?.xid ?? -1, 919, beta), 300).tables;
    expect(betaPort(moved, 300)).toBe(919);
  });

  it('A16: that another port is refused says nothing of MOUNT', () => {
    const known = learnedAt(fresh, 918, 0);
    expect(tickAt(answer(known, refusal(919), 100).tables, TICK).questions).toEqual([]);
  });
});

describe('what answers teach', () => {
  const asked = tickAt(tablesOf(onlyBeta), 0);
  const xid = xidOf(asked.questions, beta);

  it('A16: the answer is taken, and changes nothing but the mount port table', () => {
    const { decision, outputs, tables } = answer(asked.tables, told(xid, 918, beta));
    expect(decision.verdict).toEqual({ kind: 'absorb', reason: 'rpc-port-learned' });
    expect(decision.changes.map(({ kind }) => kind)).toEqual(['rpc-port']);
    expect(outputs).toEqual([]);
    expect(betaPort(tables)).toBe(918);
  });

  const damaged = (): Uint8Array => {
    const frame = frameOf(onlyBeta, INTERCONNECT, told(xid, 918, beta));
    frame.set([frame[69] === 1 ? 2 : 1], 69);
    return frame;
  };
  const wrong: readonly (readonly [string, Message, string])[] = [
    ['to another question', told(xid + 1, 918, beta), 'rpc-unreadable'],
    ['of another node', told(xid, 918, alpha), 'rpc-unreadable'],
    ['of who is no node', told(xid, 918, (INSIDE + 9) as Ipv4Address), 'source-unknown'],
    ['of another port', told(xid, 918, beta, { sourcePort: 112 }), 'port-closed'],
    ['to another port', told(xid, 918, beta, { destinationPort: 978 }), 'port-closed'],
    ['with a port that is none', told(xid, 65536, beta), 'rpc-unreadable'],
    [
      'that the call failed',
      told(xid, 0, beta, { payload: bytes(accepted(PROG_UNAVAIL, word(918), xid)) }),
      'rpc-unreadable',
    ],
    [
      'that is cut short',
      told(xid, 0, beta, { payload: bytes(accepted(SUCCESS, '', xid)) }),
      'rpc-unreadable',
    ],
    [
      'that is a call',
      told(xid, 0, beta, { payload: callOf({ program: MOUNT, version: 3, procedure: 0, xid }) }),
      'rpc-unreadable',
    ],
  ];
  it.each(wrong)('A16: an answer %s teaches nothing', (_, message, reason) => {
    const { decision, tables } = answer(asked.tables, message);
    expect(decision.verdict).toMatchObject({ reason });
    expect(tables.rpcPorts.byPort.size).toBe(0);
    expect(betaPort(tables)).toBe(null);
  });

  it('A16: a damaged answer teaches nothing', () => {
    const { decision, tables } = step(asked.tables, damaged(), INTERCONNECT, 0);
    expect(decision.verdict).toEqual({ kind: 'drop', reason: 'udp-checksum' });
    expect(betaPort(tables)).toBe(null);
  });

  it('A16: an answer counts once', () => {
    const once = answer(asked.tables, told(xid, 918, beta)).tables;
    const again = answer(once, told(xid, 919, beta));
    expect(again.decision.verdict).toEqual({ kind: 'drop', reason: 'rpc-unreadable' });
    expect(betaPort(again.tables)).toBe(918);
  });

  it('A16: nobody on a network answers for a node', () => {
    for (const message of [
      told(xid, 918, beta),
      told(xid, 918, HOST),
      told(xid, 918, HOST, { destination: toCluster(0, new Uint8Array(0)).destination }),
    ]) {
      const { tables } = pass(asked.tables, CAMPUS, message);
      expect(betaPort(tables)).toBe(null);
      expect(tables.rpcPorts.byPort.size).toBe(0);
    }
    const { decision } = pass(asked.tables, FIRST_NETWORK, told(xid, 918, beta));
    expect(decision.verdict).toEqual({ kind: 'drop', reason: 'source-inside' });
  });

  it("A16: what answers no question goes to the gateway's own stack, which may have asked", () => {
    const local = rpcTopology({ services: UDP_ONLY, mountPorts: {}, local: { tun: 'oh-local' } });
    const { decision, outputs } = answer(tablesOf(local), told(77, 918, beta));
    expect(decision.verdict.kind).toBe('deliver');
    expect(outputs.map(({ egress }) => egress)).toEqual([LOCAL]);
  });
});
