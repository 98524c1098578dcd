// Where the later fragments of a datagram go: as the first did, without ports (D3).

import type { Ipv4Address } from '../wire/address.ts';
import type { Rewrite } from '../wire/rewrite.ts';
import { NO_PORT } from '../wire/rewrite.ts';
import type { FragmentExit } from '../decision/datagram.ts';
import type { Path } from '../decision/path.ts';
import type { Topology } from '../decision/topology.ts';
import { linkSettings } from '../decision/topology.ts';
import type { Exit } from './exit.ts';
import { asIpv4 } from './translate.ts';

const portless = (
  at: number,
  source: Ipv4Address,
  destination: Ipv4Address,
  hops: number,
): Rewrite => ({
  packet: { at, endpoints: { source, destination, sourcePort: NO_PORT, destinationPort: NO_PORT } },
  quoted: null,
  hops,
});

/** The rewrite of a later fragment at `at` whose first fragment got `rewrite`. */
export const laterRewrite = (at: number, rewrite: Rewrite | null): Rewrite | null => {
  if (rewrite === null) return null;
  const { source, destination } = rewrite.packet.endpoints;
  return portless(at, asIpv4(source), asIpv4(destination), rewrite.hops);
};

/** What is kept of the first fragment's exit. */
export const fragmentExitOf = (path: Path, { egress, nextHop, rewrite }: Exit): FragmentExit => {
  if (rewrite === null) return { path, egress: egress.link, nextHop, addresses: null };
  const { source, destination } = rewrite.packet.endpoints;
  const addresses = {
    source: asIpv4(source),
    destination: asIpv4(destination),
    hops: rewrite.hops,
  };
  return { path, egress: egress.link, nextHop, addresses };
};

/** The exit of a later fragment at `at`. */
export const exitOfFragment = (
  topology: Topology,
  { egress, nextHop, addresses }: FragmentExit,
  at: number,
): Exit => ({
  egress: linkSettings(topology, egress),
  nextHop,
  rewrite:
    addresses === null
      ? null
      : portless(at, addresses.source, addresses.destination, addresses.hops),
  follows: null,
});
