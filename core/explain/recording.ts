// Tables that note what is read of them: handed to `decide`, they tell what it really looked at.

import type { Address } from '../wire/address.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { insideKey, outsideKey } from '../decision/connection/connection.ts';
import type { ConnectionTable } from '../decision/connection/table.ts';
import type { Datagram } from '../decision/datagram.ts';
import type { Dictionary } from '../decision/dictionary.ts';
import type { Mount } from '../decision/mount.ts';
import type { Orphan } from '../decision/orphan.ts';
import type { RpcPort } from '../decision/rpc-port.ts';
import type { ErrorBudget, Neighbour, NeighbourKey, Tables } from '../decision/tables.ts';
import type {
  ClusterNode,
  Link,
  NodeIndex,
  NonSpecificPorts,
  Service,
  ServiceKey,
  Topology,
} from '../decision/topology.ts';
import { nodePortKey } from '../decision/topology.ts';
import type { Way } from '../decision/way.ts';

/** One look into a table: which, by what key, and what stood there. */
export type Read =
  | { readonly table: 'cluster-addresses'; readonly key: Address; readonly found: Link | undefined }
  | { readonly table: 'services'; readonly key: ServiceKey; readonly found: Service | undefined }
  | { readonly table: 'node-ports'; readonly key: number; readonly found: Service | undefined }
  | {
      readonly table: 'node-addresses';
      readonly key: Address;
      readonly found: NodeIndex | undefined;
    }
  | { readonly table: 'nodes'; readonly key: NodeIndex; readonly found: ClusterNode | undefined }
  | { readonly table: 'non-specific-ports'; readonly found: NonSpecificPorts | null }
  | {
      readonly table: 'connections-outside' | 'connections-inside';
      readonly key: string;
      readonly found: Connection | undefined;
    }
  | { readonly table: 'cursors'; readonly key: ServiceKey; readonly found: number | undefined }
  | {
      readonly table: 'neighbours';
      readonly key: NeighbourKey;
      readonly found: Neighbour | undefined;
    }
  | { readonly table: 'loads'; readonly key: number; readonly found: number | undefined }
  | { readonly table: 'datagrams'; readonly key: string; readonly found: Datagram | undefined }
  | { readonly table: 'exports'; readonly key: string; readonly found: NodeIndex | undefined }
  | { readonly table: 'mount-ports'; readonly key: NodeIndex; readonly found: number | undefined }
  | { readonly table: 'rpc-ports'; readonly key: string; readonly found: RpcPort | undefined }
  | { readonly table: 'rpc-node-ports'; readonly key: number; readonly found: RpcPort | undefined }
  | { readonly table: 'mounts'; readonly key: string; readonly found: Mount | undefined }
  | { readonly table: 'ways'; readonly key: string; readonly found: Way | undefined }
  | { readonly table: 'orphans'; readonly key: string; readonly found: Orphan | undefined }
  | { readonly table: 'error-budget'; readonly found: ErrorBudget };

export type TableName = Read['table'];

const noted = <K, V>(
  dictionary: Dictionary<K, V>,
  note: (key: K, found: V | undefined) => void,
): Dictionary<K, V> => ({
  get: (key) => {
    const found = dictionary.get(key);
    note(key, found);
    return found;
  },
  set: (key, value) => dictionary.set(key, value),
  delete: (key) => dictionary.delete(key),
  get size() {
    return dictionary.size;
  },
  values: () => dictionary.values(),
  oldest: () => dictionary.oldest(),
});

/** A copy of `map` that notes; only the two ways in which `decide` looks do. */
const notedMap = <K, V>(
  map: ReadonlyMap<K, V>,
  note: (key: K, found: V | undefined) => void,
): ReadonlyMap<K, V> => {
  const look = (key: K): V | undefined => {
    const found = map.get(key);
    note(key, found);
    return found;
  };
  const copy = new Map(map);
  return Object.assign(copy, {
    get: look,
    has: (key: K): boolean => look(key) !== undefined,
  });
};

