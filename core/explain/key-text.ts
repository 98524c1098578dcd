// The keys of tables in words.

import { formatAddress, ipv4 } from '../wire/address.ts';
import { linkName, nodeName, protocolName } from '../decision/names.ts';
import type { NeighbourKey } from '../decision/tables.ts';
import type { ServiceKey, Topology } from '../decision/topology.ts';
import { quotedText } from './quoted-text.ts';
import { programName } from './rpc-name.ts';

/** `80/tcp` of a key of the message switch table. */
export const serviceKeyText = (key: ServiceKey): string =>
  `${key % 65536}/${protocolName(Math.floor(key / 65536))}`;

/** `port 80/tcp of n1` of a key made by `nodePortKey`. */
export const nodePortText = (topology: Topology, key: number): string => {
  const port = key % 65536;
  const rest = Math.floor(key / 65536);
  const protocol = rest & 255;
  return `port ${port}/${protocolName(protocol)} of ${nodeName(topology, Math.floor(rest / 256))}`;
};

/** An address in a key of a table: IPv4 stands there as a number. */
const keyAddress = (part: string): string =>
  /^\d+$/.test(part) ? formatAddress(ipv4(Number(part))) : part;

/** The five parts of a connection's key: both ends, in the key's order. */
export const connectionKeyText = (key: string): string => {
  const [protocol = '', first = '', firstPort = '', second = '', secondPort = ''] = key.split(' ');
  const name = protocolName(Number(protocol));
  return `${name} ${keyAddress(first)}:${firstPort} - ${keyAddress(second)}:${secondPort}`;
};

export const neighbourKeyText = (topology: Topology, key: NeighbourKey): string => {
  if (typeof key === 'number')
    return `${formatAddress(ipv4(key))} on ${linkName(topology, Math.floor(key / 0x100000000))}`;
  const [link = '', address = ''] = key.split(' ');
  return `${keyAddress(address)} on ${linkName(topology, Number(link))}`;
};

/** The five parts of a datagram's key, and the link it comes by. */
export const datagramKeyText = (topology: Topology, key: string): string => {
  const [link = '', source = '', destination = '', protocol = '', identification = ''] =
    key.split(' ');
  const ends = `${keyAddress(source)} > ${keyAddress(destination)}`;
  return `identification ${identification}, ${protocolName(Number(protocol))} ${ends} on ${linkName(topology, Number(link))}`;
};

/** `MOUNT over udp on n1`. */
export const rpcPortKeyText = (topology: Topology, key: string): string => {
  const [node = '', program = '', protocol = ''] = key.split(' ');
  const name = protocolName(Number(protocol));
  return `${programName(Number(program))} over ${name} on ${nodeName(topology, Number(node))}`;
};

/** `"/home" by 10.0.0.1`: a path may have spaces. */
export const mountKeyText = (key: string): string => {
  const space = key.indexOf(' ');
  return `${quotedText(key.slice(space + 1))} by ${keyAddress(key.slice(0, space))}`;
};

/** `udp 10.0.0.1:700 to port 53`. */
export const wayKeyText = (key: string): string => {
  const [protocol = '', host = '', hostPort = '', clusterPort = ''] = key.split(' ');
  return `${protocolName(Number(protocol))} ${keyAddress(host)}:${hostPort} to port ${clusterPort}`;
};
