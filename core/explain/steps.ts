// The steps that a frame took, by the boxes of figures 5 and 6: told from what `decide` said and read.

import { formatIpv4 } from '../wire/address.ts';
import { OPERATION_REQUEST } from '../wire/layout/arp.ts';
import { ECHO_REQUEST } from '../wire/layout/icmp.ts';
import { meaning } from '../decision/reason.ts';
import { FIRST_NETWORK } from '../decision/topology.ts';
import type { Account, PacketAccount, Step } from './account.ts';
import { reasonOf, step } from './account.ts';
import { addressed, arrived, refusedAtOnce } from './arrival-steps.ts';
import { changeText } from './change-text.ts';
import { faultPlace } from './fault-place.ts';
import { fragmentTold } from './fragment-steps.ts';
import { inboundSteps } from './inbound-steps.ts';
import { frameLevelLeaving } from './leaving-steps.ts';
import { outgoingSteps } from './outgoing-steps.ts';
import type { Content } from './summary.ts';
import { contentOf, etherTypeText } from './summary.ts';

/** What follows on box 515 or 615. */
const switched = (account: PacketAccount): readonly Step[] => {
  const { topology, ingress, packet } = account;
  if (!topology.clusterAddresses.has(packet.destination)) return outgoingSteps(account);
  if (ingress.link >= FIRST_NETWORK) return inboundSteps(account);
  const echo =
    packet.icmpType === ECHO_REQUEST ? [step(null, 'echo', 'answered, as a host answers')] : [];
  const inside = step(null, 'from inside', `it came by ${ingress.name}, not by a network`);
  return [inside, ...echo, ...frameLevelLeaving(account)];
};

const packetSteps = (account: PacketAccount): readonly Step[] => {
  const { decision } = account;
  const reason = reasonOf(decision.verdict);
  if (decision.path === 'not-addressed' && reason !== null && reason !== 'not-addressed')
    return refusedAtOnce(account, meaning(reason));
  const { steps, rest } = fragmentTold(account);
  return [...addressed(account), ...steps, ...(rest === null ? [] : switched(rest))];
};

const arpSteps = (
  account: Account,
  { packet }: Extract<Content, { readonly kind: 'arp' }>,
): readonly Step[] => {
  const { topology, ingress, decision } = account;
  const own = ingress.address.address;
  const target = formatIpv4(packet.targetAddress);
  const isRequest = packet.operation === OPERATION_REQUEST;
  const whose =
    packet.targetAddress === own ? `the gateway's address on ${ingress.name}` : 'another';
  return [
    arrived(account),
    step(
      null,
      'ARP',
      `${isRequest ? 'a request' : 'an answer'} of ${formatIpv4(packet.senderAddress)} for ${target}, ${whose}`,
    ),
    ...decision.changes.map((change) => step(null, 'learned', changeText(topology, change))),
  ];
};

/** The steps in order; boxes rise. */
export const stepsOf = (account: Account): readonly Step[] => {
  const { frame, ingress, decision } = account;
  const content = contentOf(frame, ingress.framing);
  const reason = reasonOf(decision.verdict);
  if (reason === 'mac-not-ours' || reason === 'link-absent')
    return [arrived(account), step(null, 'frame header', meaning(reason))];
  switch (content.kind) {
    case 'unsound': {
      const { offset, field, sentence } = faultPlace(
        frame,
        ingress.framing,
        content.at,
        content.fault,
      );
      return [arrived(account), step(null, 'checks', `${field}, at byte ${offset}: ${sentence}`)];
    }
    case 'foreign':
      return [
        arrived(account),
        step(
          null,
          'checks',
          `EtherType ${etherTypeText(content.etherType)} is neither IPv4 nor ARP`,
        ),
      ];
    case 'arp':
      return arpSteps(account, content);
    case 'ipv4':
      return packetSteps({ ...account, packet: content.packet });
  }
};
