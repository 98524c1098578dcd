import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tables } from '../../../../core/decision/tables.ts';
import { FIRST_NETWORK } from '../../../../core/decision/topology.ts';
import { step } from '../../../../core/simulate/simulate.ts';
import type { Step } from '../../../../core/simulate/simulate.ts';
import { bytes, listed, string, word } from '../../rpc/slow-xdr.ts';
import { CAMPUS, HOST, address, frameOf, macOf, pass, seen, tablesOf } from '../laboratory.ts';
import type { Message } from '../laboratory.ts';
import type { Called } from './rpc-laboratory.ts';
import {
  GARBAGE_ARGS,
  HOST_PORT,
  MOUNT,
  NFS,
  NFS_ACL,
  PORTMAPPER,
  PROC_UNAVAIL,
  PROG_UNAVAIL,
  SUCCESS,
  SYSTEM_ERR,
  XID,
  accepted,
  callOf,
  mismatch,
  rpcMismatch,
  rpcTopology,
  toCluster,
  told,
} from './rpc-laboratory.ts';

const RPC_SERVICES = [
  { port: 111, protocol: 'udp', route: 'portmapper' },
  { port: 111, protocol: 'tcp', route: 'portmapper' },
  { port: 20050, protocol: 'udp', route: 'mount' },
  { port: 20050, protocol: 'tcp', route: 'mount' },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
];
const of = rpcTopology({ services: RPC_SERVICES });
const tables = tablesOf(of);

const ask = (before: Tables, called: Partial<Called>, message: Partial<Message> = {}): Step => {
  const payload = callOf({ program: PORTMAPPER, version: 2, procedure: 0, ...called });
  return pass(before, CAMPUS, toCluster(111, payload, message));
};

const mapping = (program: number, version: number, protocol: number, port = 0): string =>
  [program, version, protocol, port].map(word).join('');
const rpcb = (program: number, version: number, netid: string): string =>
  word(program) + word(version) + string(netid) + string('10.1.2.3.0.111') + string('someone');

