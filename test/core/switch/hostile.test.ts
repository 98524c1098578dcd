// What a host outside could try, and what becomes of it.

import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { decodeConfig } from '../../../core/config/decode.ts';
import { formatPath } from '../../../core/config/problem.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { INTERCONNECT, linkSettings } from '../../../core/decision/topology.ts';
import { ERROR_BURST } from '../../../core/host/error.ts';
import type { Step } from '../../../core/simulate/simulate.ts';
import { step } from '../../../core/simulate/simulate.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { ETHER_TYPE_IPV4 } from '../../../core/wire/layout/ethernet.ts';
import { cutAt, packetIn } from '../../arbitraries/fragments.ts';
import {
  answer,
  beta,
  betaPort,
  learnedAt,
  onlyBeta,
  tickAt,
  told,
  xidOf,
} from './inquiry-laboratory.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  ICMP,
  NODES,
  UDP,
  address,
  configuration,
  macOf,
  packetOf,
  pass,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';
import { toHost } from './routes/rpc-laboratory.ts';

const SYN = 0x02;
const SYN_ACK = 0x12;
const ACK = 0x10;
const RST = 0x04;

describe('who only pretends to be a host', () => {
  const from = { source: HOST, destination: CLUSTER, sourcePort: 7000 };
  const send = (tables: Tables, flags: number): Tables =>
    pass(tables, CAMPUS, { ...from, flags }).tables;
  const phases = (tables: Tables) => [...tables.connections.values()].map((c) => c.phase);

  it('D5: opens nothing that lasts: it does not hear what it would have to acknowledge', () => {
    const opened = pass(tablesOf(topology()), CAMPUS, { ...from, flags: SYN });
    const node = address(seen(opened)[0]?.destination ?? '');
    // Its kernel's first number is not the one that the test's segments acknowledge.
    const answered = pass(opened.tables, INTERCONNECT, {
      source: node,
      destination: HOST,
      sourcePort: 80,
      destinationPort: 7000,
      flags: SYN_ACK,
      sequence: 77,
    }).tables;
    expect(phases(answered)).toEqual(['answered']);
    for (const flags of [ACK, ACK | 0x08, RST, SYN, ACK])
      expect(phases(send(answered, flags))).toEqual(['answered']);
    const proven = pass(answered, CAMPUS, { ...from, flags: ACK, acknowledgement: 78 }).tables;
    expect(phases(proven)).toEqual(['established']);
  });
});

describe('forged ICMP errors about NFS, which go to every node', () => {
  it('D2: are no more than the errors that the gateway itself may send', () => {
    const of = topology({
      services: [{ port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' }],
    });
    const sent = { source: CLUSTER, destination: HOST, sourcePort: 2049, destinationPort: 900 };
    const quoted = packetOf({ ...sent, protocol: UDP });
    const payload = icmp.encode(icmp.errorMessage(3, 4, 1300, quoted));
    let tables = tablesOf(of);
    let multiplied = 0;
    for (let count = 0; count < 3 * ERROR_BURST; count++) {
      const message = { source: HOST, destination: CLUSTER, protocol: ICMP, payload };
      const one = pass(tables, CAMPUS, message);
      tables = one.tables;
      multiplied += one.outputs.length;
    }
    expect(multiplied).toBe(ERROR_BURST * NODES.length);
  });
});

describe('ports of MOUNT that are not what they were', () => {
  it('A11 A16: an answer that came before the port was known does not name later ones', () => {
    const before = tablesOf(onlyBeta);
    const early = answer(before, toHost(beta, 636, new Uint8Array(24)));
    const known = learnedAt(early.tables, 636, 500);
    expect(betaPort(known, 600)).toBe(636);
    const later = answer(known, toHost(beta, 636, new Uint8Array(24)), 700);
    expect(seen(later)).toMatchObject([{ source: '198.51.100.1', sourcePort: 20048 }]);
  });

  it('A11 A16: one that is another service’s on the node is not taken', () => {
    const of = topology({
      services: [
        { port: 20048, protocol: 'udp', route: 'mount' },
        { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
      ],
      mountPorts: { alpha: 635, gamma: 637 },
    });
    const { tables, questions } = tickAt(tablesOf(of), 0);
    const heard = answer(tables, told(xidOf(questions, beta), 53, beta));
    expect(heard.decision.verdict).toEqual({ kind: 'absorb', reason: 'rpc-port-taken' });
    expect(betaPort(heard.tables)).toBeNull();
  });

  it('A11 A15: `check` refuses one that another service gives the node', () => {
    const decoded = decodeConfig(
      configuration({
        services: [
          { port: 20048, protocol: 'udp', route: 'mount' },
          { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
        ],
        mountPorts: { beta: 53 },
      }),
    );
    expect(
      E.isLeft(decoded) && decoded.left.map((one) => `${formatPath(one.path)}: ${one.message}`),
    ).toEqual([expect.stringMatching(/^services\[1\].*also leads to port 53\/udp of node beta/)]);
  });
});

describe('identifications that come round', () => {
  it('D3: the pieces of another datagram are not taken for those of one that lost a piece', () => {
    const datagram = (identification: number, fill: number): readonly Uint8Array[] => {
      const payload = new Uint8Array(64).fill(fill);
      const message = { source: HOST, destination: CLUSTER, protocol: UDP, destinationPort: 53 };
      const packet = packetOf({ ...message, payload });
      return cutAt(ipv4.encode({ ...packetIn(packet), identification }), [32]);
    };
    let tables = tablesOf(topology());
    const bring = (packet: Uint8Array): Step => {
      const one = step(
        tables,
        ethernet.encode({
          destination: linkSettings(tables.topology, CAMPUS).mac,
          source: macOf(HOST),
          etherType: ETHER_TYPE_IPV4,
          payload: packet,
        }),
        CAMPUS,
        0,
      );
      ({ tables } = one);
      return one;
    };
    // Of one datagram the last piece is lost, of another the first.
    const [first, lost] = datagram(1, 1);
    const [, last] = datagram(2, 1);
    for (const packet of [first, last]) if (packet) bring(packet);
    for (let count = 0; count < 70; count++)
      for (const packet of datagram(100 + count, 2)) bring(packet);
    for (const identification of [1, 2])
      for (const packet of datagram(identification, 3)) {
        const { decision, outputs } = bring(packet);
        expect(decision.verdict.kind).toBe('forward');
        expect(outputs).toHaveLength(1);
        // The bytes are the new datagram's.
        expect(outputs[0]?.frame.at(-1)).toBe(3);
      }
    expect(lost?.at(-1)).toBe(1);
    expect(tables.datagrams.byKey.size).toBe(0);
    expect(tables.datagrams.pairs.size).toBe(0);
  });
});
