// The kernel's own gateway: nftables, destination NAT in `prerouting`.

import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { Host } from '../../../lab/host.ts';
import type { Place } from '../place.ts';
import { TCP_PORTS, UDP_PORTS } from '../place.ts';
import type { Site } from '../site.ts';
import type { Contestant, Standing } from './contestant.ts';
import { OUTSIDE, joinByVeth } from './veth.ts';

/** Answers leave by the gateway anyhow, the node's way out: the source stays, as it does at onehost. */
const rules = ({ node }: Place): string => `
table ip bench {
  chain prerouting {
    type nat hook prerouting priority dstnat
    iifname ${OUTSIDE} tcp dport { ${TCP_PORTS.join(', ')} } dnat to ${node}
    iifname ${OUTSIDE} udp dport { ${UDP_PORTS.join(', ')} } dnat to ${node}
  }
}
`;

const run = async (host: Host, command: string, ...argv: readonly string[]): Promise<void> => {
  const { code, stderr } = await host.run(command, ...argv);
  if (code !== 0) throw new Error(`${host.name}: ${command}: ${stderr.trim()}`);
};

const standKernel = async (site: Site, place: Place): Promise<Standing> => {
  const gateway = joinByVeth(site, place, place.device);
  const file = join(site.folder, `${place.device}.nft`);
  writeFileSync(file, rules(place));
  await run(gateway, 'nft', '-f', file);
  gateway.inside(() => writeFileSync('/proc/sys/net/ipv4/ip_forward', '1'));
  return { pid: null };
};

export const kernel: Contestant = {
  id: 'kernel',
  name: 'kernel, nftables',
  needs: ['nft'],
  carriesUdp: true,
  stand: standKernel,
};

const OFF = ['tx', 'rx', 'sg', 'tso', 'gso', 'gro'].flatMap((feature) => [feature, 'off']);

/** As the kernel is where frames have to be plain: what the offloads are worth. */
export const plainKernel: Contestant = {
  ...kernel,
  id: 'kernel-plain',
  name: 'kernel, no offloads',
  aside: true,
  needs: ['nft', 'ethtool'],
  stand: async (site, place) => {
    const standing = await standKernel(site, place);
    for (const end of [site.client, site.node])
      await run(end, 'ethtool', '-K', place.device, ...OFF);
    return standing;
  },
};