describe('the portmapper of the cluster', () => {
  it.each([
    ['MOUNT over UDP', MOUNT, 3, 17, 20050],
    ['MOUNT over TCP', MOUNT, 1, 6, 20050],
    ['MOUNT of a version that is not listed', MOUNT, 2, 17, 20050],
    ['NFS over UDP', NFS, 3, 17, 2049],
    ['NFS over TCP, which is not there', NFS, 3, 6, 0],
    ['NFS_ACL, which is behind NFS', NFS_ACL, 3, 17, 2049],
    ['the portmapper', PORTMAPPER, 2, 17, 111],
    ['a program that is not there', 100021, 4, 17, 0],
    ['a protocol that is none', NFS, 3, 1, 0],
  ])('A16: GETPORT of %s', (_, program, version, protocol, port) => {
    const passed = ask(tables, { procedure: 3, args: mapping(program, version, protocol) });
    expect(told(passed)).toEqual([accepted(SUCCESS, word(port))]);
    expect(seen(passed)).toEqual([
      {
        egress: CAMPUS,
        mac: macOf(HOST),
        source: '198.51.100.1',
        destination: '198.51.100.9',
        sourcePort: 111,
        destinationPort: HOST_PORT,
        ttl: 64,
      },
    ]);
    expect(passed.decision.verdict).toEqual({ kind: 'answer', reason: 'rpc-answer' });
    expect(passed.decision.changes).toEqual([]);
  });

  const LISTED: readonly (readonly [number, number, number, number])[] = [
    [PORTMAPPER, 2, 17, 111],
    [PORTMAPPER, 3, 17, 111],
    [PORTMAPPER, 4, 17, 111],
    [PORTMAPPER, 2, 6, 111],
    [PORTMAPPER, 3, 6, 111],
    [PORTMAPPER, 4, 6, 111],
    [NFS, 3, 17, 2049],
    [MOUNT, 1, 17, 20050],
    [MOUNT, 3, 17, 20050],
    [MOUNT, 1, 6, 20050],
    [MOUNT, 3, 6, 20050],
  ];

  it('A16: DUMP lists every program behind the switch, the portmapper first, as rpcinfo -p wants it', () => {
    const rows = LISTED.map((row) => mapping(...row));
    expect(told(ask(tables, { procedure: 4 }))).toEqual([accepted(SUCCESS, listed(rows))]);
  });

  it('A16: DUMP of versions 3 and 4 has addresses of the cluster', () => {
    const rows = LISTED.map(([program, version, protocol, port]) =>
      [
        word(program) + word(version) + string(protocol === 6 ? 'tcp' : 'udp'),
        string(`198.51.100.1.${port >> 8}.${port & 255}`) + string('superuser'),
      ].join(''),
    );
    for (const version of [3, 4])
      expect(told(ask(tables, { version, procedure: 4 }))).toEqual([
        accepted(SUCCESS, listed(rows)),
      ]);
  });

  it.each([
    [3, 3, MOUNT, 3, 'udp', '198.51.100.1.78.82'],
    [4, 3, MOUNT, 2, 'udp', '198.51.100.1.78.82'],
    [4, 3, MOUNT, 3, 'tcp', '198.51.100.1.78.82'],
    [4, 3, NFS, 3, '', '198.51.100.1.8.1'],
    [4, 3, NFS_ACL, 3, 'udp', '198.51.100.1.8.1'],
    [4, 3, NFS, 3, 'tcp', ''],
    [4, 3, NFS, 3, 'udp6', ''],
    [4, 3, 100021, 4, 'udp', ''],
    [4, 9, MOUNT, 3, 'udp', '198.51.100.1.78.82'],
    [4, 9, MOUNT, 2, 'udp', ''],
    [4, 9, NFS_ACL, 3, 'udp', '198.51.100.1.8.1'],
    [4, 9, NFS, 4, 'udp', ''],
  ])(
    'A16: version %i, procedure %i (GETADDR, GETVERSADDR): %i version %i by %j is at %j',
    (version, procedure, program, of_, netid, at) => {
      const args = rpcb(program, of_, netid);
      expect(told(ask(tables, { version, procedure, args }))).toEqual([
        accepted(SUCCESS, string(at)),
      ]);
    },
  );

  it('A16: GETADDRLIST tells every transport of the very version', () => {
    const entry = (netid: string, semantics: number): string =>
      string('198.51.100.1.78.82') +
      string(netid) +
      word(semantics) +
      string('inet') +
      string(netid);
    const list = (version: number) =>
      told(ask(tables, { version: 4, procedure: 11, args: rpcb(MOUNT, version, 'udp') }));
    // From netconfig.h: 1 is tpi_clts, 3 is tpi_cots_ord.
    expect(list(3)).toEqual([accepted(SUCCESS, listed([entry('udp', 1), entry('tcp', 3)]))]);
    expect(list(2)).toEqual([accepted(SUCCESS, listed([]))]);
  });

  it('A13 A16: a host is told addresses of the network that it asked on', () => {
    const networks = {
      campus: { device: { tap: 'oh-campus' }, address: '198.51.100.1/24' },
      lab: { device: { tap: 'oh-lab' }, address: '192.0.2.1/24' },
    };
    const two = tablesOf(rpcTopology({ networks }));
    const message = { source: address('192.0.2.9'), destination: address('192.0.2.1') };
    const payload = callOf({
      program: PORTMAPPER,
      version: 4,
      procedure: 3,
      args: rpcb(NFS, 3, 'udp'),
    });
    const passed = pass(two, FIRST_NETWORK + 1, toCluster(111, payload, message));
    expect(told(passed, FIRST_NETWORK + 1)).toEqual([accepted(SUCCESS, string('192.0.2.1.8.1'))]);
    expect(seen(passed)).toMatchObject([{ source: '192.0.2.1', destination: '192.0.2.9' }]);
  });

  it('A16: NULL is answered, SET and UNSET are false, calls through the portmapper are met by silence', () => {
    for (const version of [2, 3, 4]) {
      expect(told(ask(tables, { version, procedure: 0 }))).toEqual([accepted(SUCCESS)]);
      for (const procedure of [1, 2]) {
        const refused = ask(tables, { version, procedure, args: mapping(NFS, 3, 17, 2049) });
        expect(told(refused)).toEqual([accepted(SUCCESS, word(0))]);
        expect(refused.decision.changes).toEqual([]);
      }
      const through = ask(tables, { version, procedure: 5, args: mapping(NFS, 3, 0, 0) });
      expect(through.outputs).toEqual([]);
      expect(through.decision.verdict).toEqual({ kind: 'drop', reason: 'rpc-refused' });
    }
  });

  it('A16: what the portmapper has not, and arguments that cannot be read', () => {
    const rows: readonly (readonly [Partial<Called>, string])[] = [
      [{ program: NFS, version: 3 }, accepted(PROG_UNAVAIL)],
      [{ version: 1 }, mismatch(2, 4)],
      [{ version: 5 }, mismatch(2, 4)],
      [{ procedure: 6 }, accepted(PROC_UNAVAIL)],
      [{ version: 3, procedure: 9 }, accepted(PROC_UNAVAIL)],
      [{ version: 3, procedure: 11 }, accepted(PROC_UNAVAIL)],
      [{ version: 4, procedure: 6 }, accepted(PROC_UNAVAIL)],
      [{ version: 4, procedure: 10 }, accepted(PROC_UNAVAIL)],
      [{ procedure: 3, args: mapping(NFS, 3, 17).slice(8) }, accepted(GARBAGE_ARGS)],
      [{ version: 4, procedure: 3, args: word(NFS) + word(3) }, accepted(GARBAGE_ARGS)],
      [{ version: 4, procedure: 9, args: word(NFS) }, accepted(GARBAGE_ARGS)],
      [{ version: 4, procedure: 11 }, accepted(GARBAGE_ARGS)],
    ];
    for (const [called, reply] of rows) {
      const passed = ask(tables, called);
      expect(told(passed)).toEqual([reply]);
      expect(passed.decision.verdict).toEqual({ kind: 'answer', reason: 'rpc-refused' });
    }
    const old = bytes([XID, 0, 1].map(word).join(''));
    expect(told(pass(tables, CAMPUS, toCluster(111, old)))).toEqual([rpcMismatch()]);
    const none = pass(tables, CAMPUS, toCluster(111, bytes(accepted(SUCCESS))));
    expect(none.decision.verdict).toEqual({ kind: 'drop', reason: 'rpc-unreadable' });
  });
});

