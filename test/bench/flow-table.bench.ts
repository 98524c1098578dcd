// The flow table in the kernels' memory beside the dictionaries of the core: look-ups in random order, and
// what a connection costs that goes and comes. One look-up from JavaScript at a time waits for memory that
// a batch inside the kernels would have asked for ahead.

import { bench, describe } from 'vitest';
import { makeFlowConnections } from '../../adapters/gateway/flow-connections.ts';
import { loadKernels } from '../../adapters/gateway/kernels.ts';
import type { Connection } from '../../core/decision/connection/connection.ts';
import { keyedTable } from '../../core/decision/connection/keyed-table.ts';
import type { ConnectionTable } from '../../core/decision/connection/table.ts';
import { inPlace } from '../../core/decision/dictionary.ts';
import type { Ipv4Address } from '../../core/wire/address.ts';

const ROUNDS = 2000;
const TCP = 6;
const CLUSTER = 0xc6336401 as Ipv4Address;
const PORTS = 50_000;
/** Dictionaries of more would take the time of all the rest. */
const MOST_KEYED = 100_000;

// Not by the imports' own functions: vitest makes every use of an import a look-up.
const host = (n: number): Ipv4Address => (0xcb007100 + Math.floor(n / PORTS)) as Ipv4Address;
const hostPort = (n: number): number => 1024 + (n % PORTS);
const nth = (n: number): Connection => ({
  protocol: TCP,
  openedBy: 'host',
  hostAddress: host(n),
  hostPort: hostPort(n),
  clusterAddress: CLUSTER,
  clusterPort: 80,
  node: n % 3,
  nodeAddress: (0x0a4d000b + (n % 3)) as Ipv4Address,
  nodePort: 80,
  phase: 'established',
  proof: 0,
  closedBy: null,
  openedAt: 0,
  lastSeen: 0,
});

let sink = 0;

for (const count of [10_000, 100_000, 1_000_000]) {
  const kernels = loadKernels();
  const flows = makeFlowConnections(kernels, count, { low: 1, high: 2 });
  for (let n = 0; n < count; n++) flows.with(nth(n));
  const keyed = count > MOST_KEYED ? null : keyedTable(inPlace);
  for (let n = 0; n < count && keyed; n++) keyed.with(nth(n));

  /** `ROUNDS` connections of the table, in an order that no cache foresees. */
  let random = 1;
  const times = (work: (n: number) => void) => (): void => {
    for (let round = 0; round < ROUNDS; round++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      work(random % count);
    }
  };
  const lookUp = (table: ConnectionTable) =>
    times((n) => (sink ^= table.outside(TCP, host(n), hostPort(n), CLUSTER, 80)?.node ?? -1));
  const comeAndGo = (table: ConnectionTable) =>
    times((n) => {
      const one = nth(n);
      table.without(one).with(one);
    });

  describe(`${ROUNDS} look-ups among ${count} connections`, () => {
    bench(
      'kernel, found by the host',
      times((n) => (sink ^= kernels.findOutside(TCP, host(n) | 0, hostPort(n), CLUSTER | 0, 80))),
    );
    bench(
      'kernel, found by the node',
      times(
        (n) =>
          (sink ^= kernels.findInside(
            TCP,
            (0x0a4d000b + (n % 3)) | 0,
            80,
            host(n) | 0,
            hostPort(n),
          )),
      ),
    );
    bench(
      'kernel, not found',
      times((n) => (sink ^= kernels.findOutside(TCP, host(n) | 0, hostPort(n), CLUSTER | 0, 81))),
    );
    bench('flow table, with the connection read', lookUp(flows));
    if (keyed) bench('dictionaries', lookUp(keyed));
  });

  describe(`${ROUNDS} of ${count} connections go and come again`, () => {
    bench('flow table', comeAndGo(flows));
    if (keyed) bench('dictionaries', comeAndGo(keyed));
  });
}
