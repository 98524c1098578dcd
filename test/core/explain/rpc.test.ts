import { describe, expect, it } from 'vitest';
import type { RpcPort } from '../../../core/decision/rpc-port.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { apply } from '../../../core/decision/tables.ts';
import type { NodeState } from '../../../core/decision/topology.ts';
import { setNode } from '../../../core/switch/administration.ts';
import { counted, string, word } from '../rpc/slow-xdr.ts';
import { UDP, tablesOf, topology } from '../switch/laboratory.ts';
import { RPC_CLUSTER, boxes, call, rpcTopology, textOf, toldOfCall } from './messages.ts';

const MOUNT = 100005;
const NFS = 100003;
const PORTMAPPER = 100000;
/** Of nfs-ganesha, with the export id given. */
const handle = (id: number): string => counted([0x43, 0, 0, id, 8, 1, 2, 3, 4, 5, 6, 7]);

const mount = (path: string): Uint8Array => call(MOUNT, 3, 1, string(path));

const state = (tables: Tables, node: number, to: NodeState): Tables =>
  apply(tables, setNode(tables, node, to));

const alphaLearned: RpcPort = {
  node: 0,
  program: MOUNT,
  protocol: UDP,
  port: 33333,
  heardAt: 0,
  askedAt: 0,
  asked: 0,
  xid: 0,
};

