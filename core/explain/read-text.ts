// What was read of the tables, in words: the document's name of the table, the key, the entry.

import { formatAddress } from '../wire/address.ts';
import { linkName, nodeName } from '../decision/names.ts';
import type { Topology } from '../decision/topology.ts';
import { counted } from './counted.ts';
import {
  clusterNodeText,
  connectionText,
  cursorText,
  datagramText,
  mountText,
  neighbourText,
  nonSpecificText,
  orphanText,
  rpcPortText,
  schedulerText,
  serviceText,
  wayText,
} from './entry.ts';
import {
  connectionKeyText,
  datagramKeyText,
  mountKeyText,
  neighbourKeyText,
  nodePortText,
  rpcPortKeyText,
  serviceKeyText,
  wayKeyText,
} from './key-text.ts';
import { quotedText } from './quoted-text.ts';
import { programName } from './rpc-name.ts';
import type { Read, TableName } from './recording.ts';

/** A read for people; `entry` is null when there was none. */
export interface ReadText {
  readonly table: string;
  readonly key: string;
  readonly entry: string | null;
}

const tableNames: Readonly<Record<Exclude<TableName, 'cursors'>, string>> = {
  'cluster-addresses': 'cluster addresses',
  services: 'message switch table',
  'node-ports': 'message switch table by node',
  'node-addresses': 'nodes by address',
  nodes: 'nodes',
  'non-specific-ports': 'non-specific ports',
  'connections-outside': 'cluster connection table, as the host sees it',
  'connections-inside': 'cluster connection table, as the node sees it',
  loads: 'connections of a node',
  neighbours: 'neighbours',
  datagrams: 'datagrams in fragments',
  exports: 'cluster export table',
  'mount-ports': 'mount port table',
  'rpc-ports': 'mount port table, as learned',
  'rpc-node-ports': 'mount port table, by port',
  mounts: 'mounts',
  ways: 'cluster addresses that hosts asked',
  orphans: 'connections without a node',
  'error-budget': 'error budget',
};

/** The table's name; what keeps the turns of a service is called by its scheduler. */
const tableName = (topology: Topology, read: Read): string =>
  read.table === 'cursors' ? schedulerText(topology, read.key) : tableNames[read.table];

const orNull = <V>(found: V | undefined, text: (value: V) => string): string | null =>
  found === undefined ? null : text(found);

const keyAndEntry = (topology: Topology, read: Read): readonly [string, string | null] => {
  switch (read.table) {
    case 'cluster-addresses':
      return [formatAddress(read.key), orNull(read.found, (link) => linkName(topology, link))];
    case 'services':
      return [
        serviceKeyText(read.key),
        orNull(read.found, (service) => serviceText(topology, service)),
      ];
    case 'node-ports':
      return [
        nodePortText(topology, read.key),
        orNull(read.found, (service) => serviceText(topology, service)),
      ];
    case 'node-addresses':
      return [formatAddress(read.key), orNull(read.found, (node) => nodeName(topology, node))];
    case 'nodes':
      return [
        nodeName(topology, read.key),
        orNull(read.found, (node) => clusterNodeText(topology, node)),
      ];
    case 'non-specific-ports':
      return ['', read.found === null ? null : nonSpecificText(read.found)];
    case 'connections-outside':
    case 'connections-inside':
      return [
        connectionKeyText(read.key),
        orNull(read.found, (connection) => connectionText(topology, connection)),
      ];
    case 'cursors':
      return [
        serviceKeyText(read.key),
        orNull(read.found, (next) => cursorText(topology, read.key, next)),
      ];
    case 'loads':
      return [
        nodePortText(topology, read.key),
        orNull(read.found, (load) => counted(load, 'connection')),
      ];
    case 'datagrams':
      return [
        datagramKeyText(topology, read.key),
        orNull(read.found, (datagram) => datagramText(topology, datagram)),
      ];
    case 'exports':
      return [quotedText(read.key), orNull(read.found, (node) => nodeName(topology, node))];
    case 'mount-ports':
      return [nodeName(topology, read.key), orNull(read.found, (port) => `port ${port}`)];
    case 'rpc-ports':
      return [rpcPortKeyText(topology, read.key), orNull(read.found, rpcPortText)];
    case 'rpc-node-ports':
      return [
        nodePortText(topology, read.key),
        orNull(read.found, ({ program }) => programName(program)),
      ];
    case 'mounts':
      return [mountKeyText(read.key), orNull(read.found, mountText)];
    case 'ways':
      return [wayKeyText(read.key), orNull(read.found, wayText)];
    case 'orphans':
      return [
        connectionKeyText(read.key),
        orNull(read.found, (orphan) => orphanText(topology, orphan)),
      ];
    case 'neighbours':
      return [neighbourKeyText(topology, read.key), orNull(read.found, neighbourText)];
    case 'error-budget':
      return [
        '',
        `${Math.floor(read.found.errors)} errors and ${Math.floor(read.found.refusals)} refusals may go at once`,
      ];
  }
};

/** The reads in words, each once, in the order of the first. */
export const readTexts = (topology: Topology, reads: readonly Read[]): readonly ReadText[] => {
  const texts = new Map<string, ReadText>();
  for (const read of reads) {
    const [key, entry] = keyAndEntry(topology, read);
    const table = tableName(topology, read);
    const whole = `${table}\n${key}`;
    if (!texts.has(whole)) texts.set(whole, { table, key, entry });
  }
  return [...texts.values()];
};
