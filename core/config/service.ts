// The entries of the message switch table as a configuration names them (A4, A8, figure 4).

import type { FilehandleField, FilehandlePreset } from '../rpc/filehandle.ts';
import { PRESETS } from '../rpc/filehandle.ts';
import type { ShapeOf } from './shape.ts';
import { oneOf, shape, wholeNumber } from './shape.ts';
import { list } from './collection.ts';
import { mapping, optional, required, withDefault } from './mapping.ts';
import { tagged, wordOrMapping } from './choice.ts';
import { nodeReference, port } from './leaf.ts';

/** Longest filehandle, bytes: NFS3_FHSIZE (RFC 1813 section 2.4). */
export const MAX_FILEHANDLE = 64;

const presets = ['ganesha', 'knfsd', 'unfs3', 'seed'] as const satisfies FilehandlePreset[];

const filehandleShape = wordOrMapping(
  oneOf(...presets),
  mapping('a filehandle layout', {
    offset: required(
      wholeNumber('an offset in bytes', 0, MAX_FILEHANDLE - 1, 2),
      'where the node number starts in the filehandle, bytes',
    ),
    size: required(wholeNumber('a size in bytes', 1, 4, 2), 'how long the node number is, bytes'),
    order: required(oneOf('big', 'little'), 'the order of its bytes'),
  }),
);

/** Whether addresses are rewritten, or only the frame is addressed to the node (A14). */
export const forwardingShape = oneOf('rewrite', 'direct');

const entry = {
  port: required(port, 'the destination port'),
  protocol: required(oneOf('tcp', 'udp'), 'the protocol of the port'),
};
const forwarding = optional(
  forwardingShape,
  "how the service's messages reach the node; left out, as the whole cluster's do",
);
const common = { ...entry, forwarding };
const nodePort = optional(port, 'the port on the node, where it differs');
const nodes = list('nodes', nodeReference, 1);
const scheduler = oneOf(
  'round-robin',
  'weighted-round-robin',
  'least-connections',
  'source-hash',
  'maglev',
);
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
    { ...common, route: route('node'), node: required(nodeReference, 'the node'), nodePort },
    {
      nodes: 'route node takes one, such as node: alpha; several are for route connection',
      scheduler: 'it belongs to route connection',
      filehandle: NFS_ONLY,
    },
  ),
  connection: mapping(
    'a service of route connection',
    {
      ...common,
      route: route('connection'),
      nodes: required(nodes, 'the nodes among which connections are shared, such as [alpha, beta]'),
      scheduler: withDefault(scheduler, 'round-robin', 'how a new connection gets its node'),
      nodePort,
    },
    { node: 'route connection takes a list, such as nodes: [alpha, beta]', filehandle: NFS_ONLY },
  ),
  mount: mapping(
    'a service of route mount',
    { ...common, route: route('mount') },
    { ...forFunction, filehandle: NFS_ONLY },
  ),
  portmapper: mapping(
    'a service of route portmapper',
    { ...common, route: route('portmapper') },
    { ...forFunction, filehandle: NFS_ONLY },
  ),
  nfs: mapping(
    'a service of route nfs',
    {
      ...common,
      route: route('nfs'),
      filehandle: required(filehandleShape, `${filehandle}, such as ganesha`),
    },
    forFunction,
  ),
};

const anything = shape<unknown>('anything', {}, (value) => ({ errors: [], sound: value }));

// Reads a service whose route is wrong or missing: whatever any route has may stand there.
const ofAnyRoute = mapping('a service', {
  ...common,
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

/** The field that a configuration names, by a preset or in full (A17). */
export const filehandleField = (filehandle: Filehandle): FilehandleField =>
  typeof filehandle === 'string' ? PRESETS[filehandle] : filehandle;