describe('f_MOUNT, boxes 805 to 850', () => {
  it('A15: the path, the entry that contains it, and a configured MOUNT port', () => {
    const explanation = toldOfCall(20048, mount('/home/ann'));
    expect(boxes(explanation)).toEqual([
      505, 510, 515, 520, 525, 530, 535, 540, 555, 565, 570, 575, 580,
    ]);
    expect(textOf(explanation, 540)).toBe('yes: 20048/udp: function mount');
    expect(textOf(explanation, 555)).toBe('yes: f_MOUNT');
    expect(textOf(explanation, 565)).toBe(
      'MNT of MOUNT version 3 names "/home/ann" (bytes 86 to 94, box 805); ' +
        'the longest entry of the cluster export table that contains it is "/home", of beta (boxes 810 to 825); ' +
        'the mount port table has port 20050 for beta, configured (boxes 830, 835): ' +
        'NODE_ADDR is 10.77.0.12, NODE_PORT is 20050 (box 840)',
    );
    expect(textOf(explanation, 570)).toBe('destination port 20048 becomes 20050 (NODE_PORT)');
    expect(explanation.tableChanges).toEqual([
      'mount of "/home/ann" by 198.51.100.9: asked for from port 800',
    ]);
    expect(explanation.reads).toContainEqual({
      table: 'cluster export table',
      key: '"/home"',
      entry: 'beta',
    });
    expect(explanation.reads).toContainEqual({
      table: 'mount port table',
      key: 'beta',
      entry: 'port 20050',
    });
  });

  it('A16: a learned MOUNT port, and one that is not known yet', () => {
    const tables = tablesOf(rpcTopology());
    const unknown = toldOfCall(20048, mount('/projects'), tables);
    expect(textOf(unknown, 565)).toMatch(
      / of alpha \(boxes 810 to 825\); the mount port table has no port for alpha yet \(box 830\): its portmapper is being asked$/,
    );
    expect(unknown.outcome).toBe('drop mount-port-unknown');

    const learned = apply(tables, [{ kind: 'rpc-port', rpcPort: alphaLearned }]);
    const known = toldOfCall(20048, mount('/projects'), learned);
    expect(textOf(known, 565)).toMatch(
      /; the mount port table has port 33333 for alpha, learned \(boxes 830, 835\): NODE_ADDR is 10\.77\.0\.11, NODE_PORT is 33333 \(box 840\)$/,
    );
    expect(known.reads).toContainEqual({
      table: 'mount port table, as learned',
      key: 'MOUNT over udp on alpha',
      entry: 'port 33333',
    });
  });

  it('A15: no entry: the gateway tries, or says that there is none', () => {
    const answered = toldOfCall(20048, mount('/x'));
    expect(textOf(answered, 565)).toBe(
      'MNT of MOUNT version 3 names "/x" (bytes 86 to 87, box 805); ' +
        'no entry of the cluster export table contains it (boxes 810 to 820): answered status 2',
    );
    expect(boxes(answered).at(-1)).toBe(565);
    const withStack = rpcTopology({ local: { tun: 'oh-local' } });
    const tried = toldOfCall(20048, mount('/x'), tablesOf(withStack));
    expect(textOf(tried, 565)).toMatch(/\(boxes 810 to 820\): the gateway tries$/);
    expect(tried.node).toBe('gateway');
  });

  it('A21: a backup takes the place of the node that is named', () => {
    const nodes = {
      alpha: { number: 1, address: '10.77.0.11' },
      beta: { number: 2, address: '10.77.0.12', backup: 'gamma' },
      gamma: { number: 3, address: '10.77.0.13' },
    };
    const of = rpcTopology({ nodes, mountPorts: { beta: 20050, gamma: 20051 } });
    const down = state(tablesOf(of), 1, 'down');
    const text = textOf(toldOfCall(20048, mount('/home'), down), 565);
    expect(text).toContain('is "/home", of beta, which is down; its backup gamma (boxes 810');
    expect(text).toContain('has port 20051 for gamma, configured');
    const both = state(down, 2, 'down');
    expect(textOf(toldOfCall(20048, mount('/home'), both), 565)).toMatch(
      /of beta, which is down and has no backup that operates \(boxes 810 to 825\)$/,
    );
  });

  it('writes any path so that it can be read, and says what cannot be read', () => {
    const odd = toldOfCall(20048, mount('/a"\n\u00e4'));
    expect(textOf(odd, 565)).toContain('names "/a\\x22\\x0a\\xe4" (bytes 86 to 90, box 805)');
    const cut = toldOfCall(20048, call(MOUNT, 3, 1, word(40)));
    expect(textOf(cut, 565)).toBe(
      'MNT of MOUNT version 3, whose path is truncated: refused, the arguments cannot be read',
    );
    expect(textOf(toldOfCall(20048, new Uint8Array(3)), 565)).toBe('no ONC RPC call (truncated)');
    expect(textOf(toldOfCall(20048, call(MOUNT, 9, 1, string('/home'))), 565)).toBe(
      'MNT of MOUNT version 9: refused, the program has other versions',
    );
    expect(textOf(toldOfCall(20048, call(77, 1, 1)), 565)).toBe(
      'procedure 1 of program 77 version 1: refused, the program is unavailable',
    );
    expect(textOf(toldOfCall(20048, call(MOUNT, 3, 5)), 565)).toBe(
      'EXPORT of MOUNT version 3: answered for the cluster',
    );
  });
});

describe('f_NFS, boxes 930 to 940', () => {
  it('A18: the filehandle, where its node number lies, its value, the node', () => {
    const explanation = toldOfCall(2049, call(NFS, 3, 1, handle(2)));
    expect(boxes(explanation)).toEqual([
      505, 510, 515, 520, 525, 530, 535, 540, 555, 565, 570, 575, 580,
    ]);
    expect(textOf(explanation, 540)).toBe(
      'yes: 2049/udp: function nfs, the node number at byte 2 of the filehandle, 2 bytes, big endian',
    );
    expect(textOf(explanation, 565)).toBe(
      'GETATTR of NFS version 3 begins with a filehandle of 12 bytes (bytes 86 to 97, box 930); ' +
        'its node number is 2 (bytes 88 to 89, box 935): beta; ' +
        'NODE_ADDR is 10.77.0.12, NODE_PORT is 2049 (box 940)',
    );
    expect(explanation.outcome).toBe('forward by interconnect to node beta');
  });

  it('A18: calls that name no node, or no file', () => {
    expect(textOf(toldOfCall(2049, call(NFS, 3, 1, handle(9))), 565)).toMatch(
      /; its node number is 9 \(bytes 88 to 89, box 935\): no node has it; answered status 10001$/,
    );
    expect(textOf(toldOfCall(2049, call(NFS, 3, 1, counted([1, 2, 3]))), 565)).toContain(
      'a filehandle of 3 bytes (bytes 86 to 88, box 930); it ends before the node number, which would be at byte 2 of it (box 935)',
    );
    expect(textOf(toldOfCall(2049, call(NFS, 3, 0)), 565)).toBe(
      'NULL of NFS version 3 takes no filehandle: answered for the cluster',
    );
    expect(textOf(toldOfCall(2049, call(NFS, 4, 1)), 565)).toBe(
      'procedure 1 of NFS version 4: refused, the program has other versions',
    );
  });

  it('A21: silence where the node is down', () => {
    const down = state(tablesOf(rpcTopology()), 1, 'down');
    const explanation = toldOfCall(2049, call(NFS, 3, 1, handle(2)), down);
    expect(textOf(explanation, 565)).toMatch(
      /: beta, which is down and has no backup that operates$/,
    );
    expect(explanation.outcome).toBe('drop no-operating-node');
  });
});

