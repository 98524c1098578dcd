import { describe, expect, it } from 'vitest';
import { outputOf } from '../../../core/simulate/simulate.ts';
import type { Change, Neighbour } from '../../../core/decision/tables.ts';
import { apply, neighbourKey } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { afterNews, newsIn } from '../../../core/switch/news.ts';
import { emptyTables } from '../../../core/switch/start.ts';
import { CAMPUS, CLUSTER, HOST, NODES, TCP, macOf, pass, topology } from './laboratory.ts';

const alpha = NODES[0] ?? HOST;
const heard: Neighbour = {
  link: INTERCONNECT,
  address: alpha,
  mac: macOf(alpha),
  heardAt: 40,
  askedAt: 7,
  asked: 0,
  held: [],
};
const syn = {
  source: HOST,
  destination: CLUSTER,
  protocol: TCP,
  sourcePort: 1000,
  destinationPort: 80,
  flags: 0x02,
};

describe('what gateways that share the hosts tell each other', () => {
  it('D1: is who a next hop is, but not that it is asked', () => {
    const asked: Neighbour = { ...heard, asked: 1 };
    const changes: readonly Change[] = [
      { kind: 'neighbour', neighbour: asked },
      { kind: 'neighbour', neighbour: { ...heard, mac: null } },
      { kind: 'neighbour', neighbour: heard },
      { kind: 'neighbour-gone', neighbour: heard },
      { kind: 'sequence', next: 3 },
    ];
    expect(newsIn(changes)).toEqual([{ kind: 'neighbour', neighbour: heard }]);
  });

  it('A15, A16: is what nodes told of their ports, and who has mounted what', () => {
    const rpcPort = {
      ...{ node: 1, program: 100005, protocol: 17, port: 635 },
      ...{ heardAt: 1, askedAt: 1, asked: 0, xid: 5 },
    };
    const mount = { host: HOST, path: '/home', asked: null } as never;
    const news: readonly Change[] = [
      { kind: 'rpc-port', rpcPort },
      { kind: 'rpc-port-gone', rpcPort },
      { kind: 'mount', mount },
      { kind: 'mount-gone', mount },
    ];
    expect(newsIn(news)).toEqual(news);
    for (const one of newsIn(news))
      expect(afterNews(emptyTables(topology()), one)).toEqual({ sends: [], changes: [one] });
  });

  it('D1: sets free what waited for the next hop, in its order, and is kept', () => {
    const first = pass(emptyTables(topology()), CAMPUS, syn, 10);
    expect(first.decision.verdict).toMatchObject({ kind: 'hold' });
    const second = pass(first.tables, CAMPUS, syn, 11);
    const waits = second.tables.neighbours.get(neighbourKey(INTERCONNECT, alpha));
    const { sends, changes } = afterNews(second.tables, { kind: 'neighbour', neighbour: heard });
    expect(sends).toHaveLength(waits?.held.length ?? -1);
    for (const { egress, frame } of sends.map(outputOf)) {
      expect(egress).toBe(INTERCONNECT);
      expect(Buffer.from(frame).readUIntBE(0, 6)).toBe(heard.mac);
    }
    const after = apply(second.tables, changes);
    expect(after.neighbours.get(neighbourKey(INTERCONNECT, alpha))).toEqual({
      ...heard,
      askedAt: waits?.askedAt,
    });
    expect(after.waitingBytes).toBe(0);
    expect(newsIn([])).toEqual([]);
  });

  it('D5: is not kept where there is no room for it', () => {
    const small = emptyTables(topology({ limits: { neighbours: 1 } }));
    const full = apply(small, [{ kind: 'neighbour', neighbour: { ...heard, address: HOST } }]);
    expect(afterNews(full, { kind: 'neighbour', neighbour: heard })).toEqual({
      sends: [],
      changes: [],
    });
  });
});