const INDEX = /^\d+$/;

/** `nodes` as they are, each look at one of them noted. */
const notedNodes = (
  nodes: readonly ClusterNode[],
  note: (key: NodeIndex, found: ClusterNode | undefined) => void,
): readonly ClusterNode[] =>
  new Proxy(nodes, {
    get: (target, property, receiver) => {
      if (typeof property === 'string' && INDEX.test(property))
        note(Number(property), target[Number(property)]);
      return Reflect.get(target, property, receiver) as unknown;
    },
  });

type Note = (read: Read) => void;

const notedTopology = (topology: Topology, note: Note): Topology => ({
  ...topology,
  clusterAddresses: notedMap(topology.clusterAddresses, (key, found) =>
    note({ table: 'cluster-addresses', key, found }),
  ),
  services: notedMap(topology.services, (key, found) => note({ table: 'services', key, found })),
  serviceByNodePort: notedMap(topology.serviceByNodePort, (key, found) =>
    note({ table: 'node-ports', key, found }),
  ),
  nodeByAddress: notedMap(topology.nodeByAddress, (key, found) =>
    note({ table: 'node-addresses', key, found }),
  ),
  nodes: notedNodes(topology.nodes, (key, found) => note({ table: 'nodes', key, found })),
  exports: notedMap(topology.exports, (key, found) => note({ table: 'exports', key, found })),
  mountPorts: notedMap(topology.mountPorts, (key, found) =>
    note({ table: 'mount-ports', key, found }),
  ),
  get nonSpecificPorts() {
    note({ table: 'non-specific-ports', found: topology.nonSpecificPorts });
    return topology.nonSpecificPorts;
  },
});

const notedConnections = (table: ConnectionTable, note: Note): ConnectionTable => ({
  get size() {
    return table.size;
  },
  with: (connection) => table.with(connection),
  without: (connection) => table.without(connection),
  values: () => table.values(),
  oldestFleeting: () => table.oldestFleeting(),
  outside: (...ends) => {
    const found = table.outside(...ends);
    note({ table: 'connections-outside', key: outsideKey(...ends), found });
    return found;
  },
  inside: (...ends) => {
    const found = table.inside(...ends);
    note({ table: 'connections-inside', key: insideKey(...ends), found });
    return found;
  },
  load: (node, nodePort, protocol) => {
    const found = table.load(node, nodePort, protocol);
    note({ table: 'loads', key: nodePortKey(node, nodePort, protocol), found });
    return found;
  },
});

/** The tables, to read only, and the reads that `decide` made of them so far, in order. */
export const recording = (
  tables: Tables,
): { readonly tables: Tables; readonly reads: readonly Read[] } => {
  const reads: Read[] = [];
  const note: Note = (read) => void reads.push(read);
  const { connections, datagrams, rpcPorts } = tables;
  const recorded: Tables = {
    ...tables,
    topology: notedTopology(tables.topology, note),
    connections: notedConnections(connections, note),
    cursors: noted(tables.cursors, (key, found) => note({ table: 'cursors', key, found })),
    neighbours: noted(tables.neighbours, (key, found) => note({ table: 'neighbours', key, found })),
    datagrams: {
      ...datagrams,
      byKey: noted(datagrams.byKey, (key, found) => note({ table: 'datagrams', key, found })),
    },
    rpcPorts: {
      byNode: noted(rpcPorts.byNode, (key, found) => note({ table: 'rpc-ports', key, found })),
      byPort: noted(rpcPorts.byPort, (key, found) => note({ table: 'rpc-node-ports', key, found })),
    },
    mounts: noted(tables.mounts, (key, found) => note({ table: 'mounts', key, found })),
    ways: noted(tables.ways, (key, found) => note({ table: 'ways', key, found })),
    orphans: noted(tables.orphans, (key, found) => note({ table: 'orphans', key, found })),
    get errorBudget() {
      note({ table: 'error-budget', found: tables.errorBudget });
      return tables.errorBudget;
    },
  };
  return { tables: recorded, reads };
};