describe('the portmapper', () => {
  const getport = (program: number): Uint8Array =>
    call(PORTMAPPER, 2, 3, word(program), word(3), word(17), word(0));

  it('A16: what was asked, and what the gateway answers', () => {
    const explanation = toldOfCall(111, getport(MOUNT));
    expect(boxes(explanation)).toEqual([505, 510, 515, 520, 525, 530, 535, 540, 555, 565]);
    expect(textOf(explanation, 555)).toBe('yes: portmapper');
    expect(textOf(explanation, 565)).toBe(
      'GETPORT of PORTMAPPER version 2 for MOUNT version 3 over udp: answered port 20048',
    );
    expect(textOf(toldOfCall(111, getport(300000)), 565)).toBe(
      'GETPORT of PORTMAPPER version 2 for program 300000 version 3 over udp: answered port 0, it is not there',
    );
    const getaddr = call(
      PORTMAPPER,
      4,
      3,
      word(NFS),
      word(3),
      string('udp'),
      string(''),
      string(''),
    );
    expect(textOf(toldOfCall(111, getaddr), 565)).toBe(
      'GETADDR of PORTMAPPER version 4 for NFS version 3 over udp: answered 198.51.100.1.8.1',
    );
    expect(textOf(toldOfCall(111, call(PORTMAPPER, 2, 4)), 565)).toBe(
      'DUMP of PORTMAPPER version 2: answered for the cluster',
    );
    expect(textOf(toldOfCall(111, call(PORTMAPPER, 2, 9)), 565)).toBe(
      'procedure 9 of PORTMAPPER version 2: refused, there is no such procedure',
    );
  });
});

describe('the entries of the message switch table', () => {
  it('A20: name their scheduler, and what it went by', () => {
    const services = (scheduler: string) => ({
      ...RPC_CLUSTER,
      services: [
        { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'beta'], scheduler },
      ],
      exports: {},
      mountPorts: {},
    });
    const told = (scheduler: string): string =>
      textOf(toldOfCall(7, new Uint8Array(4), tablesOf(topology(services(scheduler)))), 565);
    expect(told('weighted-round-robin')).toContain("and it is node alpha's turn by weight: NODE_");
    expect(told('least-connections')).toContain(
      'and node alpha has the fewest connections for its weight (alpha 0, beta 0): NODE_ADDR',
    );
    expect(told('source-hash')).toMatch(
      /and the hash of the source address leads to node (alpha|beta):/,
    );
    expect(told('maglev')).toMatch(
      /and the hash of addresses and ports leads to node (alpha|beta):/,
    );
    const leastTables = tablesOf(topology(services('least-connections')));
    const explanation = toldOfCall(7, new Uint8Array(4), leastTables);
    expect(textOf(explanation, 540)).toBe(
      'yes: 7/udp: function connection over alpha, beta, least-connections',
    );
    expect(explanation.tableChanges[1]).toBe(
      'least connections of 7/udp: of nodes that are level, the first from beta on',
    );
  });
});
