// Answers requests of the control socket: shows views, makes the table changes that the core gives.

import { setNode, setService } from '../../core/switch/administration.ts';
import { serviceName } from '../../core/decision/names.ts';
import type { NodeIndex, Topology } from '../../core/decision/topology.ts';
import { nodePortKey } from '../../core/decision/topology.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Answer, Request } from './protocol.ts';
import { views } from './views.ts';

const error = (message: string): Answer => ({ kind: 'error', message });

/** A node by its name or its number; -1 when there is none. */
const findNode = ({ nodes }: Topology, name: string): NodeIndex =>
  nodes.findIndex((node) => node.name === name || String(node.number) === name);

const noNode = ({ nodes }: Topology, name: string): Answer =>
  error(`no node "${name}"; there are: ${nodes.map((node) => node.name).join(', ')}`);

const show = (gateway: Gateway, what: string, now: number): Answer => {
  if (what === 'cdat')
    return error(
      'the gateway takes no part in cluster messaging: ask a member, which `onehost member` starts',
    );
  const view = Object.hasOwn(views, what) ? views[what] : undefined;
  return view === undefined
    ? error(`nothing is called "${what}"; there are: ${Object.keys(views).join(', ')}`)
    : { kind: 'rows', rows: view(gateway, now) };
};

const changeService = (gateway: Gateway, wanted: string, name: string): Answer => {
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

/** The answer to `request`; `now` in milliseconds of the gateway's clock. */
export const answerTo = (gateway: Gateway, request: Request, now: number): Answer => {
  switch (request.command) {
    case 'show':
      return show(gateway, request.what, now);
    case 'set adapter':
      return error('a gateway has no adapters of cluster messaging; ask a member');
    case 'set service':
      return changeService(gateway, request.service, request.node);
    case 'set node': {
      const { topology } = gateway.tables;
      const node = findNode(topology, request.node);
      if (node < 0) return noNode(topology, request.node);
      gateway.change(setNode(gateway.tables, node, request.state));
      const state = request.state === 'drain' ? 'draining' : request.state;
      return { kind: 'done', message: `node ${request.node} is ${state}` };
    }
  }
};
