import { describe, expect, it } from 'vitest';
import { setNode } from '../../../../core/switch/administration.ts';
import { apply } from '../../../../core/decision/tables.ts';
import { FIRST_NETWORK, INTERCONNECT, LOCAL } from '../../../../core/decision/topology.ts';
import { elapse, step } from '../../../../core/simulate/simulate.ts';
import type { Step } from '../../../../core/simulate/simulate.ts';
import type { Ipv4Address } from '../../../../core/wire/address.ts';
import { bytes, bytesOf, counted, listed, string, word } from '../../rpc/slow-xdr.ts';
import {
  CAMPUS,
  CLUSTER,
  INSIDE,
  NODES,
  UDP,
  address,
  frameOf,
  packetOf,
  pass,
  seen,
  tablesOf,
} from '../laboratory.ts';
import {
  DUMP,
  HOST_PORT,
  MNT,
  PATHCONF,
  SUCCESS,
  SYSTEM_ERR,
  UMNT,
  accepted,
  askMount,
  cutAt,
  mountAnswer,
  mountCall,
  path,
  payloadOf,
  rpcTopology,
  toCluster,
  toHost,
  told,
  toldNodes,
} from './rpc-laboratory.ts';

const [, beta, gamma] = NODES as [Ipv4Address, Ipv4Address, Ipv4Address];
const of = rpcTopology();
const tables = tablesOf(of);

const reasonOf = ({ decision: { verdict } }: Step): string =>
  verdict.kind === 'forward' || verdict.kind === 'deliver' ? verdict.kind : verdict.reason;

