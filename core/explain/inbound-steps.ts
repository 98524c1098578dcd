// Figure 5 from box 520 on, as `decide` took it: for a message whose DADDR is a cluster address.

import { formatIpv4 } from '../wire/address.ts';
import { isError } from '../wire/icmp.ts';
import { ECHO_REQUEST } from '../wire/layout/icmp.ts';
import { isPortType } from '../wire/packet.ts';
import { nodeName, protocolName } from '../decision/names.ts';
import { nodeOfPort } from '../switch/non-specific-ports.ts';
import type { Service } from '../decision/topology.ts';
import { interconnect, serviceKey } from '../decision/topology.ts';
import type { PacketAccount, Step } from './account.ts';
import { located, reasonOf, step } from './account.ts';
import { functionName, nonSpecificText, serviceText } from './entry.ts';
import { functionText } from './function-steps.ts';
import { sentBesides } from './leaving.ts';
import { connectionStep, inboundLeaving } from './leaving-steps.ts';
import { nodeSetText } from './node-set.ts';
import { soleNodeSteps } from './sole-node-steps.ts';

/** Whose packet an ICMP error quotes: of datagrams without entries several nodes may have sent it (D2). */
const errorStep = ({ decision }: PacketAccount): Step => {
  const others = sentBesides(decision).some(({ forwarding }) => forwarding !== null);
  const isToSeveral = decision.verdict.kind === 'forward' && others;
  const whose = isToSeveral
    ? 'any of several nodes may have sent the packet it quotes: all are told'
    : 'it belongs to the node that sent the packet it quotes';
  return step(null, 'ICMP error', whose);
};

/** Not of port type (box 525: no): what a host does with it. */
const asHost = (account: PacketAccount): readonly Step[] => {
  const { packet } = account;
  if (packet.icmpType === ECHO_REQUEST)
    return [
      step(null, 'echo', `answered from ${formatIpv4(packet.destination)}, as a host answers`),
    ];
  const what = isError(packet.icmpType) ? [errorStep(account)] : [];
  return [...what, ...connectionStep(account), ...inboundLeaving(account)];
};

/** Boxes 540 and 555 to 565: the message switch table has an entry. */
const byEntry = (account: PacketAccount, service: Service): readonly Step[] => {
  const { topology } = account;
  const { route } = service;
  const found = step(540, 'entry found?', `yes: ${serviceText(topology, service)}`);
  const name = functionName(route);
  if (name === null || route.kind === 'node')
    return [
      found,
      step(555, 'routing function?', 'no: NULL'),
      ...(route.kind === 'node' ? soleNodeSteps(account, service, route.node) : []),
    ];
  const known = route.kind === 'connection' ? `the connection manager, ${name}` : name;
  return [
    found,
    step(555, 'routing function?', `yes: ${known}`),
    step(565, `routing function ${name}`, functionText(account, service)),
  ];
};

/** Boxes 545 and 550: no entry, so the port's number alone tells. */
const byNumber = ({ topology, packet, decision }: PacketAccount): readonly Step[] => {
  const name = 'non-specific port?';
  const { nonSpecificPorts: ports, nodes } = topology;
  const port = packet.destinationPort;
  const node = ports === null ? -1 : nodeOfPort(ports, nodes.length, port);
  if (ports === null || nodes[node] === undefined) {
    const why = ports === null ? 'none are configured' : `those are ${nonSpecificText(ports)}`;
    const own = formatIpv4(interconnect(topology).address.address);
    const set = `NODE_ADDR is the gateway's, ${own}, NODE_PORT is ${port}`;
    return [step(545, name, `no: ${why}; the gateway itself processes the message: ${set}`)];
  }
  const sum =
    ports.algorithm === 'modulo'
      ? `${port} modulo ${nodes.length} nodes is ${node}`
      : `${port} lies in range ${node + 1} of ${nodes.length}`;
  const isDown = reasonOf(decision.verdict) === 'no-operating-node';
  const set = isDown
    ? 'it is down, and nobody else can have the port'
    : nodeSetText(topology, node, port);
  return [
    step(545, name, `yes: one of ${nonSpecificText(ports)}`),
    step(550, 'compute the node', `${sum}: ${nodeName(topology, node)}; ${set}`),
  ];
};

/** Boxes 530 to 565 of a message of port type. */
const ofPortType = (account: PacketAccount): readonly Step[] => {
  const { packet, decision } = account;
  const name = protocolName(packet.protocol);
  const key = serviceKey(packet.destinationPort, packet.protocol);
  const read = account.reads.find((one) => one.table === 'services' && one.key === key);
  const service = read?.table === 'services' ? read.found : undefined;
  const searched = [
    step(
      530,
      'destination port',
      `DPORT is ${located(account, `${name}.destinationPort`)}, past an IP header of ` +
        `${packet.transportAt - packet.at} bytes`,
    ),
    step(
      535,
      'search the table',
      `message switch table: DPORT ${packet.destinationPort}, PROTO ${name}`,
    ),
  ];
  if (service !== undefined) return [...searched, ...byEntry(account, service)];
  const none = step(540, 'entry found?', 'no');
  const rest = decision.path === 'inbound-translated' ? [] : byNumber(account);
  return [...searched, none, ...connectionStep(account), ...rest];
};

/** The steps after box 515. */
export const inboundSteps = (account: PacketAccount): readonly Step[] => {
  const { packet } = account;
  const protocol = step(520, 'protocol', `PROTO is ${located(account, 'ipv4.protocol')}`);
  const isOfPortType = isPortType(packet.protocol);
  const type = step(
    525,
    'port type?',
    `${isOfPortType ? 'yes' : 'no'}: ${protocolName(packet.protocol)}`,
  );
  if (!isOfPortType) return [protocol, type, ...asHost(account)];
  // A later fragment has no port: it follows the first.
  const chosen = packet.fragmentOffset > 0 ? [] : ofPortType(account);
  return [protocol, type, ...chosen, ...inboundLeaving(account)];
};
