// The shape of the whole configuration, each key with what it is for.

import type { Draft, ShapeOf } from './shape.ts';
import { oneOf, wholeNumber } from './shape.ts';
import { byName, list } from './collection.ts';
import { mapping, optional, required, withDefault } from './mapping.ts';
import { endpoint, exportPath, hashKey, name, nodeReference, port, userName } from './leaf.ts';
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS, limitsShape, timeoutsShape } from './limit.ts';
import { interconnectShape, localShape, networkShape } from './link.ts';
import { nodeShape, nonSpecificPortsShape } from './node.ts';
import { forwardingShape, serviceShape } from './service.ts';

/** A TAP has 256 queues at most; more than 64 threads have not been tried. */
const MOST_WORKERS = 64;

export const configShape = mapping('a configuration', {
  cluster: required(name("a cluster's name", 'projects'), 'the name of the cluster'),
  networks: required(
    byName('networks', name("a network's name", 'campus'), networkShape, 1),
    'the boundaries; the first is the default network',
  ),
  interconnect: required(interconnectShape, 'what joins the gateway and the nodes'),
  local: optional(localShape, "the gateway machine's own stack, for what is for the gateway"),
  nodes: required(
    byName('nodes', name("a node's name", 'alpha'), nodeShape, 1),
    'the computers of the cluster',
  ),
  forwarding: withDefault(
    forwardingShape,
    'rewrite',
    'rewrite: addresses are rewritten; direct: only the frame is addressed to the node',
  ),
  unmatched: withDefault(
    oneOf('refuse', 'drop'),
    'refuse',
    'what a closed port does when there is no local stack',
  ),
  nonSpecificPorts: optional(nonSpecificPortsShape, 'ports that nodes allocate by an algorithm'),
  services: withDefault(list('services', serviceShape), [], 'the message switch table'),
  exports: withDefault(
    byName('exports', exportPath, nodeReference),
    {},
    'the cluster export table: which node has which path',
  ),
  mountPorts: withDefault(
    byName('mount ports', nodeReference, port),
    {},
    "the mount port table; what is not given is asked of the node's portmapper",
  ),
  hashKey: optional(
    hashKey,
    'what no outsider may know, or he chooses the node of his connections; the same for all gateways of a cluster; left out, one is drawn at every start',
  ),
  user: optional(
    userName,
    'whose rights the gateway keeps once its devices are open; left out, those that it was started with',
  ),
  metrics: optional(
    mapping('a place for metrics', {
      listen: required(
        endpoint,
        "an address of the gateway's machine, and a port: GET /metrics is answered there, to whoever may reach it",
      ),
    }),
    'where counters are told in the text format of Prometheus; left out, nowhere',
  ),
  workers: optional(
    wholeNumber('a number of workers', 1, MOST_WORKERS, 2),
    'how many threads share the hosts outside among themselves, each with a queue of every TAP; left out, half of the processors where there are 4 or more, 4 at most',
  ),
  timeouts: withDefault(timeoutsShape, DEFAULT_TIMEOUTS, 'when what is idle is forgotten, seconds'),
  limits: withDefault(limitsShape, DEFAULT_LIMITS, 'how much is remembered'),
});

export type Config = ShapeOf<typeof configShape>;

/** A configuration of which parts may be unsound. */
export type ConfigDraft = Draft<Config>;
