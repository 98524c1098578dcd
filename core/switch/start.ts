// Tables as they are before the first frame.

import { announcement } from '../host/arp.ts';
import { fullErrorBudget } from '../host/error.ts';
import { keyedTable } from '../decision/connection/keyed-table.ts';
import { persistentTable } from '../decision/connection/persistent-table.ts';
import type { ConnectionTable } from '../decision/connection/table.ts';
import type { Dictionary } from '../decision/dictionary.ts';
import { inPlace } from '../decision/dictionary.ts';
import { persistent } from '../decision/persistent.ts';
import type { Tables } from '../decision/tables.ts';
import type { Topology } from '../decision/topology.ts';
import type { Send } from '../decision/send.ts';

type Maker = <K extends string | number, V>() => Dictionary<K, V>;

const tablesOf = (topology: Topology, connections: ConnectionTable, made: Maker): Tables => ({
  topology,
  connections,
  cursors: made(),
  neighbours: made(),
  waitingBytes: 0,
  datagrams: { byKey: made(), pairs: made(), heldBytes: 0 },
  rpcPorts: { byNode: made(), byPort: made() },
  mounts: made(),
  ways: made(),
  orphans: made(),
  errorBudget: fullErrorBudget,
  sequence: 0,
});

/** Empty tables that never change: each `apply` gives new ones. For simulation, `replay`, `explain`. */
export const emptyTables = (topology: Topology): Tables =>
  tablesOf(topology, persistentTable(topology.hashKey), () => persistent(topology.hashKey));

/** Empty tables that change in place, for the running gateway (see {@link inPlace}). */
export const emptyTablesInPlace = (topology: Topology): Tables =>
  tablesOf(topology, keyedTable(inPlace), inPlace);

/** What a gateway says when its links come up: its addresses are here now (D1). */
export const announcements = (topology: Topology): readonly Send[] =>
  topology.links.flatMap((link) => (link?.framing === 'ethernet' ? [announcement(link)] : []));