describe('sources that may be forged', () => {
  const STRANGER = address('198.51.100.66');
  const FAR = address('203.0.113.5');
  /** The portmapper at a port of a cluster that has two dozen of its like. */
  const many = tablesOf(
    rpcTopology({
      services: [
        ...RPC_SERVICES,
        ...Array.from({ length: 24 }, (_, index) => ({
          port: 700 + index,
          protocol: 'udp',
          route: 'portmapper',
        })),
      ],
      exports: Object.fromEntries(
        Array.from({ length: 80 }, (_, index) => [`/exports/of/the/cluster/${index}`, 'alpha']),
      ),
    }),
  );

  it('A16: a list goes to a host that is on the link, and to no other', () => {
    const dump = (before: Tables, message: Partial<Message>) =>
      ask(before, { procedure: 4 }, message);
    expect(dump(many, {}).outputs[0]?.frame.length).toBeGreaterThan(1000);
    for (const source of [STRANGER, FAR]) {
      expect(told(dump(many, { source }))).toEqual([accepted(SYSTEM_ERR)]);
      expect(dump(many, { source }).decision.verdict).toEqual({
        kind: 'answer',
        reason: 'rpc-refused',
      });
    }
    const known = tablesOf(many.topology, [HOST, STRANGER, FAR]);
    expect(dump(known, { source: STRANGER }).outputs[0]?.frame.length).toBeGreaterThan(1000);
    // A neighbour by name only: it is not on the link.
    expect(told(dump(known, { source: FAR }))).toEqual([accepted(SYSTEM_ERR)]);
    // The address of a neighbour, in a frame of somebody else's.
    const frame = frameOf(
      many.topology,
      CAMPUS,
      toCluster(111, callOf({ program: PORTMAPPER, version: 2, procedure: 4 })),
    );
    frame.set([frame[11] === 1 ? 2 : 1], 11);
    expect(told(step(known, frame, CAMPUS, 0))).toEqual([accepted(SYSTEM_ERR)]);
  });

  it('A16: a long question may have a longer answer', () => {
    const args = '00'.repeat(1200);
    const passed = ask(many, { procedure: 4, args }, { source: FAR });
    expect(passed.decision.verdict).toEqual({ kind: 'answer', reason: 'rpc-answer' });
  });

  it('A16: an answer longer than the MTU leaves in fragments', () => {
    const payload = callOf({ program: MOUNT, version: 3, procedure: 5 });
    const passed = pass(many, CAMPUS, toCluster(20050, payload));
    const lengths = passed.outputs.map(({ frame }) => frame.length);
    // MTU 1500: 1480 bytes of data in each but the last.
    expect(lengths.slice(0, -1)).toEqual([1514, 1514]);
    expect(lengths).toHaveLength(3);
  });

  const called = (): fc.Arbitrary<readonly [number, Uint8Array]> =>
    fc
      .record({
        port: fc.constantFrom(111, 20050, 2049),
        program: fc.constantFrom(PORTMAPPER, MOUNT, NFS, NFS_ACL),
        version: fc.integer({ min: 0, max: 5 }),
        procedure: fc.integer({ min: 0, max: 24 }),
        args: fc.oneof(
          fc.constantFrom(mapping(NFS, 3, 17), rpcb(MOUNT, 3, 'udp'), string('/nowhere'), ''),
          fc.uint8Array({ maxLength: 200 }).map((octets) => Buffer.from(octets).toString('hex')),
        ),
      })
      .map(({ port, ...rest }) => [port, callOf(rest)] as const);

  it('A16: nobody gets more than three times the bytes that came in an unverified name', () => {
    fc.assert(
      fc.property(called(), fc.constantFrom(STRANGER, FAR), ([port, payload], source) => {
        const frame = frameOf(many.topology, CAMPUS, toCluster(port, payload, { source }));
        const { outputs } = step(many, frame, CAMPUS, 0);
        const sent = outputs
          .filter(({ egress }) => egress === CAMPUS)
          .reduce((sum, output) => sum + output.frame.length, 0);
        expect(sent).toBeLessThanOrEqual(3 * frame.length);
      }),
    );
  });
});
