// The shape of a member file, each key with what it is for: what a computer that takes part in cluster messaging
// is told (part B).

import { ADAPTER_TYPES } from '../cluster/adapter.ts';
import { SERVICE_CLASSES } from '../cluster/service-class.ts';
import { byName, list } from './collection.ts';
import { interfaceName, mtu, name, port, prefix } from './leaf.ts';
import { mapping, optional, required, withDefault } from './mapping.ts';
import { adapterAddress, filePath, fingerprint, seed, truth } from './member-leaf.ts';
import type { Draft, ShapeOf } from './shape.ts';
import { oneOf, wholeNumber } from './shape.ts';

export const DEFAULT_PORT = 7400;

const routerShape = mapping('a router', {
  address: required(adapterAddress, "its address on the adapter's subnet"),
  serves: withDefault(list('subnets', prefix), [], 'the subnets that it leads to; none: all'),
});

const memberAdapterShape = mapping('an adapter', {
  interface: optional(
    interfaceName('eth0'),
    'the network interface; its first address is the adapter’s',
  ),
  address: optional(adapterAddress, 'the address; an interface of this machine has it'),
  routers: optional(
    list('routers', routerShape),
    'routers on its subnet; left out, those of the kernel’s routing table',
  ),
  type: optional(oneOf(...ADAPTER_TYPES), 'what it is; left out, what the kernel says'),
  mtu: optional(mtu, 'largest IP packet, bytes; left out, what the kernel says'),
  class: withDefault(
    oneOf(...SERVICE_CLASSES),
    'control',
    'the most urgent class of service that it is meant for',
  ),
});

export const memberShape = mapping('a member file', {
  cluster: required(name("a cluster's name", 'projects'), 'the name of the cluster'),
  name: required(name("a member's name", 'alpha'), 'what the other computers call this one'),
  keys: required(
    list('keys', filePath("a key's file", 'projects.key'), 1),
    'files with the keys of the cluster, of `onehost keygen`: the first is used, all are accepted',
  ),
  identity: withDefault(
    filePath("the member's own key", 'alpha.pem'),
    'identity.pem',
    'the file with its own key; made if it is not there',
  ),
  port: withDefault(port, DEFAULT_PORT, 'the UDP port of its datagrams'),
  seeds: withDefault(
    list('seeds', seed),
    [],
    'addresses of members to join by, with their port if it is another; none: the first computer',
  ),
  adapters: optional(
    list('adapters', memberAdapterShape, 1),
    'own adapters in order of preference; left out, all that have an address',
  ),
  members: optional(
    byName('members', name("a member's name", 'beta'), fingerprint),
    'the fingerprint of each member’s key; where given, nobody else is let in',
  ),
  gateway: withDefault(truth, true, 'whether it can be the gateway of its networks'),
  routes: withDefault(
    oneOf('kernel', 'none'),
    'kernel',
    'kernel: routing directions go into the routing table; none: they are only shown',
  ),
  routeProtocol: withDefault(
    wholeNumber('a protocol number', 5, 255, 111),
    111,
    'the protocol number of its routes, by which it tells them from others',
  ),
  routeMetric: withDefault(
    wholeNumber('a metric', 0, 1_000_000, 100),
    100,
    'the metric of its first route to a subnet; alternates count up from it',
  ),
});

export type MemberConfig = ShapeOf<typeof memberShape>;
export type MemberDraft = Draft<MemberConfig>;
export type MemberAdapterConfig = ShapeOf<typeof memberAdapterShape>;
