import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { HELD_FRAMES } from '../../../core/host/neighbour-room.ts';
import { ASK_TIMES } from '../../../core/host/neighbours.ts';
import type { Output, Step } from '../../../core/simulate/simulate.ts';
import { elapse, step } from '../../../core/simulate/simulate.ts';
import { announcements, emptyTables } from '../../../core/switch/start.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import type { Link } from '../../../core/decision/topology.ts';
import { INTERCONNECT, linkSettings } from '../../../core/decision/topology.ts';
import type { Ipv4Address, MacAddress } from '../../../core/wire/address.ts';
import { BROADCAST_MAC, NO_MAC, ipv4, mac } from '../../../core/wire/address.ts';
import * as arp from '../../../core/wire/arp.ts';
import type { ReadonlyBytes } from '../../../core/wire/bytes.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  INSIDE,
  NODES,
  UDP,
  address,
  macOf,
  pass,
  seen,
  topology,
} from '../switch/laboratory.ts';

const of = topology();
const tables = emptyTables(of);
const alpha = NODES[0] ?? HOST;
const SYN = 0x02;

const arpFrame = (
  operation: number,
  sender: Ipv4Address,
  target: Ipv4Address,
  senderMac: MacAddress = macOf(sender),
): Uint8Array =>
  ethernet.encode({
    destination: BROADCAST_MAC,
    source: senderMac,
    etherType: 0x0806,
    payload: arp.encode({
      operation,
      senderMac,
      senderAddress: sender,
      targetMac: NO_MAC,
      targetAddress: target,
    }),
  });

const arpOf = (frame: ReadonlyBytes) => {
  const packet = arp.decode(frame, 14, frame.length);
  if (E.isLeft(packet)) throw new Error(packet.left);
  return packet.right;
};

const hear = (state: Tables, link: Link, frame: Uint8Array, now = 0): Step =>
  step(state, frame, link, now);

const isArp = ({ frame }: Output): boolean => frame[12] === 8 && frame[13] === 6;
const syn = (sourcePort: number) => ({
  source: HOST,
  destination: CLUSTER,
  sourcePort,
  flags: SYN,
});

