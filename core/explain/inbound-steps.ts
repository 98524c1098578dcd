// Figure 5 from box 520 on, as `decide` took it: for a message whose DADDR is a cluster address.

import { formatAddress, formatIpv4 } from '../wire/address.ts';
import { isError } from '../wire/icmp.ts';
import { ECHO_REQUEST } from '../wire/layout/icmp.ts';
import { isPortType } from '../wire/packet.ts';
import { nodeName, protocolName } from '../decision/names.ts';
import { nodeOfPort } from '../switch/non-specific-ports.ts';
import type { Service } from '../decision/topology.ts';
import { interconnect } from '../decision/topology.ts';
import type { PacketAccount, Step } from './account.ts';
import { connectionOf, located, opensConnection, reasonOf, soughtKey, step } from './account.ts';
import { connectionText, functionName, nonSpecificText, serviceText } from './entry.ts';
import { connectionKeyText } from './key-text.ts';
import { connectionStep, inboundLeaving } from './leaving-steps.ts';

/** Not of port type (box 525: no): what a host does with it. */
const asHost = (account: PacketAccount): readonly Step[] => {
  const { packet } = account;
  if (packet.icmpType === ECHO_REQUEST)
    return [
      step(null, 'echo', `answered from ${formatIpv4(packet.destination)}, as a host answers`),
    ];
  const what = isError(packet.icmpType)
    ? [step(null, 'ICMP error', 'it belongs to the node that sent the packet it quotes')]
    : [];
  return [...what, ...connectionStep(account), ...inboundLeaving(account)];
};

const nodeSet = (address: string, port: number): string =>
  `NODE_ADDR is ${address}, NODE_PORT is ${port}`;

/** Box 565: the routing function that the entry names. */
const routingFunction = (account: PacketAccount, service: Service): Step => {
  const { topology, decision } = account;
  if (service.route.kind !== 'connection')
    return step(
      565,
      `routing function ${functionName(service.route) ?? 'NULL'}`,
      'reads the message',
    );
  const name = 'routing function f_inconn';
  const key = soughtKey(account);
  const sought = key === null ? '' : connectionKeyText(key);
  const reason = reasonOf(decision.verdict);
  const connection = connectionOf(account);
  if (connection === undefined || reason === 'no-connection')
    return step(
      565,
      name,
      reason === 'no-connection'
        ? `no entry for ${sought}, and the message does not open a connection`
        : `no entry for ${sought}`,
    );
  const set = nodeSet(formatAddress(connection.nodeAddress), connection.nodePort);
  return opensConnection(account)
    ? step(
        565,
        name,
        `no entry for ${sought}: the message opens a connection, ` +
          `and it is node ${nodeName(topology, connection.node)}'s turn: ${set}`,
      )
    : step(565, name, `its entry is ${connectionText(topology, connection)}: ${set}`);
};

/** Boxes 540 and 555 to 565: the message switch table has an entry. */
const byEntry = (account: PacketAccount, service: Service): readonly Step[] => {
  const { topology } = account;
  const { route, nodePort } = service;
  const found = step(540, 'entry found?', `yes: ${serviceText(topology, service)}`);
  if (route.kind !== 'node')
    return [
      found,
      step(
        555,
        'routing function?',
        `yes: ${route.kind === 'connection' ? 'the connection manager, f_inconn' : (functionName(route) ?? 'NULL')}`,
      ),
      routingFunction(account, service),
    ];
  const node = topology.nodes[route.node];
  const address = node === undefined ? 'not known' : formatAddress(node.address);
  const state = node === undefined || node.state === 'active' ? '' : ` (the node is ${node.state})`;
  return [
    found,
    step(555, 'routing function?', 'no: NULL'),
    step(
      560,
      'node of the entry',
      `${nodeSet(address, nodePort)}: ${nodeName(topology, route.node)}${state}`,
    ),
  ];
};

/** Boxes 545 and 550: no entry, so the port's number alone tells. */
const byNumber = ({ topology, packet }: PacketAccount): readonly Step[] => {
  const name = 'non-specific port?';
  const { nonSpecificPorts: ports, nodes } = topology;
  const port = packet.destinationPort;
  const node = ports === null ? -1 : nodeOfPort(ports, nodes.length, port);
  const address = nodes[node]?.address;
  if (ports === null || address === undefined) {
    const why = ports === null ? 'none are configured' : `those are ${nonSpecificText(ports)}`;
    const own = formatIpv4(interconnect(topology).address.address);
    const set = nodeSet(`the gateway's, ${own}`, port);
    return [step(545, name, `no: ${why}; the gateway itself processes the message: ${set}`)];
  }
  const sum =
    ports.algorithm === 'modulo'
      ? `${port} modulo ${nodes.length} nodes is ${node}`
      : `${port} lies in range ${node + 1} of ${nodes.length}`;
  return [
    step(545, name, `yes: one of ${nonSpecificText(ports)}`),
    step(
      550,
      'compute the node',
      `${sum}: ${nodeName(topology, node)}; ${nodeSet(formatAddress(address), port)}`,
    ),
  ];
};

/** Boxes 530 to 565 of a message of port type. */
const ofPortType = (account: PacketAccount): readonly Step[] => {
  const { packet, decision } = account;
  const name = protocolName(packet.protocol);
  const service = account.reads.find((read) => read.table === 'services')?.found;
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
  return isOfPortType
    ? [protocol, type, ...ofPortType(account), ...inboundLeaving(account)]
    : [protocol, type, ...asHost(account)];
};
