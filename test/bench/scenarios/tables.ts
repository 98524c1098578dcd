// The connection table: what it costs to look for what was idle too long, and that a connection goes and comes.

import * as flow from '../../../assembly/layout/flow.ts';
import { libc } from '../../../adapters/linux/libc.ts';
import type { Connection } from '../../../core/decision/connection/connection.ts';
import type { ConnectionTable } from '../../../core/decision/connection/table.ts';
import type { Contestant, Done } from '../contestant.ts';
import { NOW, nativeName } from '../contestant.ts';
import type { Native } from '../native.ts';
import { race } from '../rounds.ts';
import { randomFlows } from '../traffic.ts';
import type { World } from '../world.ts';
import { flowNumbered, immutableTables, makeWorld } from '../world.ts';
import type { Scenario } from './scenario.ts';

const MILLION = 1_000_000;
/** As many records as a tick of the gateway looks at. */
const AT_ONCE = 10_000;
const UDP = 17;
const ICMP = 1;
const LASTING = (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED);

/** Looks at every record of the table; none is found. */
const agers = ({ kernels, memory, of, places, words }: World, natives: readonly Native[]) => {
  const { tcpTransitory, tcpEstablished, udp, icmp } = of.timeouts;
  const found = memory.slots.base;
  const address = libc().addressOf(memory.slots.bytes);
  const { get8, getDouble, put32 } = words;

  const limitOf = (protocol: number, state: number): number => {
    if (protocol === UDP) return udp;
    if (protocol === ICMP) return icmp;
    return (LASTING >> (state & flow.PHASE_MASK)) & 1 ? tcpEstablished : tcpTransitory;
  };
  const inJavascript = (): Done => {
    let expired = 0;
    for (let record = 1; record <= MILLION; record++) {
      const at = places.records + record * flow.RECORD_SIZE;
      const state = get8(at + flow.STATE);
      if ((state & flow.IN_USE) === 0) continue;
      const limit = limitOf(get8(at + flow.PROTOCOL), state);
      if (NOW - getDouble(at + flow.LAST_SEEN) >= limit) put32(found + 4 * expired++, record);
    }
    return { items: MILLION - expired };
  };
  const byKernel = (): Done => {
    for (let from = 1, looked = 0; looked < MILLION; looked += AT_ONCE)
      from = kernels.flowExpired(
        from,
        found,
        AT_ONCE,
        NOW,
        tcpTransitory,
        tcpEstablished,
        udp,
        icmp,
      );
    return { items: MILLION };
  };
  const times = [NOW, tcpTransitory, tcpEstablished, udp, icmp] as const;
  return [
    { name: 'WASM', run: byKernel },
    ...natives.map((native) => ({
      name: nativeName(native),
      run: () => ({
        items:
          MILLION - native.expired(address + places.records, MILLION, address + found, ...times),
      }),
    })),
    { name: 'JavaScript', run: inJavascript },
  ];
};

const ageing = 'ageing, 1,000,000 flows';

const OFTEN = 2000;
const FLOWS = 100_000;

/** Connections, picked at random, that go and come again. */
const picked = ({ of }: World, flows: number): readonly Connection[] => {
  const random = randomFlows(flows);
  return Array.from({ length: OFTEN }, () => flowNumbered(of, random()));
};

const goAndCome = (
  subject: string,
  start: ConnectionTable,
  connections: readonly Connection[],
): Contestant => ({
  name: subject,
  run: () => {
    let table = start;
    for (const one of connections) table = table.without(one).with(one);
    return { items: connections.length };
  },
});

/** The indexes of the flow table alone, without what JavaScript does beside them. */
const relinking = (world: World, connections: readonly Connection[]): Contestant => {
  const records = connections.map((one) => world.connections.recordOf(one));
  const {
    kernels,
    kernels: { memory },
    places,
  } = world;
  const bytes = new Uint8Array(memory.buffer);
  const states = records.map((record) => places.records + record * flow.RECORD_SIZE + flow.STATE);
  const inUse = states.map((at) => bytes[at] as number);
  return {
    name: 'WASM, indexes alone',
    run: () => {
      for (const [index, record] of records.entries()) {
        kernels.flowUnlink(record);
        // What was freed last is given first.
        const again = kernels.flowAllocate();
        bytes[states[index] as number] = inUse[index] as number;
        kernels.flowLink(again);
      }
      return { items: records.length };
    },
  };
};

const changing = (name: string, flows: number): Scenario => ({
  name,
  run: (_, rounds) => {
    const world = makeWorld(flows);
    const connections = picked(world, flows);
    const isSmall = flows <= FLOWS;
    const contestants = [
      relinking(world, connections),
      goAndCome('flow table', world.connections, connections),
      ...(isSmall
        ? [goAndCome('pure core', immutableTables(world.of, flows).connections, connections)]
        : []),
    ];
    return { scenario: name, item: 'pair', figures: race(contestants, rounds), notes: [] };
  },
});

export const TABLES: readonly Scenario[] = [
  {
    name: ageing,
    run: (natives, rounds) => {
      const figures = race(agers(makeWorld(MILLION), natives), rounds);
      return { scenario: ageing, item: 'record', figures, notes: [] };
    },
  },
  changing('a connection removed and inserted, among 100,000', FLOWS),
  changing('a connection removed and inserted, among 1,000,000', MILLION),
];
