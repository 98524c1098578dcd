// Link types: what the frames of a capture begin with (www.tcpdump.org/linktypes.html).

/** `ethernet`: an Ethernet header. `ip`: a bare IPv4 or IPv6 packet. */
export type LinkType = 'ethernet' | 'ip';

const ETHERNET = 1;
const RAW_IP = 101;
const LINUX_COOKED = 113;
const LINUX_COOKED_2 = 276;

/** The link type of a number in a file; null when onehost does not read it. */
export const linkTypeOf = (number: number): LinkType | null => {
  if (number === ETHERNET) return 'ethernet';
  return number === RAW_IP ? 'ip' : null;
};

/** The number that stands for a link type in files. */
export const linkTypeNumber = (linkType: LinkType): number =>
  linkType === 'ethernet' ? ETHERNET : RAW_IP;

/** Why frames of this link type are not read, and what to do, as a sentence. */
export const linkTypeRefusal = (number: number): string =>
  number === LINUX_COOKED || number === LINUX_COOKED_2
    ? `its frames have link type ${number} (Linux cooked capture, of the device "any"), which lacks ` +
      'the Ethernet header: capture on the device itself, such as tcpdump -i eth0'
    : `its frames have link type ${number}; onehost reads Ethernet (${ETHERNET}) and raw IP (${RAW_IP})`;
