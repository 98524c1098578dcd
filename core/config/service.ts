// The entries of the message switch table as a configuration names them (A4, A8, figure 4).

import type { ShapeOf } from './shape.ts';
import { oneOf, shape, wholeNumber } from './shape.ts';
import { list } from './collection.ts';
import { mapping, optional, required, withDefault } from './mapping.ts';
import { tagged, wordOrMapping } from './choice.ts';
import { nodeReference, port } from './leaf.ts';

/** Longest filehandle, bytes: NFS3_FHSIZE (RFC 1813 section 2.4). */
export const MAX_FILEHANDLE = 64;

const filehandleShape = wordOrMapping(
  oneOf('ganesha', 'knfsd', 'unfs3', 'seed'),
  mapping('a filehandle layout', {
    offset: required(
      wholeNumber('an offset in bytes', 0, MAX_FILEHANDLE - 1, 2),
      'where the node number starts in the filehandle, bytes',
    ),
    size: required(wholeNumber('a size in bytes', 1, 4, 2), 'how long the node number is, bytes'),
    order: required(oneOf('big', 'little'), 'the order of its bytes'),
  }),
);

const entry = {
  port: required(port, 'the destination port'),
  protocol: required(oneOf('tcp', 'udp'), 'the protocol of the port'),
};
const nodePort = optional(port, 'the port on the node, where it differs');
const nodes = list('nodes', nodeReference, 1);
const scheduler = oneOf('round-robin');
const filehandle =
  'where the node number sits in a filehandle: a preset, or offset, size and order';

const route = <const W extends string>(word: W) =>
  required(oneOf(word), 'who decides: a fixed node, or this routing function');

const NFS_ONLY = 'it belongs to route nfs';
const NO_NODE = 'this routing function finds the node in the message';
const forFunction = { node: NO_NODE, nodes: NO_NODE, nodePort: NO_NODE, scheduler: NO_NODE };

const variants = {
  node: mapping(
    'a service of route node',
    { ...entry, route: route('node'), node: required(nodeReference, 'the node'), nodePort },
    {
      nodes: 'route node takes one, such as node: alpha; several are for route connection',
      scheduler: 'it belongs to route connection',
      filehandle: NFS_ONLY,
    },
  ),
  connection: mapping(
    'a service of route connection',
    {
      ...entry,
      route: route('connection'),
      nodes: required(nodes, 'the nodes among which connections are shared, such as [alpha, beta]'),
      scheduler: withDefault(scheduler, 'round-robin', 'how a new connection gets its node'),
      nodePort,
    },
    { node: 'route connection takes a list, such as nodes: [alpha, beta]', filehandle: NFS_ONLY },
  ),
  mount: mapping(
    'a service of route mount',
    { ...entry, route: route('mount') },
    { ...forFunction, filehandle: NFS_ONLY },
  ),
  portmapper: mapping(
    'a service of route portmapper',
    { ...entry, route: route('portmapper') },
    { ...forFunction, filehandle: NFS_ONLY },
  ),
  nfs: mapping(
    'a service of route nfs',
    {
      ...entry,
      route: route('nfs'),
      filehandle: required(filehandleShape, `${filehandle}, such as ganesha`),
    },
    forFunction,
  ),
};

const anything = shape<unknown>('anything', {}, (value) => ({ errors: [], sound: value }));

// Reads a service whose route is wrong or missing: whatever any route has may stand there.
const ofAnyRoute = mapping('a service', {
  ...entry,
  route: optional(anything, ''),
  node: optional(nodeReference, ''),
  nodes: optional(nodes, ''),
  scheduler: optional(scheduler, ''),
  nodePort,
  filehandle: optional(filehandleShape, ''),
});

export const serviceShape = tagged('a service', 'route', variants, ofAnyRoute);

export type ServiceConfig = ShapeOf<typeof serviceShape>;
export type Filehandle = ShapeOf<typeof filehandleShape>;
