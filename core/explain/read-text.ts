// What was read of the tables, in words: the document's name of the table, the key, the entry.

import { formatAddress } from '../wire/address.ts';
import { linkName, nodeName } from '../decision/names.ts';
import type { Topology } from '../decision/topology.ts';
import {
  connectionKeyText,
  connectionText,
  cursorText,
  neighbourKeyText,
  neighbourText,
  nodePortText,
  nonSpecificText,
  serviceKeyText,
  serviceText,
} from './entry.ts';
import type { Read, TableName } from './recording.ts';

/** A read for people; `entry` is null when there was none. */
export interface ReadText {
  readonly table: string;
  readonly key: string;
  readonly entry: string | null;
}

const tableNames: Readonly<Record<TableName, string>> = {
  'cluster-addresses': 'cluster addresses',
  services: 'message switch table',
  'node-ports': 'message switch table by node',
  'node-addresses': 'nodes by address',
  nodes: 'nodes',
  'non-specific-ports': 'non-specific ports',
  'connections-outside': 'cluster connection table, as the host sees it',
  'connections-inside': 'cluster connection table, as the node sees it',
  cursors: 'round robin',
  neighbours: 'neighbours',
  'error-budget': 'error budget',
};

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
        orNull(
          read.found,
          ({ number, address, state }) => `number ${number}, ${formatAddress(address)}, ${state}`,
        ),
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
    const table = tableNames[read.table];
    const whole = `${table}\n${key}`;
    if (!texts.has(whole)) texts.set(whole, { table, key, entry });
  }
  return [...texts.values()];
};
