// What makes a Linux node allocate non-specific ports by the algorithm (A5).

import type { PortRun } from '../switch/non-specific-ports.ts';
import { portsBarredTo, portsOf } from '../switch/non-specific-ports.ts';
import type { NodeIndex, Topology } from '../decision/topology.ts';
import type { Step } from './node-step.ts';
import { setting } from './node-step.ts';

/** The two settings of Linux that choose ports for sockets that want any (ip-sysctl.rst). */
export interface PortSettings {
  /** `net.ipv4.ip_local_port_range` */
  readonly range: PortRun;
  /** `net.ipv4.ip_local_reserved_ports`: what of the range is not chosen; in rising order. */
  readonly reserved: readonly PortRun[];
}

const PORT_RANGE = 'net/ipv4/ip_local_port_range';
const RESERVED_PORTS = 'net/ipv4/ip_local_reserved_ports';

// A service's port leads where its entry says, whoever allocates it: no node may, not even the one whose
// turn the number is. Listening on a reserved port stays possible.
const servicePorts = ({ services, mountPorts }: Topology): ReadonlySet<number> =>
  new Set([
    ...[...services.values()].flatMap(({ port, nodePort }) => [port, nodePort]),
    ...mountPorts.values(),
  ]);

/** Null when the cluster has no non-specific ports, or none is left for this node. */
export const portSettings = (topology: Topology, node: NodeIndex): PortSettings | null => {
  const { nonSpecificPorts, nodes } = topology;
  if (nonSpecificPorts === null) return null;
  const own = portsOf(nonSpecificPorts, nodes.length, node);
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined) return null;
  const range = { from: first.from, to: last.to };
  const taken = servicePorts(topology);
  return { range, reserved: portsBarredTo(nonSpecificPorts, nodes.length, node, range, taken) };
};

const RUNS_IN_A_LINE = 8;

/**
 * The reserved ports in lines that can be written one by one through one descriptor. Linux takes 4,095
 * bytes of one write at most and says so only by the count it returns; what is written to the same
 * descriptor afterwards is added, but a number cut in two is refused or taken for another.
 */
const reservedLines = (reserved: readonly PortRun[]): readonly string[] => {
  const runs = reserved.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
  // An empty line clears the list; opening the file does not.
  if (runs.length === 0) return [''];
  return Array.from({ length: Math.ceil(runs.length / RUNS_IN_A_LINE) }, (_, line) =>
    runs.slice(line * RUNS_IN_A_LINE, (line + 1) * RUNS_IN_A_LINE).join(','),
  );
};

// What must not be chosen comes first: then no port of another node is chosen in between.
export const portSteps = ({ range, reserved }: PortSettings): readonly Step[] => [
  {
    kind: 'write',
    about: [
      'What the kernel must not choose: ports of other nodes, and ports of services. This replaces the',
      'list of before. One line is one write, as the kernel cuts off what is longer than a page;',
      '`sysctl -w` loses the rest of such a list without a word.',
    ],
    file: RESERVED_PORTS,
    lines: reservedLines(reserved),
  },
  setting(
    PORT_RANGE,
    `${range.from} ${range.to}`,
    'Where the kernel chooses ports for sockets that want any.',
  ),
];
