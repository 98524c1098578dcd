// Where the gateway is attached: networks, the interconnect, the local stack (A1, A13, box 580).

import type { ShapeOf } from './shape.ts';
import { keyed } from './choice.ts';
import { list } from './collection.ts';
import { mapping, optional, required, withDefault } from './mapping.ts';
import { descriptor, hostAddress, interfaceName, linkAddress, macAddress } from './leaf.ts';
import { mtu, networkNamespace, prefix } from './leaf.ts';

const DEFAULT_MTU = 1500;

const netns = optional(
  networkNamespace,
  "the network namespace that it is in, a name or a path; left out, the gateway's own",
);

const inherited = (what: string) =>
  mapping(what, {
    fd: required(
      descriptor,
      'a descriptor that the gateway is started with; what it is of is set up already',
    ),
  });

export const deviceShape = keyed(
  'a device',
  {
    tap: mapping('a device', {
      tap: required(
        interfaceName('oh-campus'),
        'a TAP device: made if it is not there, else attached to',
      ),
      netns,
    }),
    interface: mapping('a device', {
      interface: required(
        interfaceName('eth1'),
        'an interface that is there, a network card or one end of a veth; the gateway hears and speaks on it beside the system',
      ),
      netns,
    }),
    fd: inherited('a device'),
  },
  { tun: 'a TUN carries no Ethernet frames, so only "local" can be one; write tap here' },
);

export const networkShape = mapping('a network', {
  device: required(deviceShape, 'the device that leads to the network'),
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
    device: required(deviceShape, 'the device that leads to the nodes'),
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

export const localShape = keyed(
  'the local stack',
  {
    tun: mapping('the local stack', {
      tun: required(interfaceName('oh-local'), "a TUN device: the gateway machine's own stack"),
    }),
    fd: inherited('the local stack'),
  },
  { tap: 'the local stack takes bare IP packets; write tun here' },
);

export type Network = ShapeOf<typeof networkShape>;

/** Where the frames of a link come from. */
export type DeviceSource = ShapeOf<typeof deviceShape> | ShapeOf<typeof localShape>;
