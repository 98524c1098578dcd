// A whole cluster to show: a client, the gateway and its nodes, whatever they are made of.

import { changeNode } from '../control/answer.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { NodeState } from '../../core/decision/topology.ts';

/** The client, a host of the campus network. */
export const CLIENT = '198.51.100.9/24';
/** The services of the nodes, and one that only the gateway's own stack has. */
export const HTTP_PORT = 80;
export const ECHO_PORT = 7;
export const OWN_PORT = 8080;
/** What answers where the gateway's own stack does. */
export const GATEWAY_NAME = 'gateway';

/**
 * What the client asks of the cluster address. `http`: a request with a TCP connection of its own; `kept`:
 * one on the connection of this number, which stays open; `udp`: a datagram from a port of its own.
 */
export interface Question {
  readonly kind: 'http' | 'kept' | 'udp';
  readonly port: number;
  /** Of a kept connection; 0 for other kinds. */
  readonly connection: number;
  /** How long the client waits for the answer, milliseconds. */
  readonly patience: number;
}

/** `sourcePort` is the client's port: by it the connection is known. */
export type Reply =
  | {
      readonly kind: 'answered';
      readonly node: string;
      readonly sourcePort: number;
      readonly milliseconds: number;
    }
  | { readonly kind: 'failed'; readonly why: string };

export interface Cluster {
  readonly gateway: Gateway;
  /** What it is made of, each a line for people. */
  readonly made: readonly string[];
  /** One question at a time. */
  ask(question: Question): Promise<Reply>;
  /** Ends all that belongs to it, and resolves when nothing is left. */
  close(): Promise<void>;
}

/** Milliseconds of the gateway's clock. */
export const clock = (): number => performance.now();

/** What `onehost set node NAME STATE` does; gives what it says. */
export const setNodeState = ({ gateway }: Cluster, node: string, state: NodeState): string => {
  const answer = changeNode(gateway, node, state);
  if (answer.kind !== 'done') throw new Error(`onehost set node ${node} ${state} was not done`);
  return answer.message;
};
