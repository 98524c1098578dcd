// The routes of a Linux node (A13), and what it needs to have every cluster address itself (A14).

import { formatAddress, formatIpv4 } from '../wire/address.ts';
import type { LinkSettings, Topology } from '../decision/topology.ts';
import { interconnect, networks } from '../decision/topology.ts';
import type { Step } from './node-step.ts';
import { command, setting } from './node-step.ts';
import { formatPrefix } from './prefix.ts';

const gatewayOf = (topology: Topology): string =>
  formatAddress(interconnect(topology).address.address);

const clusterAddress = ({ address }: LinkSettings): string => formatIpv4(address.address);

/**
 * The way to each network, and to everything else if the gateway has a router: by the gateway. In `direct`
 * a route says which cluster address the node is to have as its source on that way, "the network that leads
 * most directly to the host" (claim 15). Another gateway of the cluster adds its own networks.
 */
export const routeSteps = (topology: Topology): readonly Step[] => {
  const via = `via ${gatewayOf(topology)}`;
  const route = (prefix: string, network: LinkSettings): string =>
    topology.embodiment === 'direct'
      ? `ip route replace ${prefix} ${via} src ${clusterAddress(network)}`
      : `ip route replace ${prefix} ${via}`;
  const first = networks(topology).find(({ router }) => router !== null);
  return [
    ...networks(topology).map((network) =>
      command(
        route(formatPrefix(network.address), network),
        `The network ${network.name} is reached by the gateway.`,
      ),
    ),
    ...(first === undefined
      ? []
      : [
          command(
            route('default', first),
            `So is everything else, by the router on ${first.name}. If the cluster has several gateways with`,
            'routers, the one applied last has this route.',
          ),
        ]),
  ];
};

const ARP_SETTINGS: readonly Step[] = [
  setting(
    'net/ipv4/conf/all/arp_ignore',
    '1',
    'To the network the cluster addresses are those of the gateway: the node neither answers ARP for',
    'them nor asks with them.',
  ),
  setting('net/ipv4/conf/all/arp_announce', '2'),
  setting(
    'net/ipv4/conf/all/rp_filter',
    '2',
    'Messages may come by another gateway than the one that leads to their source.',
  ),
];

// A preference before that of the main table, 32766 (ip-rule(8)).
const PREFERENCE = 1000;

/**
 * What `direct` needs: the cluster addresses are the node's own, but only to itself; and what it sends from
 * one goes back by the gateway that has it. The gateway's address as a number names the table of its routes,
 * so no two gateways share one.
 */
export const clusterAddressSteps = (topology: Topology): readonly Step[] => {
  const gateway = gatewayOf(topology);
  const table = interconnect(topology).address.address;
  return [
    ...ARP_SETTINGS,
    command('ip link set lo up', 'The node accepts what is sent to the cluster.'),
    ...networks(topology).map((network) =>
      command(`ip address replace ${clusterAddress(network)}/32 dev lo`),
    ),
    command(
      `ip route replace default via ${gateway} table ${table}`,
      `What the node sends from a cluster address of this gateway leaves by it: table ${table} is`,
      `${gateway} as a number.`,
    ),
    ...networks(topology).map((network): Step => {
      const rule = `from ${clusterAddress(network)} lookup ${table}`;
      return {
        kind: 'command',
        about: [],
        argv: `ip rule add pref ${PREFERENCE} ${rule}`.split(' '),
        unless: { argv: ['ip', 'rule', 'list'], line: `${rule} *$` },
      };
    }),
  ];
};
