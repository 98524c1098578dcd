// What tables hold, whatever holds it: for comparing those in place with immutable ones.

import type { Tables } from '../../core/decision/tables.ts';

const inOrder = (dictionary: { values(): IterableIterator<unknown> }): readonly string[] =>
  Array.from(dictionary.values(), (one) => JSON.stringify(one));

/** What the tables hold, in its order. */
export const contents = (tables: Tables) => ({
  connections: inOrder(tables.connections),
  oldestFleeting: tables.connections.oldestFleeting(),
  loads: [...tables.connections.values()].map(({ node, nodePort, protocol }) =>
    tables.connections.load(node, nodePort, protocol),
  ),
  cursors: [...tables.topology.services.keys()].map((key) => tables.cursors.get(key)),
  neighbours: inOrder(tables.neighbours),
  waitingBytes: tables.waitingBytes,
  datagrams: inOrder(tables.datagrams.byKey),
  heldBytes: tables.datagrams.heldBytes,
  pairs: inOrder(tables.datagrams.pairs),
  rpcPorts: inOrder(tables.rpcPorts.byNode),
  rpcNodePorts: inOrder(tables.rpcPorts.byPort),
  mounts: inOrder(tables.mounts),
  ways: inOrder(tables.ways),
  orphans: inOrder(tables.orphans),
  errorBudget: tables.errorBudget,
  sequence: tables.sequence,
  nodes: tables.topology.nodes,
});
