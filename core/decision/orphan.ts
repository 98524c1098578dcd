// TCP connections whose node is gone (A21): their hosts are told, rather than left to time out.

import type { Connection } from './connection/connection.ts';

export interface Orphan {
  readonly connection: Connection;
  /** When the host was last probed, and how often; 0 times: not yet. */
  readonly probedAt: number;
  readonly probed: number;
}
