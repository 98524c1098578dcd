// Figure 6 from box 620 on, as `decide` took it: for a message whose DADDR is no cluster address.

import { formatIpv4 } from '../wire/address.ts';
import { isError } from '../wire/icmp.ts';
import { ECHO_REQUEST } from '../wire/layout/icmp.ts';
import { nodeName } from '../decision/names.ts';
import { FIRST_NETWORK, LOCAL } from '../decision/topology.ts';
import type { PacketAccount, Step } from './account.ts';
import { located, reasonOf, step } from './account.ts';
import { connectionStep, frameLevelLeaving, outgoingLeaving } from './leaving-steps.ts';

const QUESTION = 'outgoing message?';

/** Who sent it: the node's name, or the gateway's own stack; null for neither. */
const sender = ({ topology, ingress, packet }: PacketAccount): string | null => {
  if (ingress.link === LOCAL) return "the gateway's own stack";
  const node = topology.nodeByAddress.get(packet.source);
  return node === undefined ? null : `node ${nodeName(topology, node)}`;
};

const toOutside = (account: PacketAccount): readonly Step[] => {
  const { packet, decision } = account;
  const from = sender(account);
  if (from === null || reasonOf(decision.verdict) === 'source-unknown')
    return [step(625, QUESTION, 'no: SADDR is not the address of a cluster node')];
  const error = isError(packet.icmpType)
    ? [
        step(
          null,
          'ICMP error',
          'it goes to the host that sent the packet it quotes, as of the cluster',
        ),
      ]
    : [];
  return [
    step(625, QUESTION, `yes: from ${from} to a host outside`),
    ...error,
    ...connectionStep(account),
    ...outgoingLeaving(account),
  ];
};

const atFrameLevel = (account: PacketAccount): readonly Step[] => {
  const { topology, ingress, packet, decision } = account;
  const node = topology.nodeByAddress.get(packet.destination);
  const target = node === undefined ? 'a host' : `node ${nodeName(topology, node)}`;
  const question = step(625, QUESTION, `no: DADDR is ${target} on the interconnect`);
  if (ingress.link < FIRST_NETWORK) return [question, ...frameLevelLeaving(account)];
  const isRefused = reasonOf(decision.verdict) === 'management-refused';
  return [
    question,
    step(
      null,
      'management host?',
      `${isRefused ? 'no' : 'yes'}: SADDR is ${isRefused ? 'in none' : 'in one'} of the ` +
        `management prefixes of ${ingress.name}`,
    ),
    ...connectionStep(account),
    ...frameLevelLeaving(account),
  ];
};

/** A message for the gateway itself, by its internal address. */
const toGateway = (account: PacketAccount): readonly Step[] => {
  const { packet } = account;
  const own = `no: DADDR is the gateway's own address, ${formatIpv4(packet.destination)}`;
  const echo =
    packet.icmpType === ECHO_REQUEST ? [step(null, 'echo', 'answered, as a host answers')] : [];
  return [step(625, QUESTION, own), ...echo, ...frameLevelLeaving(account)];
};

/** The steps after box 615. */
export const outgoingSteps = (account: PacketAccount): readonly Step[] => {
  const source = step(620, 'source address', `SADDR is ${located(account, 'ipv4.source')}`);
  switch (account.decision.path) {
    case 'outgoing':
      return [source, ...toOutside(account)];
    case 'frame-level':
      return [source, ...atFrameLevel(account)];
    case 'to-gateway':
      return [source, ...toGateway(account)];
    default:
      return [source, step(625, QUESTION, 'no: neither from a cluster node nor to one')];
  }
};
