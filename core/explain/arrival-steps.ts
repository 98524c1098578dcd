// The first steps of every frame (boxes 505 to 515, 605 to 615): it arrives, is checked, its DADDR is read.

import { linkName, protocolName } from '../decision/names.ts';
import { isPortType } from '../wire/packet.ts';
import { NO_PORT } from '../wire/rewrite.ts';
import type { Account, PacketAccount, Step } from './account.ts';
import { located, step } from './account.ts';
import { counted } from './counted.ts';

/** The first box of figure 5, and that of figure 6. */
export type Figure = 505 | 605;

export const arrived = ({ frame, ingress, before }: Account, box: Figure = 505): Step => {
  const etherType = before.get('ethernet.etherType');
  const behind = frame.length - (ingress.framing === 'ethernet' ? 14 : 0);
  const what =
    etherType === undefined
      ? ''
      : `; EtherType ${etherType.text(etherType.bytes)}, ${counted(behind, 'byte')} behind the frame header`;
  return step(
    box,
    'wait for a message',
    `a frame of ${counted(frame.length, 'byte')} came by ${ingress.name}${what}`,
  );
};

const checked = ({ packet }: PacketAccount): Step => {
  const header = 'the IPv4 header and its checksum are sound';
  const name = protocolName(packet.protocol).toUpperCase();
  if (packet.fragment && packet.destinationPort !== NO_PORT)
    return step(null, 'checks', `${header}; the ${name} header is whole in this first fragment`);
  if (packet.fragment)
    return step(null, 'checks', `${header}; more of a fragment is not looked at`);
  if (packet.icmpType >= 0) return step(null, 'checks', `${header}, so is the ICMP message`);
  return isPortType(packet.protocol)
    ? step(null, 'checks', `${header}, so is the shape of the ${name} header`)
    : step(null, 'checks', header);
};

/** Arrival and checks, then DADDR and whether it is a cluster address. */
export const addressed = (account: PacketAccount): readonly Step[] => {
  const { topology, packet } = account;
  const network = topology.clusterAddresses.get(packet.destination);
  const figure: Figure = network === undefined ? 605 : 505;
  return [
    arrived(account, figure),
    checked(account),
    step(figure + 5, 'destination address', `DADDR is ${located(account, 'ipv4.destination')}`),
    step(
      figure + 10,
      'DADDR in cluster?',
      network === undefined
        ? 'no: it is none of the cluster addresses'
        : `yes: it is the cluster address on ${linkName(topology, network)}`,
    ),
  ];
};

/** Arrival and checks of a packet that is switched nowhere, whatever its DADDR. */
export const refusedAtOnce = (account: PacketAccount, why: string): readonly Step[] => [
  arrived(account),
  checked(account),
  step(null, 'addresses', why),
];