describe('ARP', () => {
  it('D1: a request for the cluster address is answered with the one MAC of the gateway', () => {
    const { decision, outputs } = hear(tables, CAMPUS, arpFrame(1, HOST, CLUSTER));
    expect(decision.verdict).toEqual({ kind: 'answer', reason: 'arp-request' });
    const [answer] = outputs;
    expect(answer?.egress).toBe(CAMPUS);
    expect(arpOf(answer?.frame ?? new Uint8Array(0))).toEqual({
      operation: 2,
      senderMac: linkSettings(of, CAMPUS).mac,
      senderAddress: CLUSTER,
      targetMac: macOf(HOST),
      targetAddress: HOST,
    });
  });

  it('D1: the internal address is answered for on the interconnect, and only there', () => {
    expect(hear(tables, INTERCONNECT, arpFrame(1, alpha, INSIDE)).outputs).toHaveLength(1);
    expect(hear(tables, CAMPUS, arpFrame(1, HOST, INSIDE)).outputs).toEqual([]);
  });

  it('D1: a probe (RFC 5227) for the cluster address is answered and teaches nothing', () => {
    const probe = arpFrame(1, ipv4(0), CLUSTER, macOf(HOST));
    const { tables: after, outputs } = hear(tables, CAMPUS, probe);
    expect(outputs).toHaveLength(1);
    expect(after.neighbours.size).toBe(0);
  });

  it('D1: frames wait, bounded, while the next hop is asked, and leave in order when it answers', () => {
    let state = tables;
    const asked: Output[] = [];
    for (let port = 1; port <= 3 * HELD_FRAMES + 1; port++) {
      const held = pass(state, CAMPUS, syn(port), port);
      asked.push(...held.outputs);
      state = held.tables;
    }
    // Three nodes in turn: one request for each, whatever waits.
    expect(asked.filter(isArp).map(({ frame }) => arpOf(frame).targetAddress)).toEqual(NODES);
    const last = pass(state, CAMPUS, syn(999), 99);
    expect(last.tables.waitingBytes).toBe(3 * HELD_FRAMES * 54);
    expect(last.decision.verdict).toEqual({ kind: 'drop', reason: 'neighbour-queue-full' });
    const answered = hear(state, INTERCONNECT, arpFrame(2, alpha, INSIDE), 100);
    expect(answered.decision.verdict).toEqual({ kind: 'absorb', reason: 'arp-reply' });
    expect(seen(answered).map(({ sourcePort }) => sourcePort)).toEqual(
      Array.from({ length: HELD_FRAMES }, (_, turn) => 1 + 3 * turn),
    );
    expect(new Set(seen(answered).map((one) => one.mac))).toEqual(new Set([macOf(alpha)]));
    expect(answered.tables.waitingBytes).toBe(2 * HELD_FRAMES * 54);
    const next = pass(answered.tables, CAMPUS, { ...syn(1), flags: 0x10 }, 101);
    expect(next.decision.verdict).toMatchObject({ kind: 'forward' });
  });

  it('D1: a next hop that never answers is given up, and the sender is told', () => {
    let state = pass(tables, CAMPUS, syn(1), 0).tables;
    const outputs: Output[] = [];
    for (let now = 250; now <= 1000 * ASK_TIMES; now += 250) {
      const after = elapse(state, now);
      outputs.push(...after.outputs);
      state = after.tables;
    }
    expect(outputs.filter(isArp)).toHaveLength(ASK_TIMES - 1);
    const told = outputs.filter((one) => !isArp(one));
    expect(told).toHaveLength(1);
    // ICMP host unreachable from the cluster address to the host.
    expect([...(told[0]?.frame.subarray(26, 36) ?? [])]).toEqual([
      198, 51, 100, 1, 198, 51, 100, 9, 3, 1,
    ]);
    expect(state.neighbours.size).toBe(0);
  });

  it('D1: what is known is confirmed by a unicast request while frames go on', () => {
    const known = hear(tables, INTERCONNECT, arpFrame(1, alpha, INSIDE), 0).tables;
    const later = pass(known, CAMPUS, syn(1), 60_000);
    expect(later.decision.verdict).toMatchObject({ kind: 'forward' });
    const [request] = later.outputs.filter(isArp);
    expect([...(request?.frame.subarray(0, 6) ?? [])]).toEqual([2, 0, 10, 77, 0, 11]);
    const silent = [61_000, 62_000, 63_000].reduce(
      (state, now) => pass(state, CAMPUS, syn(1), now).tables,
      later.tables,
    );
    const gone = pass(silent, CAMPUS, syn(1), 64_000);
    expect(gone.decision.verdict).toEqual({ kind: 'hold', reason: 'neighbour-unresolved' });
  });

  it('D1: who merely announces itself is not remembered, who is known is', () => {
    const stranger = arpFrame(1, HOST, HOST);
    expect(hear(tables, CAMPUS, stranger).tables.neighbours.size).toBe(0);
    const known = hear(tables, CAMPUS, arpFrame(1, HOST, CLUSTER)).tables;
    const moved = hear(known, CAMPUS, arpFrame(1, HOST, HOST, mac(0x0600aabbccdd)), 5);
    expect([...moved.tables.neighbours.values()][0]?.mac).toBe(0x0600aabbccdd);
  });

  it('another host that claims the cluster address, or one that is not on the link, teaches nothing', () => {
    const conflict = hear(tables, CAMPUS, arpFrame(1, CLUSTER, CLUSTER, macOf(HOST)));
    expect(conflict.decision.verdict).toEqual({ kind: 'drop', reason: 'address-conflict' });
    const elsewhere = hear(tables, CAMPUS, arpFrame(1, address('203.0.113.1'), CLUSTER));
    expect(elsewhere.tables.neighbours.size).toBe(0);
  });

  it('D1: every Ethernet link announces its address when the gateway starts', () => {
    const sent = announcements(of).map(({ egress, frame }) => [egress, arpOf(frame).targetAddress]);
    expect(sent).toEqual([
      [INTERCONNECT, INSIDE],
      [CAMPUS, CLUSTER],
    ]);
  });

  it('the neighbour table is bounded, but nodes always find room', () => {
    const small = topology({ limits: { neighbours: 2, connections: 100 } });
    const answerTo = (state: Tables, last: number): Step =>
      pass(state, INTERCONNECT, {
        source: NODES[1] ?? HOST,
        destination: ipv4(HOST + last),
        protocol: UDP,
        sourcePort: 53,
        destinationPort: 5000,
      });
    const two = [1, 2].reduce((state, last) => answerTo(state, last).tables, emptyTables(small));
    expect(answerTo(two, 3).decision.verdict).toEqual({
      kind: 'drop',
      reason: 'neighbour-table-full',
    });
    expect(pass(two, CAMPUS, syn(1)).decision.verdict.kind).toBe('hold');
    // A stranger that is known makes room for the next one; it is asked again when it is needed.
    const heard = hear(two, CAMPUS, arpFrame(2, ipv4(HOST + 1), CLUSTER), 5).tables;
    const third = answerTo(heard, 3);
    expect(third.decision.verdict.kind).toBe('hold');
    expect(third.tables.neighbours.size).toBe(2);
  });

  it('who merely asks is not remembered in a full table', () => {
    const small = topology({ limits: { neighbours: 1, connections: 100 } });
    const one = hear(emptyTables(small), CAMPUS, arpFrame(1, HOST, CLUSTER)).tables;
    const two = hear(one, CAMPUS, arpFrame(1, ipv4(HOST + 1), CLUSTER));
    expect(two.decision.verdict).toEqual({ kind: 'answer', reason: 'arp-request' });
    expect(two.tables.neighbours.size).toBe(1);
  });
});
