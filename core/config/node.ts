// The computers of the cluster, and the ports that they allocate by an algorithm (A5).

import { oneOf, wholeNumber } from './shape.ts';
import { mapping, optional, required, withDefault } from './mapping.ts';
import { hostAddress, nodeReference, port } from './leaf.ts';

export const nodeShape = mapping('a node', {
  number: required(
    wholeNumber('a node number', 1, 65535, 1),
    'the number of the node in the cluster; filehandles carry it',
  ),
  address: required(hostAddress, "the node's own address on the interconnect"),
  state: withDefault(
    oneOf('active', 'drain', 'down'),
    'active',
    'drain: keeps its connections, gets no new ones; down: gets nothing',
  ),
  weight: withDefault(
    wholeNumber('a weight', 1, 1000, 2),
    1,
    'its share of new connections by any scheduler but round-robin: one of 2 gets twice what one of 1 gets',
  ),
  backup: optional(
    nodeReference,
    'the node that gets what would go to this one while it is down, and new connections while it drains; for mount and nfs it must have the same files under the same handles',
  ),
});

export const nonSpecificPortsShape = mapping('the non-specific ports', {
  from: required(port, 'the first port that nodes allocate by the algorithm'),
  to: required(port, 'the last port that nodes allocate by the algorithm'),
  algorithm: required(
    oneOf('modulo', 'ranges'),
    'modulo: port modulo number of nodes; ranges: consecutive ports for each node',
  ),
});
