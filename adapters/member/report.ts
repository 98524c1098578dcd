// What a member reports, in a sentence.

import type { Report } from '../../core/cluster/effect.ts';
import { formatEndpoint } from '../../core/cluster/endpoint.ts';
import type { NodeId } from '../../core/cluster/identity.ts';
import { formatAddress } from '../../core/wire/address.ts';

/** A computer's name, or its fingerprint where it has none. */
export type NameOf = (node: NodeId) => string;

export const reportSentence = (report: Report, nameOf: NameOf): string => {
  switch (report.kind) {
    case 'joined':
      return `${report.name} has joined, fingerprint ${report.node}`;
    case 'changed':
      return `the entry of ${nameOf(report.node)} has changed`;
    case 'left':
      return `${nameOf(report.node)} has left`;
    case 'down':
      return `${nameOf(report.node)} is down`;
    case 'up':
      return `${nameOf(report.node)} is up`;
    case 'restarted':
      return `${nameOf(report.node)} has started anew`;
    case 'reachable':
      return `${formatAddress(report.adapter)} of ${nameOf(report.node)} is reachable`;
    case 'unreachable':
      return `${formatAddress(report.adapter)} of ${nameOf(report.node)} is unreachable`;
    case 'name-conflict':
      return `the name ${report.name} is that of ${report.holder}; ${report.other} has it too, and is not meant by it`;
    case 'responsibilities':
      return `responsibilities: ${
        report.responsibilities
          .map(
            ({ network, gateway, next }) =>
              `${formatAddress(network.address)}/${network.prefixLength} ${nameOf(gateway)}${next === null ? '' : `, next ${nameOf(next)}`}`,
          )
          .join('; ') || 'none'
      }`;
    case 'key-unknown':
      return `${formatEndpoint(report.from)} writes under another cluster key than those of this computer; are the files in \`keys\` the same there?`;
    case 'ended':
      return 'this computer has left the cluster';
  }
};
