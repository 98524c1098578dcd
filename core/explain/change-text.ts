// The changes that a decision asks for, in words.

import { formatAddress, formatIpv4 } from '../wire/address.ts';
import { firstPhase } from '../decision/connection/phase.ts';
import { linkName, nodeName, protocolName } from '../decision/names.ts';
import type { Mount } from '../decision/mount.ts';
import type { RpcPort } from '../decision/rpc-port.ts';
import type { Change } from '../decision/tables.ts';
import type { Topology } from '../decision/topology.ts';
import type { Way } from '../decision/way.ts';
import {
  connectionText,
  cursorText,
  datagramName,
  datagramText,
  mountText,
  neighbourText,
  orphanText,
  rpcPortText,
  schedulerText,
  wayText,
} from './entry.ts';
import { serviceKeyText } from './key-text.ts';
import { quotedText } from './quoted-text.ts';
import { programName } from './rpc-name.ts';

const connectionChange = (
  topology: Topology,
  { connection }: Extract<Change, { readonly kind: 'connection' }>,
): string => {
  const { openedAt, lastSeen, protocol, phase } = connection;
  const isNew = openedAt === lastSeen && phase === firstPhase(protocol);
  return `${isNew ? 'connection opened' : 'connection'}: ${connectionText(topology, connection)}`;
};

const rpcPortName = (topology: Topology, { node, program, protocol }: RpcPort): string =>
  `${programName(program)} over ${protocolName(protocol)} on ${nodeName(topology, node)}`;

const mountName = ({ host, path }: Mount): string => `${quotedText(path)} by ${formatIpv4(host)}`;

const wayName = ({ protocol, hostAddress, hostPort }: Way): string =>
  `${protocolName(protocol)} host ${formatAddress(hostAddress)}:${hostPort}`;

/** One change of a table. */
export const changeText = (topology: Topology, change: Change): string => {
  switch (change.kind) {
    case 'connection':
      return connectionChange(topology, change);
    case 'connection-gone':
      return `connection forgotten: ${connectionText(topology, change.connection)}`;
    case 'cursor': {
      const scheduler = schedulerText(topology, change.service);
      const turn = cursorText(topology, change.service, change.next);
      return `${scheduler} of ${serviceKeyText(change.service)}: ${turn}`;
    }
    case 'neighbour': {
      const { link, address } = change.neighbour;
      const where = `${formatAddress(address)} on ${linkName(topology, link)}`;
      return `neighbour ${where}: ${neighbourText(change.neighbour)}`;
    }
    case 'neighbour-gone': {
      const { link, address } = change.neighbour;
      return `neighbour forgotten: ${formatAddress(address)} on ${linkName(topology, link)}`;
    }
    case 'datagram':
      return `datagram in fragments, ${datagramName(change.datagram)}: ${datagramText(topology, change.datagram)}`;
    case 'datagram-gone':
      return `datagram in fragments forgotten: ${datagramName(change.datagram)}`;
    case 'rpc-port':
      return `mount port table, ${rpcPortName(topology, change.rpcPort)}: ${rpcPortText(change.rpcPort)}`;
    case 'rpc-port-gone':
      return `mount port table, ${rpcPortName(topology, change.rpcPort)}: forgotten`;
    case 'mount':
      return `mount of ${mountName(change.mount)}: ${mountText(change.mount)}`;
    case 'mount-gone':
      return `mount forgotten: ${mountName(change.mount)}`;
    case 'way':
      return `${wayName(change.way)} ${wayText(change.way)}: answers show that address`;
    case 'way-gone':
      return `${wayName(change.way)} ${wayText(change.way)}: forgotten`;
    case 'orphan':
      return `connection without a node: ${orphanText(topology, change.orphan)}`;
    case 'orphan-gone':
      return `connection without a node forgotten: ${connectionText(topology, change.orphan.connection)}`;
    case 'sequence':
      return `packets of the gateway's own so far: ${change.next}`;
    case 'error-budget':
      return `that may go at once: ${Math.floor(change.budget.errors)} errors, ${Math.floor(change.budget.refusals)} refusals left`;
    case 'topology':
      return 'the configuration';
  }
};
