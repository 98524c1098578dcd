// Answers requests of the control socket: shows views, makes the table changes that the core gives.

import { setNode, setService } from '../../core/switch/administration.ts';
import { serviceName } from '../../core/decision/names.ts';
import type { NodeIndex, NodeState, Topology } from '../../core/decision/topology.ts';
import { nodePortKey } from '../../core/decision/topology.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Answer, Request } from './protocol.ts';
import type { Row, Viewed } from './views.ts';
import { views } from './views.ts';

/** An answer whose rows are made as they are asked for. */
export type Reply =
  Exclude<Answer, { kind: 'rows' }> | { readonly kind: 'rows'; readonly rows: Iterable<Row> };

type Failure = Extract<Answer, { kind: 'error' }>;

const error = (message: string): Failure => ({ kind: 'error', message });

/** A node by its name or its number; -1 when there is none. */
const findNode = ({ nodes }: Topology, name: string): NodeIndex =>
  nodes.findIndex((node) => node.name === name || String(node.number) === name);

const noNode = ({ nodes }: Topology, name: string): Failure =>
  error(`no node "${name}"; there are: ${nodes.map((node) => node.name).join(', ')}`);

const show = (viewed: Viewed, what: string, now: number): Reply => {
  if (what === 'cdat')
    return error(
      'the gateway takes no part in cluster messaging: ask a member, which `onehost member` starts',
    );
  const view = Object.hasOwn(views, what) ? views[what] : undefined;
  return view === undefined
    ? error(`nothing is called "${what}"; there are: ${Object.keys(views).join(', ')}`)
    : { kind: 'rows', rows: view(viewed, now) };
};

const changeService = (gateway: Gateway, wanted: string, name: string): Reply => {
  const { tables } = gateway;
  const { topology } = tables;
  const service = [...topology.services.values()].find(
    (one) => serviceName(one) === wanted.toLowerCase(),
  );
  if (service === undefined) {
    const known = [...topology.services.values()].map(serviceName).join(', ');
    return error(`no service "${wanted}"; there are: ${known}`);
  }
  if (service.route.kind !== 'node')
    return error(
      `${wanted} is not a service of one node; \`onehost set node NAME drain\` takes a node from it, or edit the file and send SIGHUP`,
    );
  const node = findNode(topology, name);
  if (node < 0) return noNode(topology, name);
  const there = topology.serviceByNodePort.get(
    nodePortKey(node, service.nodePort, service.protocol),
  );
  if (there !== undefined && there !== service)
    return error(
      `${serviceName(there)} already gives port ${service.nodePort} of node ${name}: replies could not be told apart`,
    );
  gateway.change(setService(tables, { ...service, route: { kind: 'node', node } }));
  return { kind: 'done', message: `${wanted} is at node ${name}` };
};

/** What `onehost set node NAME STATE` does. */
export const changeNode = (gateway: Gateway, name: string, state: NodeState): Reply => {
  const { topology } = gateway.tables;
  const node = findNode(topology, name);
  if (node < 0) return noNode(topology, name);
  gateway.change(setNode(gateway.tables, node, state));
  return { kind: 'done', message: `node ${name} is ${state === 'drain' ? 'draining' : state}` };
};

/** The answer to `request`; `now` in milliseconds of the gateway's clock. */
export const answerTo = (viewed: Viewed, request: Request, now: number): Reply => {
  switch (request.command) {
    case 'show':
      return show(viewed, request.what, now);
    case 'set adapter':
      return error('a gateway has no adapters of cluster messaging; ask a member');
    case 'set service':
      return changeService(viewed.gateway, request.service, request.node);
    case 'set node':
      return changeNode(viewed.gateway, request.node, request.state);
  }
};
