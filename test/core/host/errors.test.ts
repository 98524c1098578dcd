import { describe, expect, it } from 'vitest';
import { ERROR_BURST, spend } from '../../../core/host/error.ts';
import { fragmentsOf } from '../../../core/host/fragmentation.ts';
import type { Step } from '../../../core/simulate/simulate.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { formatIpv4 } from '../../../core/wire/address.ts';
import { checksum } from '../../../core/wire/checksum.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  ICMP,
  INSIDE,
  NODES,
  UDP,
  address,
  packetOf,
  pass,
  right,
  tablesOf,
  topology,
} from '../switch/laboratory.ts';

const of = topology();
const tables = tablesOf(of);
const alpha = NODES[0] ?? HOST;
const beta = NODES[1] ?? HOST;
const SYN = 0x02;

/** The packet in the only frame that leaves, checked down to its checksums. */
const only = ({ outputs }: Step) => {
  expect(outputs).toHaveLength(1);
  const frame = outputs[0]?.frame ?? new Uint8Array(0);
  const packet = right(ipv4.decode(frame, 14, frame.length));
  return { ...packet, egress: outputs[0]?.egress };
};

const errorIn = (one: Step) => {
  const packet = only(one);
  const message = right(icmp.decode(packet.payload, 0, packet.payload.length));
  return { packet, message };
};

/** Source, destination and the first bytes past the header of a quoted packet. */
const quoted = (payload: icmp.IcmpMessage['payload']) => ({
  source: [...Array.from({ length: 4 }, (_, at) => payload[12 + at])].join('.'),
  destination: [...Array.from({ length: 4 }, (_, at) => payload[16 + at])].join('.'),
  sourcePort: (payload[20] ?? 0) * 256 + (payload[21] ?? 0),
  destinationPort: (payload[22] ?? 0) * 256 + (payload[23] ?? 0),
});

const echo = (type: number, identifier: number) =>
  icmp.encode({ type, code: 0, rest: identifier * 65536 + 1, payload: Uint8Array.of(1, 2, 3) });

describe('what a host answers', () => {
  it('D2: echo to a cluster address, payload and identifier returned', () => {
    const payload = echo(8, 77);
    const one = pass(tables, CAMPUS, {
      source: HOST,
      destination: CLUSTER,
      protocol: ICMP,
      payload,
    });
    const { packet, message } = errorIn(one);
    expect(formatIpv4(packet.source)).toBe('198.51.100.1');
    expect(message).toMatchObject({ type: 0, rest: 77 * 65536 + 1 });
    expect([...Array.from({ length: 3 }, (_, at) => message.payload[at])]).toEqual([1, 2, 3]);
  });

  it('D2: a node reaches the internal and the cluster address by echo', () => {
    for (const destination of [INSIDE, CLUSTER]) {
      const payload = echo(8, 5);
      const one = pass(tables, INTERCONNECT, {
        source: alpha,
        destination,
        protocol: ICMP,
        payload,
      });
      expect(errorIn(one).packet).toMatchObject({ source: destination, egress: INTERCONNECT });
    }
  });

  it('D6: a closed TCP port is refused by a reset that the host believes', () => {
    const one = pass(tables, CAMPUS, {
      source: HOST,
      destination: CLUSTER,
      destinationPort: 23,
      flags: SYN,
    });
    const { payload } = only(one);
    const segment = right(tcp.decode(payload, 0, payload.length));
    expect(segment).toMatchObject({
      sourcePort: 23,
      flags: 0x14,
      sequence: 0,
      acknowledgement: 1001,
    });
    expect(one.decision.verdict).toEqual({ kind: 'answer', reason: 'port-closed' });
  });

  it('D6: a closed UDP port is refused by ICMP port unreachable that quotes the datagram', () => {
    const { message } = errorIn(
      pass(tables, CAMPUS, {
        source: HOST,
        destination: CLUSTER,
        protocol: UDP,
        destinationPort: 9,
      }),
    );
    expect(message).toMatchObject({ type: 3, code: 3 });
    expect(quoted(message.payload)).toMatchObject({
      destination: '198.51.100.1',
      destinationPort: 9,
    });
  });

  it('D6: or drops, as configured', () => {
    const silent = tablesOf(topology({ unmatched: 'drop' }));
    const message = { source: HOST, destination: CLUSTER, destinationPort: 23, flags: SYN };
    const one = pass(silent, CAMPUS, message);
    expect(one.decision.verdict).toEqual({ kind: 'drop', reason: 'port-closed' });
    expect(one.outputs).toEqual([]);
  });

  it('D2: errors of its own are limited in rate, and no error answers an error', () => {
    let state = tables;
    const verdicts = Array.from({ length: ERROR_BURST + 1 }, () => {
      const one = pass(state, CAMPUS, {
        source: HOST,
        destination: CLUSTER,
        protocol: UDP,
        destinationPort: 9,
      });
      state = one.tables;
      return one.decision.verdict;
    });
    expect(verdicts.filter(({ kind }) => kind === 'answer')).toHaveLength(ERROR_BURST);
    expect(verdicts.at(-1)).toEqual({ kind: 'drop', reason: 'error-rate' });
    expect(spend(state.errorBudget, 1, 'refusals')).toMatchObject({ refusals: 0 });
    expect(spend({ errors: 9, refusals: 0, at: 0 }, 0, 'refusals')).toBeNull();
    // An idle hour earns no more than a burst, and scanned ports take nothing from other errors.
    expect(spend(state.errorBudget, 3_600_000, 'errors')).toEqual({
      errors: ERROR_BURST - 1,
      refusals: ERROR_BURST,
      at: 3_600_000,
    });
    expect(state.errorBudget.errors).toBe(ERROR_BURST);
  });
});

