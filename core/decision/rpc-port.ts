// The mount port table as it is learned (figure 7, A16): on which port a node's program listens, asked of
// the node's portmapper.

import type { Dictionary } from './dictionary.ts';
import type { NodeIndex } from './topology.ts';
import { nodePortKey } from './topology.ts';

/** What is known of a program's port on a node. */
export interface RpcPort {
  readonly node: NodeIndex;
  readonly program: number;
  /** TCP or UDP. */
  readonly protocol: number;
  /** Null while it is not known, or the node says that there is none. */
  readonly port: number | null;
  /** When the node last answered, milliseconds; null: never. */
  readonly heardAt: number | null;
  /** When it was last asked, and how many questions have gone without an answer. */
  readonly askedAt: number;
  readonly asked: number;
  /** Transaction id of the last question. */
  readonly xid: number;
}

export interface RpcPortTable {
  readonly byNode: Dictionary<string, RpcPort>;
  /** By {@link nodePortKey}: which program a node's port belongs to. */
  readonly byPort: Dictionary<number, RpcPort>;
}

export const rpcPortKey = (node: NodeIndex, program: number, protocol: number): string =>
  `${node} ${program} ${protocol}`;

const portKey = ({ node, port, protocol }: RpcPort): number =>
  nodePortKey(node, port ?? 0, protocol);

export const withRpcPort = (table: RpcPortTable, rpcPort: RpcPort): RpcPortTable => {
  const cleared = withoutRpcPort(table, rpcPort);
  const key = rpcPortKey(rpcPort.node, rpcPort.program, rpcPort.protocol);
  return {
    byNode: cleared.byNode.set(key, rpcPort),
    byPort: rpcPort.port === null ? cleared.byPort : cleared.byPort.set(portKey(rpcPort), rpcPort),
  };
};

/** The table without what is known of the same program on the same node. */
export const withoutRpcPort = (table: RpcPortTable, rpcPort: RpcPort): RpcPortTable => {
  const key = rpcPortKey(rpcPort.node, rpcPort.program, rpcPort.protocol);
  const before = table.byNode.get(key);
  if (before === undefined) return table;
  return {
    byNode: table.byNode.delete(key),
    byPort: before.port === null ? table.byPort : table.byPort.delete(portKey(before)),
  };
};
