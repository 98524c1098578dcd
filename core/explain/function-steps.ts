// Box 565 of figure 5: what the routing function that an entry names made of the message.

import { formatAddress } from '../wire/address.ts';
import { meaning } from '../decision/reason.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { nodeName } from '../decision/names.ts';
import type { Service } from '../decision/topology.ts';
import { nodePortKey } from '../decision/topology.ts';
import type { PacketAccount } from './account.ts';
import { connectionOf, opensConnection, reasonOf, soughtKey } from './account.ts';
import { connectionText } from './entry.ts';
import { connectionKeyText } from './key-text.ts';
import { mountText, nfsText, portmapperText } from './rpc-steps.ts';

/** The connections that each node was found to have when one was chosen: `alpha 2, beta 1`. */
const loadsText = ({ topology, reads }: PacketAccount, { protocol }: Service): string => {
  const loads = new Map<string, number>();
  for (const read of reads) {
    if (read.table !== 'loads') continue;
    const node = topology.nodes.findIndex(
      (_, index) => nodePortKey(index, read.key % 65536, protocol) === read.key,
    );
    loads.set(nodeName(topology, node), read.found ?? 0);
  }
  return [...loads].map(([name, load]) => `${name} ${load}`).join(', ');
};

/** Why this node got the connection: by the service's scheduler (A20), or as a backup (A21). */
const choiceText = (account: PacketAccount, service: Service, { node }: Connection): string => {
  const { topology } = account;
  const { route } = service;
  const name = nodeName(topology, node);
  if (route.kind !== 'connection') return `node ${name} gets it`;
  if (!route.nodes.includes(node))
    return `no node of the service takes connections, and it is backup ${name}'s turn`;
  switch (route.scheduler) {
    case 'round-robin':
      return `it is node ${name}'s turn`;
    case 'weighted-round-robin':
      return `it is node ${name}'s turn by weight`;
    case 'least-connections':
      return `node ${name} has the fewest connections for its weight (${loadsText(account, service)})`;
    case 'source-hash':
      return `the hash of the source address leads to node ${name}`;
    case 'maglev':
      return `the hash of addresses and ports leads to node ${name}`;
  }
};

/** f_inconn, of figure 10. */
const connectionManager = (account: PacketAccount, service: Service): string => {
  const { topology, decision } = account;
  const key = soughtKey(account);
  const none = `no entry for ${key === null ? 'it' : connectionKeyText(key)}`;
  const reason = reasonOf(decision.verdict);
  const connection = connectionOf(account);
  if (connection === undefined) {
    if (reason === 'no-connection') return `${none}, and the message does not open a connection`;
    return reason === null ? none : `${none}; ${meaning(reason)}`;
  }
  const { nodeAddress, nodePort } = connection;
  // In the alternate embodiment the entry has the cluster's address for the node's (A14).
  const address = topology.clusterAddresses.has(nodeAddress)
    ? (topology.nodes[connection.node]?.address ?? nodeAddress)
    : nodeAddress;
  const set = `NODE_ADDR is ${formatAddress(address)}, NODE_PORT is ${nodePort}`;
  return opensConnection(account)
    ? `${none}: the message opens a connection, and ${choiceText(account, service, connection)}: ${set}`
    : `its entry is ${connectionText(topology, connection)}: ${set}`;
};

/** What the routing function of `service` read and found. */
export const functionText = (account: PacketAccount, service: Service): string => {
  const { route } = service;
  switch (route.kind) {
    case 'node':
      return 'NULL';
    case 'connection':
      return connectionManager(account, service);
    case 'mount':
      return mountText(account, service);
    case 'nfs':
      return nfsText(account, service, route.field);
    case 'portmapper':
      return portmapperText(account);
  }
};