describe('ICMP errors through the gateway', () => {
  const error = (type: number, code: number, rest: number, about: Uint8Array) =>
    icmp.encode(icmp.errorMessage(type, code, rest, about));

  it('D2: a router outside says fragmentation needed: the node learns the MTU', () => {
    const opened = pass(tables, CAMPUS, {
      source: HOST,
      destination: CLUSTER,
      sourcePort: 5000,
      destinationPort: 81,
      flags: SYN,
    });
    const sent = packetOf({
      source: CLUSTER,
      destination: HOST,
      sourcePort: 81,
      destinationPort: 5000,
      payload: new Uint8Array(1400),
    });
    const router = address('198.51.100.254');
    const { packet, message } = errorIn(
      pass(opened.tables, CAMPUS, {
        source: router,
        destination: CLUSTER,
        protocol: ICMP,
        payload: error(3, 4, 1300, sent),
      }),
    );
    expect(packet).toMatchObject({ egress: INTERCONNECT, source: router, destination: alpha });
    expect(message).toMatchObject({ type: 3, code: 4, rest: 1300 });
    expect(quoted(message.payload)).toEqual({
      source: '10.77.0.11',
      destination: '198.51.100.9',
      sourcePort: 8081,
      destinationPort: 5000,
    });
    // What the node is shown is what it sent: the header checksum of the quote is right.
    expect(checksum(message.payload, 0, 20)).toBe(0);
  });

  it('D2: a node says port unreachable: the host is told by the cluster, about what it sent', () => {
    const received = packetOf({
      source: HOST,
      destination: beta,
      protocol: UDP,
      sourcePort: 5000,
      destinationPort: 53,
    });
    const { packet, message } = errorIn(
      pass(tables, INTERCONNECT, {
        source: beta,
        destination: HOST,
        protocol: ICMP,
        payload: error(3, 3, 0, received),
      }),
    );
    expect(packet).toMatchObject({ egress: CAMPUS, source: CLUSTER, destination: HOST });
    expect(quoted(message.payload)).toEqual({
      source: '198.51.100.9',
      destination: '198.51.100.1',
      sourcePort: 5000,
      destinationPort: 53,
    });
  });

  it('D2: a router before a node speaks as the cluster too', () => {
    const received = packetOf({
      source: HOST,
      destination: beta,
      protocol: UDP,
      sourcePort: 5000,
      destinationPort: 53,
    });
    const { packet, message } = errorIn(
      pass(tables, INTERCONNECT, {
        source: address('10.77.0.50'),
        destination: HOST,
        protocol: ICMP,
        payload: error(11, 0, 0, received),
      }),
    );
    expect(packet.source).toBe(CLUSTER);
    expect(message.type).toBe(11);
  });

  it('D2: an error about an echo of a node finds the node by its identifier', () => {
    const asked = pass(tables, INTERCONNECT, {
      source: alpha,
      destination: HOST,
      protocol: ICMP,
      payload: echo(8, 600),
    });
    const outer = only(asked);
    const about = packetOf({
      source: CLUSTER,
      destination: HOST,
      protocol: ICMP,
      payload: outer.payload,
    });
    const { packet } = errorIn(
      pass(asked.tables, CAMPUS, {
        source: address('198.51.100.254'),
        destination: CLUSTER,
        protocol: ICMP,
        payload: error(11, 0, 0, about),
      }),
    );
    expect(packet.destination).toBe(alpha);
  });

  it('D2: an error that quotes a packet of another address than its own is dropped', () => {
    const opened = pass(tables, CAMPUS, {
      source: HOST,
      destination: CLUSTER,
      sourcePort: 5000,
      flags: SYN,
    });
    const outside = packetOf({ source: INSIDE, destination: HOST, sourcePort: 80 });
    const forged = pass(opened.tables, CAMPUS, {
      source: HOST,
      destination: CLUSTER,
      protocol: ICMP,
      payload: error(3, 4, 600, outside),
    });
    expect(forged.decision.verdict).toEqual({ kind: 'drop', reason: 'icmp-no-connection' });
    const elsewhere = packetOf({ source: address('203.0.113.5'), destination: beta });
    const sideways = pass(opened.tables, INTERCONNECT, {
      source: beta,
      destination: HOST,
      protocol: ICMP,
      payload: error(3, 3, 0, elsewhere),
    });
    expect(sideways.decision.verdict).toEqual({ kind: 'drop', reason: 'icmp-no-connection' });
  });

  it('D2: errors about nothing known are dropped', () => {
    const about = packetOf({ source: CLUSTER, destination: HOST, sourcePort: 80 });
    const { decision } = pass(tables, CAMPUS, {
      source: HOST,
      destination: CLUSTER,
      protocol: ICMP,
      payload: error(3, 3, 0, about),
    });
    expect(decision.verdict).toEqual({ kind: 'drop', reason: 'icmp-no-connection' });
  });

  it('D2: what is too large for the interconnect is answered with its MTU', () => {
    const narrow = tablesOf(
      topology({
        interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.1/24', mtu: 1280 },
      }),
    );
    const { packet, message } = errorIn(
      pass(narrow, CAMPUS, {
        source: HOST,
        destination: CLUSTER,
        protocol: UDP,
        destinationPort: 53,
        payload: new Uint8Array(1400),
      }),
    );
    expect(packet.source).toBe(CLUSTER);
    expect(message).toMatchObject({ type: 3, code: 4, rest: 1280 });
  });

  it('and cut into fragments when it may be', () => {
    const narrow = tablesOf(
      topology({
        interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.1/24', mtu: 576 },
      }),
    );
    const { decision, outputs } = pass(narrow, CAMPUS, {
      source: HOST,
      destination: CLUSTER,
      protocol: UDP,
      destinationPort: 53,
      payload: new Uint8Array(1400).map((_, at) => at),
      dontFragment: false,
    });
    expect(decision.verdict).toEqual({ kind: 'split', reason: 'larger-than-mtu' });
    const parts = outputs.map(({ frame }) => right(ipv4.decode(frame, 14, frame.length)));
    expect(parts.map((part) => [part.fragmentOffset, part.moreFragments])).toEqual([
      [0, true],
      [552, true],
      [1104, false],
    ]);
    expect(parts.reduce((total, part) => total + part.payload.length, 0)).toBe(1408);
    expect(parts.every((part) => part.destination === beta)).toBe(true);
  });
});

describe('fragments', () => {
  it('carry only the options that are to be copied after the first', () => {
    // A record route (7, not copied) and a router alert (148, copied).
    const options = Uint8Array.of(7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0);
    const packet = packetOf({
      source: HOST,
      destination: CLUSTER,
      protocol: UDP,
      options,
      payload: new Uint8Array(100),
      dontFragment: false,
    });
    const [first, second] = fragmentsOf(packet, 80).map((one) =>
      right(ipv4.decode(one, 0, one.length)),
    );
    expect([...Array.from(options)]).toEqual([...Array.from(first?.options as Uint8Array)]);
    expect([...Array.from(second?.options as Uint8Array)]).toEqual([148, 4, 0, 0]);
  });
});
