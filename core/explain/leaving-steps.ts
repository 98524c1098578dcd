// The last steps of a frame that goes on: what is rewritten (570, 575, 630), and how it leaves (580, 640).

import { formatMac, mac } from '../wire/address.ts';
import { u48 } from '../wire/bytes.ts';
import { isError } from '../wire/icmp.ts';
import * as ethernet from '../wire/layout/ethernet.ts';
import { linkSettings } from '../decision/topology.ts';
import type { Account, PacketAccount, Step } from './account.ts';
import { becomes, connectionOf, opensConnection, reasonOf, soughtKey, step } from './account.ts';
import { connectionText } from './entry.ts';
import { connectionKeyText } from './key-text.ts';
import { nodeOf, nodeText } from './leaving.ts';

/** The first field that both frames have, and what becomes of it. */
const firstOf = (account: Account, names: readonly string[]): string | null => {
  for (const name of names) {
    const text = becomes(account, name);
    if (text !== null) return text;
  }
  return null;
};

const portChange = (account: Account, which: 'source' | 'destination'): string | null =>
  firstOf(account, [`tcp.${which}Port`, `udp.${which}Port`, 'icmp.identifier']);

/** The packet that an ICMP error quotes is rewritten with it (RFC 5508 section 4). */
const quotedStep = (account: PacketAccount): readonly Step[] => {
  if (!isError(account.packet.icmpType)) return [];
  const texts = ['ipv4.source', 'tcp.sourcePort', 'udp.sourcePort', 'icmp.identifier']
    .concat('ipv4.destination', 'tcp.destinationPort', 'udp.destinationPort')
    .map((name) => ({ name, text: becomes(account, `quoted.${name}`) }))
    .filter(({ text }) => text !== null && !text.endsWith('stays'))
    .map(({ name, text }) => `${name} ${text ?? ''}`);
  const what = texts.length === 0 ? 'stays as it is' : texts.join(', ');
  return [step(null, 'quoted packet', what)];
};

/** How the frame gets onto its link: box 580 of figure 5, 640 of figure 6. */
const sent = (account: Account, box: 580 | 640): Step => {
  const { topology, frame, ingress, decision, leaving, hop } = account;
  const name = box === 580 ? 'to the node' : 'frame level';
  if (leaving === null) return step(box, name, 'it does not leave');
  const egress = linkSettings(topology, leaving.egress);
  const node = nodeOf(topology, ingress.link, frame, leaving, hop);
  const whose = nodeText(node, leaving.egress);
  const { kind } = decision.verdict;
  if (kind === 'deliver')
    return step(box, name, `up to the gateway's own stack, by ${egress.name}`);
  if (kind === 'hold')
    return step(box, name, `by ${egress.name}${whose}, once the next hop's MAC address is known`);
  const destination =
    egress.framing === 'ethernet'
      ? `, in a frame to ${formatMac(mac(u48(leaving.frame, ethernet.DESTINATION)))}`
      : '';
  const isCut = reasonOf(decision.verdict) === 'larger-than-mtu';
  const pieces = isCut ? `, in fragments as its MTU is ${egress.mtu}` : '';
  return step(box, name, `by ${egress.name}${whose}${destination}${pieces}`);
};

/** Box 575; or that there is none of it, in the alternate embodiment (A14). */
const addressStep = (account: PacketAccount): Step => {
  const address = becomes(account, 'ipv4.destination') ?? 'stays';
  return address.endsWith('stays')
    ? step(
        null,
        'direct',
        `destination address ${address}, box 575 deleted: only the frame is addressed to the node`,
      )
    : step(575, 'set address', `destination address ${address} (NODE_ADDR)`);
};

/** Boxes 570 to 580 of a message that goes to a node; nothing when it goes nowhere. */
export const inboundLeaving = (account: PacketAccount): readonly Step[] => {
  if (account.leaving === null) return [];
  const port = portChange(account, 'destination');
  return [
    ...(port === null ? [] : [step(570, 'set port', `destination port ${port} (NODE_PORT)`)]),
    addressStep(account),
    ...quotedStep(account),
    sent(account, 580),
  ];
};

/** Boxes 630 and 640 of a message that goes outside; nothing when it goes nowhere. */
export const outgoingLeaving = (account: PacketAccount): readonly Step[] => {
  if (account.leaving === null) return [];
  const port = portChange(account, 'source');
  const address = becomes(account, 'ipv4.source') ?? 'stays';
  const ported = port === null ? '' : `, source port ${port}`;
  return [
    step(630, 'set source', `SADDR ${address}${ported}`),
    ...quotedStep(account),
    sent(account, 640),
  ];
};

/** Box 640 alone, of a message that keeps its addresses. */
export const frameLevelLeaving = (account: PacketAccount): readonly Step[] =>
  account.leaving === null ? [] : [sent(account, 640)];

/** What the cluster connection table said; nothing when it was not asked. */
export const connectionStep = (account: PacketAccount): readonly Step[] => {
  const key = soughtKey(account);
  if (key === null) return [];
  const connection = connectionOf(account);
  const name = 'cluster connection table';
  if (connection === undefined) return [step(null, name, `no entry for ${connectionKeyText(key)}`)];
  const text = connectionText(account.topology, connection);
  return [
    step(null, name, opensConnection(account) ? `a new entry: ${text}` : `an entry: ${text}`),
  ];
};
