// Where the gateway is attached: networks, the interconnect, the local stack (A1, A13, box 580).

import type { ShapeOf } from './shape.ts';
import { list } from './collection.ts';
import { mapping, optional, required, withDefault } from './mapping.ts';
import { hostAddress, interfaceName, linkAddress, macAddress, mtu, prefix } from './leaf.ts';

const DEFAULT_MTU = 1500;

const tapDevice = mapping(
  'a device',
  {
    tap: required(
      interfaceName('oh-campus'),
      'a TAP device: made if it is not there, else attached to',
    ),
  },
  { tun: 'a TUN carries no Ethernet frames, so only "local" can be one; write tap here' },
);

export const networkShape = mapping('a network', {
  device: required(tapDevice, 'the device that leads to the network'),
  address: required(
    linkAddress('198.51.100.1/24'),
    'the cluster address on this network, with prefix length',
  ),
  router: optional(hostAddress, 'next hop for hosts that are not on this network'),
  mac: optional(
    macAddress,
    "the gateway's MAC address here; left out, one is derived from the names",
  ),
  mtu: withDefault(mtu, DEFAULT_MTU, 'largest IP packet on this network, bytes'),
  management: withDefault(
    list('management hosts', prefix),
    [],
    'hosts of these prefixes may reach a node by its own address',
  ),
});

export const interconnectShape = mapping(
  'the interconnect',
  {
    device: required(tapDevice, 'the device that leads to the nodes'),
    address: required(
      linkAddress('10.77.0.1/24'),
      "the gateway's internal address, with prefix length",
    ),
    mac: optional(
      macAddress,
      "the gateway's MAC address here; left out, one is derived from the names",
    ),
    mtu: withDefault(mtu, DEFAULT_MTU, 'largest IP packet on the interconnect, bytes'),
  },
  { router: 'the interconnect has none: the gateway is the router of the nodes' },
);

export const localShape = mapping(
  'the local stack',
  { tun: required(interfaceName('oh-local'), "a TUN device: the gateway machine's own stack") },
  { tap: 'the local stack takes bare IP packets; write tun here' },
);

export type Network = ShapeOf<typeof networkShape>;
