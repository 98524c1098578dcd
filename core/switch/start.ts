// Tables as they are before the first frame.

import { announcement } from '../host/arp.ts';
import { fullErrorBudget } from '../host/error.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { inPlace } from '../decision/dictionary.ts';
import { persistent } from '../decision/persistent.ts';
import type { Neighbour, Tables } from '../decision/tables.ts';
import type { ServiceKey, Topology } from '../decision/topology.ts';
import type { Send } from '../decision/send.ts';

/** Empty tables that never change: each `apply` gives new ones. For simulation, `replay`, `explain`. */
export const emptyTables = (topology: Topology): Tables => ({
  topology,
  connections: {
    byOutside: persistent<string, Connection>(),
    byInside: persistent<string, Connection>(),
  },
  cursors: persistent<ServiceKey, number>(),
  neighbours: persistent<string, Neighbour>(),
  errorBudget: fullErrorBudget,
});

/** Empty tables that change in place, for the running gateway (see {@link inPlace}). */
export const emptyTablesInPlace = (topology: Topology): Tables => ({
  topology,
  connections: {
    byOutside: inPlace<string, Connection>(),
    byInside: inPlace<string, Connection>(),
  },
  cursors: inPlace<ServiceKey, number>(),
  neighbours: inPlace<string, Neighbour>(),
  errorBudget: fullErrorBudget,
});

/** What a gateway says when its links come up: its addresses are here now (D1). */
export const announcements = (topology: Topology): readonly Send[] =>
  topology.links.flatMap((link) => (link?.framing === 'ethernet' ? [announcement(link)] : []));
