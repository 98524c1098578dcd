// What a scheduler is asked for each new connection, and what it says (A20, claim 14).

import type { HashKey } from '../../decision/keyed-hash.ts';
import type { NodeIndex } from '../../decision/topology.ts';

export interface Question {
  /** Where the last choice left off; 0 at the start. */
  readonly cursor: number;
  /** Addresses of the host and of the cluster, as 32-bit words. */
  readonly source: number;
  readonly sourcePort: number;
  readonly destination: number;
  readonly destinationPort: number;
  /** The one that the plan was made with. */
  readonly hashKey: HashKey;
  /** Whether a node can take the connection. */
  readonly takes: (node: NodeIndex) => boolean;
  /** How many connections of the service a node has. */
  readonly connectionsOf: (node: NodeIndex) => number;
}

/** The node that gets the connection, and the cursor for the next question. */
export interface Choice {
  readonly node: NodeIndex;
  readonly cursor: number;
}
