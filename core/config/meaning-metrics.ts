// What must be true of where metrics are told: the gateway's machine has that address, the switch has not.

import { formatIpv4 } from '../wire/address.ts';
import type { ConfigDraft } from './config.ts';
import type { Problem } from './problem.ts';
import { problem } from './problem.ts';

export const metricsProblems = ({ metrics, networks = {} }: ConfigDraft): readonly Problem[] => {
  const address = metrics?.listen?.address;
  const taken = Object.entries(networks).find(
    ([, network]) => address !== undefined && network?.address?.address === address,
  );
  return address === undefined || taken === undefined
    ? []
    : [
        problem(
          ['metrics', 'listen'],
          `${formatIpv4(address)} is the cluster address on network ${taken[0]}: the switch has what comes to it; listen on an address of the gateway's machine`,
        ),
      ];
};
