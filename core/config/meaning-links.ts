// What must be true of networks, interconnect and nodes together: addresses and names do not collide.

import type { Ipv4Address, Ipv4Interface } from '../wire/address.ts';
import { directedBroadcast, formatIpv4, ipv4, onLink } from '../wire/address.ts';
import type { ConfigDraft } from './config.ts';
import { isNetworkAddress } from './leaf.ts';
import { formatPrefix } from './prefix.ts';
import type { ConfigPath, Problem } from './problem.ts';
import { keyProblem, problem } from './problem.ts';
import { repeats } from './repeats.ts';

interface Attachment {
  readonly name: string;
  readonly path: ConfigPath;
  readonly address: Ipv4Interface | undefined;
}

const attachments = (config: ConfigDraft): readonly Attachment[] => [
  ...Object.entries(config.networks ?? {}).map(([name, network]) => ({
    name: `network ${name}`,
    path: ['networks', name, 'address'],
    address: network?.address,
  })),
  {
    name: 'the interconnect',
    path: ['interconnect', 'address'],
    address: config.interconnect?.address,
  },
];

/** Prefixes overlap when one holds the other's address, compared by the shorter. */
const overlap = (a: Ipv4Interface, b: Ipv4Interface): boolean =>
  a.prefixLength <= b.prefixLength ? onLink(a, b.address) : onLink(b, a.address);

export const prefixProblems = (config: ConfigDraft): readonly Problem[] => {
  const all = attachments(config);
  return all.flatMap(({ name, path, address }, position) => {
    if (address === undefined) return [];
    const other = all
      .slice(0, position)
      .find((earlier) => earlier.address !== undefined && overlap(earlier.address, address));
    if (other?.address === undefined) return [];
    const same = other.address.address === address.address;
    const message = same
      ? `${formatIpv4(address.address)} is already the address of the gateway on ${other.name}; each link needs its own`
      : `${formatPrefix(address)} of ${name} overlaps ${formatPrefix(other.address)} of ${other.name}; each link needs its own prefix`;
    return [problem(path, message)];
  });
};

/** What keeps `address` from being a neighbour of the gateway on `link`; null when it may be one. */
const notNeighbour = (
  link: Ipv4Interface,
  address: Ipv4Address,
  linkName: string,
  own: string,
): string | null => {
  const text = formatIpv4(address);
  const prefix = formatPrefix(link);
  if (!onLink(link, address)) return `${text} lies outside ${prefix} of ${linkName}`;
  if (address === link.address) return `${text} is ${own} itself`;
  if (isNetworkAddress(link, address))
    return `${text} is the network address of ${prefix}: no host can have it`;
  if (address === directedBroadcast(link))
    return `${text} is the broadcast address of ${prefix}: no host can have it`;
  return null;
};

export const routerProblems = (config: ConfigDraft): readonly Problem[] =>
  Object.entries(config.networks ?? {}).flatMap(([name, network]) => {
    if (!network?.address || !network.router) return [];
    const wrong = notNeighbour(
      network.address,
      network.router,
      `network ${name}`,
      'the cluster address',
    );
    return wrong === null
      ? []
      : [
          problem(
            ['networks', name, 'router'],
            `${wrong}; the router is another host on this network`,
          ),
        ];
  });

export const nodeProblems = (config: ConfigDraft): readonly Problem[] => {
  const nodes = Object.entries(config.nodes ?? {});
  const link = config.interconnect?.address;
  const misplaced = nodes.flatMap(([name, node]) => {
    if (link === undefined || node?.address === undefined) return [];
    const wrong = notNeighbour(
      link,
      node.address,
      'the interconnect',
      "the gateway's internal address",
    );
    return wrong === null
      ? []
      : [
          problem(
            ['nodes', name, 'address'],
            `${wrong}; node ${name} needs an address of its own there`,
          ),
        ];
  });
  const address = ([, node]: (typeof nodes)[number]) => node?.address;
  const number = ([, node]: (typeof nodes)[number]) => node?.number;
  return [
    ...misplaced,
    ...repeats(nodes, address).map(({ first, again }) =>
      problem(
        ['nodes', again[0], 'address'],
        `${formatIpv4(again[1]?.address ?? ipv4(0))} is already the address of node ${first[0]}`,
      ),
    ),
    ...repeats(nodes, number).map(({ first, again }) =>
      problem(
        ['nodes', again[0], 'number'],
        `${again[1]?.number} is already the number of node ${first[0]}; each node needs its own`,
      ),
    ),
  ];
};

// `interconnect` and `local` name those two links wherever a network can be named.
export const nameProblems = (config: ConfigDraft): readonly Problem[] =>
  Object.keys(config.networks ?? {})
    .filter((name) => name === 'interconnect' || name === 'local')
    .map((name) =>
      keyProblem(
        ['networks', name],
        `a network cannot be called "${name}": that names another link`,
      ),
    );
