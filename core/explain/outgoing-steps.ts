// Figure 6 from box 620 on, as `decide` took it: for a message whose DADDR is no cluster address.

import { formatIpv4 } from '../wire/address.ts';
import { isError } from '../wire/icmp.ts';
import { ECHO_REQUEST } from '../wire/layout/icmp.ts';
import { nodeName } from '../decision/names.ts';
import { FIRST_NETWORK, INTERCONNECT, LOCAL } from '../decision/topology.ts';
import type { PacketAccount, Step } from './account.ts';
import { located, reasonOf, step } from './account.ts';
import { changeText } from './change-text.ts';
import { connectionStep, frameLevelLeaving, outgoingLeaving } from './leaving-steps.ts';

const QUESTION = 'outgoing message?';

/** A node of the alternate embodiment has put the cluster address into the message itself (A14). */
const isAsCluster = ({ topology, ingress, packet }: PacketAccount): boolean =>
  ingress.link === INTERCONNECT &&
  topology.clusterSources &&
  topology.clusterAddresses.has(packet.source);

/** Who sent it: the node's name, or the gateway's own stack; null for neither. */
const sender = (account: PacketAccount): string | null => {
  const { topology, ingress, packet, hop } = account;
  if (ingress.link === LOCAL) return "the gateway's own stack";
  if (isAsCluster(account)) {
    const who = hop === undefined ? 'a node' : `node ${nodeName(topology, hop)}`;
    return `${who}, as ${formatIpv4(packet.source)}, which it wrote itself (direct),`;
  }
  const node = topology.nodeByAddress.get(packet.source);
  return node === undefined ? null : `node ${nodeName(topology, node)}`;
};

/** The host asked a cluster address that is not the nearest: the answer shows that one (A13). */
const wayStep = ({ reads, after }: PacketAccount): readonly Step[] => {
  const read = reads.find((one) => one.table === 'ways');
  const way = read?.table === 'ways' ? read.found : undefined;
  const source = after.get('ipv4.source');
  if (way === undefined || source === undefined) return [];
  const asked = formatIpv4(way.clusterAddress);
  return source.text(source.bytes) === asked
    ? [
        step(
          null,
          'address asked',
          `the host asked cluster address ${asked}: it is answered from there`,
        ),
      ]
    : [];
};

const errorStep = ({ packet }: PacketAccount): readonly Step[] =>
  isError(packet.icmpType)
    ? [
        step(
          null,
          'ICMP error',
          'it goes to the host that sent the packet it quotes, as of the cluster',
        ),
      ]
    : [];

const toOutside = (account: PacketAccount): readonly Step[] => {
  const isUnknown = reasonOf(account.decision.verdict) === 'source-unknown';
  if (isUnknown && isAsCluster(account))
    return [
      step(625, QUESTION, "no: SADDR is the cluster's, but the frame is from no known node's MAC"),
    ];
  const from = sender(account);
  // An error may come from a router on the way to a node: what it quotes tells whose it is.
  if (isUnknown || (from === null && !isError(account.packet.icmpType)))
    return [step(625, QUESTION, 'no: SADDR is not the address of a cluster node')];
  return [
    step(625, QUESTION, `yes: from ${from ?? 'a router among the nodes'} to a host outside`),
    ...errorStep(account),
    ...connectionStep(account),
    ...wayStep(account),
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
  const { topology, packet, decision } = account;
  const own = `no: DADDR is the gateway's own address, ${formatIpv4(packet.destination)}`;
  const echo =
    packet.icmpType === ECHO_REQUEST ? [step(null, 'echo', 'answered, as a host answers')] : [];
  const learned = decision.changes.flatMap((change) =>
    change.kind === 'rpc-port' ? [step(null, 'portmapper', changeText(topology, change))] : [],
  );
  const stray =
    reasonOf(decision.verdict) === 'rpc-unreadable'
      ? [step(null, 'portmapper', "it answers none of the gateway's questions")]
      : [];
  return [step(625, QUESTION, own), ...echo, ...learned, ...stray, ...frameLevelLeaving(account)];
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
