// A host between client and node, joined to both by veth pairs as the kernel makes them, with all offloads.

import type { Host } from '../../../lab/host.ts';
import type { Place } from '../place.ts';
import type { Site } from '../site.ts';

/** The interfaces of the host: towards the client, and towards the node. */
export const OUTSIDE = 'outside';
export const INSIDE = 'inside';

/** The addresses at both ends; the node reaches the client's network by the gateway. */
export const addressEnds = ({ client, node }: Site, place: Place): void => {
  const { device } = place;
  const more = place.more.map((address) => `addr add ${address}/24 dev ${device}\n`).join('');
  client.ip(`addr add ${place.client}/24 dev ${device}
${more}link set ${device} up
`);
  node.ip(`addr add ${place.node}/24 dev ${device}
link set ${device} up
route add ${place.outside} via ${place.internal}
`);
};

export const joinByVeth = (site: Site, place: Place, name: string): Host => {
  const gateway = site.host(name);
  const { device, cluster, internal } = place;
  gateway.ip(`link add ${OUTSIDE} type veth peer name ${device} netns ${site.client.path}
link add ${INSIDE} type veth peer name ${device} netns ${site.node.path}
addr add ${cluster}/24 dev ${OUTSIDE}
addr add ${internal}/24 dev ${INSIDE}
link set ${OUTSIDE} up
link set ${INSIDE} up
`);
  addressEnds(site, place);
  return gateway;
};
