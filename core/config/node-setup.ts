// What a real node needs, on Linux: ports by the algorithm (A5), routes (A13), cluster addresses (A14).

import * as E from 'fp-ts/lib/Either.js';
import { formatAddress, formatIpv4 } from '../wire/address.ts';
import type { ClusterNode, Topology } from '../decision/topology.ts';
import { interconnect, networks } from '../decision/topology.ts';
import { didYouMean } from './near-miss.ts';
import type { PortSettings } from './node-ports.ts';
import { portSettings, portSteps } from './node-ports.ts';
import { clusterAddressSteps, routeSteps } from './node-routes.ts';
import type { CheckStep, Step } from './node-step.ts';
import { scriptLines } from './node-step.ts';
import { formatPrefix } from './prefix.ts';

export interface NodeSetup {
  readonly cluster: string;
  readonly node: ClusterNode;
  /** In the order in which they are to be done; each may be done again. */
  readonly steps: readonly Step[];
  /** What they lead to, in sentences about the node. */
  readonly outcome: readonly string[];
}

const portOutcome = (ports: PortSettings | null): string =>
  ports === null
    ? 'keeps the ports that it may choose: none is non-specific'
    : `chooses ports from ${ports.range.from} to ${ports.range.to}, but for ${ports.reserved.length} reserved runs`;

const routeOutcome = (topology: Topology): string => {
  const reached = networks(topology).map(({ address }) => formatPrefix(address));
  const all = networks(topology).some(({ router }) => router !== null);
  const gateway = formatAddress(interconnect(topology).address.address);
  return `reaches ${[...reached, ...(all ? ['all else'] : [])].join(', ')} by ${gateway}`;
};

const addressOutcome = (topology: Topology): string =>
  `accepts messages to ${networks(topology)
    .map(({ address }) => formatIpv4(address.address))
    .join(', ')}`;

/** The machine is the node: one that is not would lose its own routes and ports. */
const thisMachine = ({ name, address }: ClusterNode): CheckStep => {
  const text = formatAddress(address);
  return {
    kind: 'check',
    about: ['Only the node itself is set up.'],
    sign: { argv: ['ip', '-o', 'address', 'show'], line: ` ${text.replaceAll('.', '[.]')}/` },
    otherwise: `this machine does not have ${text}, the address of node ${name}: nothing was changed`,
  };
};

/** What the node called `name`, or numbered so, needs. Left: a sentence. */
export const nodeSetupOf = (topology: Topology, name: string): E.Either<string, NodeSetup> => {
  const { nodes, cluster, clusterSources } = topology;
  const index = nodes.findIndex((node) => node.name === name || String(node.number) === name);
  const node = nodes[index];
  if (node === undefined) {
    const names = nodes.map((each) => each.name);
    const hint = didYouMean(name, names);
    return E.left(`there is no node "${name}"${hint}; the nodes are ${names.join(', ')}`);
  }
  const ports = portSettings(topology, index);
  return E.right({
    cluster,
    node,
    steps: [
      thisMachine(node),
      ...(ports === null ? [] : portSteps(ports)),
      ...(clusterSources ? clusterAddressSteps(topology) : []),
      // A route's source must be an address of the node already.
      ...routeSteps(topology),
    ],
    outcome: [
      portOutcome(ports),
      ...(clusterSources ? [addressOutcome(topology)] : []),
      routeOutcome(topology),
    ],
  });
};

/** A shell script that a person can read, to be run as root on the node. Lines without ends. */
export const nodeSetupScript = (setup: NodeSetup, procSys = '/proc/sys'): readonly string[] => [
  '#!/bin/sh',
  `# Node ${setup.node.name} (number ${setup.node.number}) of cluster ${setup.cluster}: it`,
  ...setup.outcome.map((sentence) => `# - ${sentence}.`),
  '# To be run as root on the node, at every boot; doing it again changes nothing.',
  'set -eu',
  ...setup.steps.flatMap((step) => [
    ...(step.about.length > 0 ? [''] : []),
    ...scriptLines(step, procSys),
  ]),
];
