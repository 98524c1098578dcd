// What a real node needs so that it allocates non-specific ports by the algorithm (A5), on Linux.

import * as E from 'fp-ts/lib/Either.js';
import type { Address } from '../wire/address.ts';
import { formatAddress } from '../wire/address.ts';
import type { PortRun } from '../switch/non-specific-ports.ts';
import { portsBarredTo, portsOf } from '../switch/non-specific-ports.ts';
import type { ClusterNode, NonSpecificPorts, Topology } from '../decision/topology.ts';
import { interconnect } from '../decision/topology.ts';
import { didYouMean } from './near-miss.ts';

/** The two settings of Linux that choose ports for sockets that want any (ip-sysctl.rst). */
export interface PortSettings {
  /** `net.ipv4.ip_local_port_range` */
  readonly range: PortRun;
  /** `net.ipv4.ip_local_reserved_ports`: what of the range is not chosen; in rising order. */
  readonly reserved: readonly PortRun[];
}

export interface NodeSetup {
  readonly cluster: string;
  readonly node: ClusterNode;
  /** The gateway's internal address: the node's way out. */
  readonly gateway: Address;
  readonly algorithm: NonSpecificPorts['algorithm'] | null;
  /** Null when the cluster has no non-specific ports, or none is left for this node. */
  readonly ports: PortSettings | null;
}

/** Where the two settings stand, below /proc/sys. */
export const PORT_RANGE = 'net/ipv4/ip_local_port_range';
export const RESERVED_PORTS = 'net/ipv4/ip_local_reserved_ports';

// A service's port leads where its entry says, whoever allocates it: no node may, not even the one whose
// turn the number is. Listening on a reserved port stays possible.
const servicePorts = ({ services }: Topology): ReadonlySet<number> =>
  new Set([...services.values()].flatMap(({ port, nodePort }) => [port, nodePort]));

const portSettings = (topology: Topology, index: number): PortSettings | null => {
  const { nonSpecificPorts, nodes } = topology;
  if (nonSpecificPorts === null) return null;
  const own = portsOf(nonSpecificPorts, nodes.length, index);
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined) return null;
  const range = { from: first.from, to: last.to };
  const taken = servicePorts(topology);
  return { range, reserved: portsBarredTo(nonSpecificPorts, nodes.length, index, range, taken) };
};

/** What the node called `name`, or numbered so, needs. Left: a sentence. */
export const nodeSetupOf = (topology: Topology, name: string): E.Either<string, NodeSetup> => {
  const { nodes, cluster, nonSpecificPorts } = topology;
  const index = nodes.findIndex((node) => node.name === name || String(node.number) === name);
  const node = nodes[index];
  if (node === undefined) {
    const names = nodes.map((each) => each.name);
    const hint = didYouMean(name, names);
    return E.left(`there is no node "${name}"${hint}; the nodes are ${names.join(', ')}`);
  }
  return E.right({
    cluster,
    node,
    gateway: interconnect(topology).address.address,
    algorithm: nonSpecificPorts?.algorithm ?? null,
    ports: portSettings(topology, index),
  });
};

export const rangeLine = ({ range }: PortSettings): string => `${range.from} ${range.to}`;

const RUNS_IN_A_LINE = 8;

/**
 * The reserved ports in lines that can be written one by one through one descriptor. Linux takes 4,095
 * bytes of one write at most and says so only by the count it returns; what is written to the same
 * descriptor afterwards is added, but a number cut in two is refused or taken for another.
 */
export const reservedLines = ({ reserved }: PortSettings): readonly string[] => {
  const runs = reserved.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
  // An empty line clears the list; opening the file does not.
  if (runs.length === 0) return [''];
  return Array.from({ length: Math.ceil(runs.length / RUNS_IN_A_LINE) }, (_, line) =>
    runs.slice(line * RUNS_IN_A_LINE, (line + 1) * RUNS_IN_A_LINE).join(','),
  );
};

const portCommands = (ports: PortSettings, procSys: string): readonly string[] => [
  '# What the kernel must not choose: ports of other nodes, and ports of services. This replaces the',
  '# list of before. One line is one write, as the kernel cuts off what is longer than a page;',
  '# `sysctl -w` loses the rest of such a list without a word.',
  'while read -r line; do',
  '  echo "$line" >&3',
  `done 3> ${procSys}/${RESERVED_PORTS} <<'END'`,
  ...reservedLines(ports),
  'END',
  '',
  '# Where the kernel chooses ports for sockets that want any.',
  `echo '${rangeLine(ports)}' > ${procSys}/${PORT_RANGE}`,
];

const about = ({ algorithm }: NodeSetup): string =>
  algorithm === null
    ? '# The cluster has no nonSpecificPorts: there is nothing to set.'
    : `# Non-specific ports by the algorithm "${algorithm}".`;

/** A shell script that a person can read, to be run as root on the node. Lines without ends. */
export const nodeSetupScript = (setup: NodeSetup, procSys = '/proc/sys'): readonly string[] => [
  '#!/bin/sh',
  `# Node ${setup.node.name} (number ${setup.node.number}) of cluster ${setup.cluster}.`,
  about(setup),
  '# To be run as root on the node, at every boot.',
  'set -eu',
  '',
  ...(setup.ports === null ? [] : [...portCommands(setup.ports, procSys), '']),
  '# The way out leads through the gateway:',
  `# ip route replace default via ${formatAddress(setup.gateway)}`,
];
