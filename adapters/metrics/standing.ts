// Metrics of how nodes and devices stand, from the rows of `show nodes` and `show devices`.

import type { Row } from '../control/views.ts';
import type { Metric, Sample } from './metric.ts';

const text = (row: Row, column: string): string => String(row[column] ?? '');

const NODE_STATES = ['active', 'drain', 'down'];

/** One for the state that it is in, nothing for the others: a set of states, as OpenMetrics has it. */
const statesOf = (row: Row): readonly Sample[] =>
  NODE_STATES.map((state) => ({
    labels: { node: text(row, 'name'), state },
    value: row['state'] === state ? 1 : 0,
  }));

/** `rows` as `show nodes` has them. */
export const nodeMetrics = (rows: readonly Row[]): readonly Metric[] => [
  {
    name: 'onehost_connections',
    kind: 'gauge',
    help: 'Entries of the cluster connection table, by the node that they lead to.',
    labels: ['node'],
    samples: rows.map((row) => ({
      labels: { node: text(row, 'name') },
      value: Number(row['connections']),
    })),
  },
  {
    name: 'onehost_node_state',
    kind: 'gauge',
    help: 'Whether a node is in this state: active; drain, it keeps its connections and gets no new ones; down, it neither gets nor sends.',
    labels: ['node', 'state'],
    samples: rows.flatMap(statesOf),
  },
];

/** `rows` as `show devices` has them. */
export const deviceMetrics = (rows: readonly Row[]): readonly Metric[] => {
  const samples = (valueOf: (row: Row) => number): readonly Sample[] =>
    rows.map((row) => ({ labels: { link: text(row, 'link') }, value: valueOf(row) }));
  return [
    {
      name: 'onehost_device_up',
      kind: 'gauge',
      help: 'Whether the device of a link is there and frames may pass.',
      labels: ['link'],
      samples: samples((row) => (row['state'] === 'up' ? 1 : 0)),
    },
    {
      name: 'onehost_device_mtu_bytes',
      kind: 'gauge',
      help: 'Largest IP packet that the device of a link carries.',
      labels: ['link'],
      samples: samples((row) => Number(row['mtu'])),
    },
    {
      name: 'onehost_device_info',
      kind: 'gauge',
      help: 'The device of a link, its kind, and how it is spoken with; always 1.',
      labels: ['link', 'device', 'kind', 'by'],
      samples: rows.map((row) => ({
        labels: {
          link: text(row, 'link'),
          device: text(row, 'device'),
          kind: text(row, 'kind'),
          by: text(row, 'by'),
        },
        value: 1,
      })),
    },
  ];
};
