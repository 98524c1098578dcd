// What tables hold, whatever holds it: for comparing those of the running gateway with those of the pure core.

import type { Tables } from '../../core/decision/tables.ts';

/** Bytes in hexadecimal: as JSON has them, they are long. */
const shortly = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;

const whole = (one: unknown): string => JSON.stringify(one, shortly);

/** Of a thing without parts, quicker said. */
const plain = (one: object): string => Object.values(one).join(' ');

interface Things<T> {
  values(): IterableIterator<T>;
}
const inOrder = <T>(things: Things<T>, text: (one: T) => string): readonly string[] =>
  Array.from(things.values(), text);

const contentsBy = (tables: Tables, flat: (one: object) => string) => ({
  connections: inOrder(tables.connections, flat),
  oldestFleeting: flat(tables.connections.oldestFleeting() ?? {}),
  loads: Array.from(tables.connections.values(), ({ node, nodePort, protocol }) =>
    tables.connections.load(node, nodePort, protocol),
  ),
  cursors: Array.from(tables.topology.services.keys(), (key) => tables.cursors.get(key)),
  neighbours: inOrder(tables.neighbours, (one) => (one.held.length > 0 ? whole(one) : flat(one))),
  waitingBytes: tables.waitingBytes,
  datagrams: inOrder(tables.datagrams.byKey, whole),
  heldBytes: tables.datagrams.heldBytes,
  pairs: inOrder(tables.datagrams.pairs, whole),
  rpcPorts: inOrder(tables.rpcPorts.byNode, flat),
  rpcNodePorts: inOrder(tables.rpcPorts.byPort, flat),
  mounts: inOrder(tables.mounts, flat),
  ways: inOrder(tables.ways, flat),
  orphans: inOrder(tables.orphans, whole),
  errorBudget: tables.errorBudget,
  sequence: tables.sequence,
  nodes: inOrder(tables.topology.nodes, flat),
});

/** All that the tables hold, in its order. */
export const contents = (tables: Tables) => contentsBy(tables, whole);

/** The same in one text, without the names of things. */
export const glance = (tables: Tables): string => JSON.stringify(contentsBy(tables, plain));
