// From the services of a configuration to the entries of the message switch table (figure 4, A4, A8).

import { PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/layout/ipv4.ts';
import * as mount from '../rpc/layout/mount.ts';
import * as nfs from '../rpc/layout/nfs.ts';
import * as portmap from '../rpc/layout/portmap.ts';
import type { HashKey } from '../decision/keyed-hash.ts';
import type { Plan, Scheduler } from '../decision/schedule.ts';
import type { ClusterNode, NodeIndex, Route, Service } from '../decision/topology.ts';
import { planOf } from '../switch/schedule/plan.ts';
import type { Config } from './config.ts';
import type { NodeReference } from './leaf.ts';
import type { ServiceConfig } from './service.ts';
import { filehandleField } from './service.ts';

/** What services are made with: the nodes as they are numbered from here on. */
export interface Numbering {
  /** By index. */
  readonly nodes: readonly Pick<ClusterNode, 'number' | 'weight'>[];
  readonly indexOf: (node: NodeReference) => NodeIndex;
  /** The nodes that the cluster export table names; all, if none. */
  readonly exporting: readonly NodeIndex[];
  readonly hashKey: HashKey;
}

/** Plans are worked out once for each scheduler and list of nodes: Maglev's takes a while. */
type Plans = Map<string, Plan>;

const connection = (
  plans: Plans,
  { nodes: all, hashKey }: Numbering,
  nodes: readonly NodeIndex[],
  scheduler: Scheduler,
): Route => {
  const members = nodes.map((node) => {
    const { number = 0, weight = 1 } = all[node] ?? {};
    return { node, number, weight };
  });
  const key = `${scheduler} ${nodes.join(' ')}`;
  const plan = plans.get(key) ?? planOf(scheduler, members, hashKey);
  plans.set(key, plan);
  return { kind: 'connection', nodes, scheduler, plan };
};

/**
 * The routing function of ONC RPC over TCP: a stream stays with one node, the same for all connections of
 * a host. Routing the records in it one by one (D9) is for a later version.
 */
const bySource = (plans: Plans, numbering: Numbering, { route }: ServiceConfig): Route => {
  const all = numbering.nodes.map((_, node) => node);
  return connection(plans, numbering, route === 'mount' ? numbering.exporting : all, 'source-hash');
};

const routeOf = (plans: Plans, numbering: Numbering, service: ServiceConfig): Route => {
  const { indexOf } = numbering;
  if (service.route === 'node') return { kind: 'node', node: indexOf(service.node) };
  if (service.route === 'connection')
    return connection(plans, numbering, service.nodes.map(indexOf), service.scheduler);
  if (service.protocol === 'tcp') return bySource(plans, numbering, service);
  return service.route === 'nfs'
    ? { kind: 'nfs', field: filehandleField(service.filehandle) }
    : { kind: service.route };
};

const PROGRAMS: Readonly<Record<ServiceConfig['route'], number | null>> = {
  node: null,
  connection: null,
  mount: mount.PROGRAM,
  nfs: nfs.PROGRAM,
  portmapper: portmap.PROGRAM,
};

export const servicesOf = (config: Config, numbering: Numbering): readonly Service[] => {
  const plans: Plans = new Map();
  return config.services.map((service) => ({
    port: service.port,
    protocol: service.protocol === 'tcp' ? PROTOCOL_TCP : PROTOCOL_UDP,
    nodePort: ('nodePort' in service ? service.nodePort : null) ?? service.port,
    embodiment: service.forwarding ?? config.forwarding,
    program: PROGRAMS[service.route],
    route: routeOf(plans, numbering, service),
  }));
};