describe('f_MOUNT: the path names the node (figure 8)', () => {
  it.each([
    ['/projects', '10.77.0.11', 635],
    ['/projects/', '10.77.0.11', 635],
    ['projects', '10.77.0.11', 635],
    ['//projects/.//new/x/', '10.77.0.11', 635],
    ['/projects/older', '10.77.0.11', 635],
    ['/projects/old', '10.77.0.12', 636],
    ['projects/old/', '10.77.0.12', 636],
    ['/projects/old/1999/june', '10.77.0.12', 636],
    ['/home', '10.77.0.12', 636],
    ['/srv/données/x', '10.77.0.13', 637],
  ])('A8 A15: MNT of %s goes to %s, to the port of its MOUNT', (asked, node, port) => {
    for (const [procedure, version] of [
      [MNT, 3],
      [MNT, 1],
      [UMNT, 3],
      [PATHCONF, 2],
    ] as const) {
      const payload = mountCall(procedure, path(asked), version);
      const passed = askMount(tables, payload);
      expect(seen(passed)).toMatchObject([
        {
          egress: INTERCONNECT,
          source: '198.51.100.9',
          sourcePort: HOST_PORT,
          destination: node,
          destinationPort: port,
        },
      ]);
      expect(toldNodes(passed)).toEqual([Buffer.from(payload).toString('hex')]);
      expect(passed.decision.path).toBe('inbound-function');
    }
  });

  it.each(['/', '', '/export/n1', '/projectsx', '/project', '/srv', '/srv/donn\u00e9e'])(
    'A15: %j is under no export: MNT gets MNT3ERR_NOENT, which is ENOENT in version 1',
    (asked) => {
      for (const version of [1, 2, 3]) {
        const passed = askMount(tables, mountCall(MNT, path(asked), version));
        expect(told(passed)).toEqual([accepted(SUCCESS, word(2))]);
        expect(seen(passed)).toMatchObject([
          { source: '198.51.100.1', sourcePort: 20048, destinationPort: HOST_PORT },
        ]);
        expect(reasonOf(passed)).toBe('export-unknown');
        expect(passed.decision.changes).toEqual([]);
      }
    },
  );

  it('A15: what else has an unknown path gets an answer too', () => {
    expect(told(askMount(tables, mountCall(UMNT, path('/nowhere'))))).toEqual([accepted(SUCCESS)]);
    expect(told(askMount(tables, mountCall(PATHCONF, path('/nowhere'), 2)))).toEqual([
      accepted(SYSTEM_ERR),
    ]);
  });

  it('A15: a path is bytes: one in Latin-1 is not the UTF-8 of the same letters', () => {
    const latin = counted(bytesOf('/srv/donn\u00e9es'));
    expect(told(askMount(tables, mountCall(MNT, latin)))).toEqual([accepted(SUCCESS, word(2))]);
  });

  it('A10 A15: of an unknown path the gateway tries, where it has a stack of its own', () => {
    const own = tablesOf(rpcTopology({ local: { tun: 'oh-local' } }));
    const passed = askMount(own, mountCall(MNT, path('/gateway')));
    expect(passed.decision.verdict.kind).toBe('deliver');
    expect(passed.outputs).toHaveLength(1);
    const packet = passed.outputs[0]?.frame ?? new Uint8Array(0);
    expect(passed.outputs[0]?.egress).toBe(LOCAL);
    // To the internal address, port unchanged.
    expect([...packet.slice(16, 20)]).toEqual([10, 77, 0, 1]);
    expect([...packet.slice(20, 24)]).toEqual([
      HOST_PORT >> 8,
      HOST_PORT & 255,
      20048 >> 8,
      20048 & 255,
    ]);

    const granted = bytes(accepted(SUCCESS, word(0) + counted([1, 2, 3, 4])));
    const answer = step(passed.tables, packetOf(toHost(INSIDE, 20048, granted)), LOCAL, 0);
    expect(seen(answer)).toMatchObject([
      { source: '198.51.100.1', sourcePort: 20048, destination: '198.51.100.9' },
    ]);
    expect(told(askMount(answer.tables, mountCall(DUMP)))).toEqual([
      accepted(SUCCESS, listed([string('198.51.100.9') + path('/gateway')])),
    ]);
  });

  it('A11 A15: what a node answers leaves as from the port that was asked', () => {
    const asked = askMount(tables, mountCall(MNT, path('/home')));
    const answer = pass(asked.tables, INTERCONNECT, mountAnswer(beta, 636, 0));
    expect(seen(answer)).toMatchObject([
      {
        egress: CAMPUS,
        source: '198.51.100.1',
        sourcePort: 20048,
        destination: '198.51.100.9',
        destinationPort: HOST_PORT,
      },
    ]);
  });

  it('A14 A15: in the alternate embodiment address and port are left alone', () => {
    const direct = tablesOf(rpcTopology({ forwarding: 'direct', mountPorts: {} }));
    const passed = askMount(direct, mountCall(MNT, path('/home')));
    expect(seen(passed)).toMatchObject([
      { mac: 0x020000000000 + beta, destination: '198.51.100.1', destinationPort: 20048 },
    ]);
  });

  it('A15 A21: of a node that is down the port is refused; its backup takes over, on its own port', () => {
    const down = apply(tables, setNode(tables, 1, 'down'));
    const refused = askMount(down, mountCall(MNT, path('/home')));
    expect(reasonOf(refused)).toBe('no-operating-node');
    expect(
      refused.outputs.map(({ egress, frame }) => [egress, frame[23], frame[34], frame[35]]),
    ).toEqual([[CAMPUS, 1, 3, 3]]);
    const nodes = {
      alpha: { number: 1, address: '10.77.0.11' },
      beta: { number: 2, address: '10.77.0.12', state: 'down', backup: 'gamma' },
      gamma: { number: 3, address: '10.77.0.13' },
    };
    const backed = tablesOf(rpcTopology({ nodes }));
    const passed = askMount(backed, mountCall(MNT, path('/home')));
    expect(seen(passed)).toMatchObject([{ destination: '10.77.0.13', destinationPort: 637 }]);
    const answer = pass(passed.tables, INTERCONNECT, mountAnswer(gamma, 637, 0));
    expect(seen(answer)).toMatchObject([{ source: '198.51.100.1', sourcePort: 20048 }]);
  });

  it('A15 A16: while the port is not known the call is dropped and counted; then it is learned', () => {
    const fresh = tablesOf(rpcTopology({ mountPorts: {} }));
    const dropped = askMount(fresh, mountCall(MNT, path('/home')));
    expect(dropped.decision.verdict).toEqual({ kind: 'drop', reason: 'mount-port-unknown' });
    expect(dropped.outputs).toEqual([]);

    const questions = elapse(dropped.tables, 0);
    const toBeta =
      questions.outputs.find(({ frame }) => frame[33] === 12)?.frame ?? new Uint8Array();
    const asked = Number.parseInt(payloadOf(toBeta).slice(0, 8), 16);
    const port = bytes(accepted(SUCCESS, word(918), asked));
    const learned = pass(questions.tables, INTERCONNECT, {
      source: beta,
      destination: INSIDE,
      protocol: UDP,
      sourcePort: 111,
      destinationPort: 979,
      payload: port,
    });
    const passed = askMount(learned.tables, mountCall(MNT, path('/home')));
    expect(seen(passed)).toMatchObject([{ destination: '10.77.0.12', destinationPort: 918 }]);
    const answer = pass(passed.tables, INTERCONNECT, mountAnswer(beta, 918, 0));
    expect(seen(answer)).toMatchObject([{ source: '198.51.100.1', sourcePort: 20048 }]);
  });

  it('A15 D3: a call that came in fragments goes on to the node of its path', () => {
    const long = `/home/${'x'.repeat(1000)}`;
    const whole = frameOf(
      of,
      CAMPUS,
      toCluster(20048, mountCall(MNT, path(long)), { dontFragment: false }),
    );
    // The first carries only a part of the path, and comes last.
    const [first, second] = cutAt(whole, 104);
    const held = step(tables, second, CAMPUS, 0);
    expect(held.outputs).toEqual([]);
    const passed = step(held.tables, first, CAMPUS, 0);
    expect(seen(passed)).toMatchObject([{ destination: '10.77.0.12', destinationPort: 636 }]);
    expect(told(passed, INTERCONNECT)).toEqual([
      Buffer.from(mountCall(MNT, path(long))).toString('hex'),
    ]);
  });
});

describe('f_MOUNT with several networks', () => {
  const networks = {
    campus: { device: { tap: 'oh-campus' }, address: '198.51.100.1/24' },
    lab: { device: { tap: 'oh-lab' }, address: '192.0.2.1/24', router: '192.0.2.254' },
  };
  const LAB_CLUSTER = address('192.0.2.1');

  it.each([
    ['A13 A15: MNT', mountCall(MNT, path('/home')), {}, beta, INTERCONNECT],
    [
      'A13 A15: MNT to the gateway itself',
      mountCall(MNT, path('/own')),
      { local: { tun: 'oh-local' } },
      INSIDE,
      LOCAL,
    ],
  ])('%s is answered from the address that was asked', (_, payload, changes, from, link) => {
    const before = tablesOf(rpcTopology({ networks, ...changes }));
    const asked = askMount(before, payload, { destination: LAB_CLUSTER });
    const port = link === LOCAL ? 20048 : 636;
    const reply = toHost(from, port, bytes(accepted(SUCCESS)));
    const frame = link === LOCAL ? packetOf(reply) : frameOf(before.topology, link, reply);
    const answer = step(asked.tables, frame, link, 0);
    expect(seen(answer)).toMatchObject([
      { egress: FIRST_NETWORK, source: '192.0.2.1', sourcePort: 20048 },
    ]);
    expect(CLUSTER).not.toBe(LAB_CLUSTER);
  });
});
