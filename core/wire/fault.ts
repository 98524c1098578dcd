// What can be wrong with bytes: small integers, so that the hot check costs a comparison; 0 is sound.

/** The faults of all protocols. A name is also the reason under which the frame is counted (D7). */
export const FAULTS = [
  'sound',
  'ethernet-truncated',
  'ethertype-unknown',
  'arp-truncated',
  'arp-unsupported',
  'ipv4-truncated',
  'ipv4-version',
  'ipv4-header-length',
  'ipv4-total-length',
  'ipv4-checksum',
  'fragment-tiny',
  'fragment-length',
  'icmp-truncated',
  'icmp-checksum',
  'icmp-quote-truncated',
  'tcp-truncated',
  'tcp-data-offset',
  'tcp-checksum',
  'udp-truncated',
  'udp-length',
  'udp-checksum',
] as const;

export type FaultName = (typeof FAULTS)[number];

/** An index into {@link FAULTS}; 0 when the bytes are sound. */
export type FaultCode = number;

const codes = Object.fromEntries(FAULTS.map((name, code) => [name, code])) as Readonly<
  Record<FaultName, FaultCode>
>;

export const SOUND: FaultCode = codes.sound;
export const ETHERNET_TRUNCATED = codes['ethernet-truncated'];
export const ETHERTYPE_UNKNOWN = codes['ethertype-unknown'];
export const ARP_TRUNCATED = codes['arp-truncated'];
export const ARP_UNSUPPORTED = codes['arp-unsupported'];
export const IPV4_TRUNCATED = codes['ipv4-truncated'];
export const IPV4_VERSION = codes['ipv4-version'];
export const IPV4_HEADER_LENGTH = codes['ipv4-header-length'];
export const IPV4_TOTAL_LENGTH = codes['ipv4-total-length'];
export const IPV4_CHECKSUM = codes['ipv4-checksum'];
export const FRAGMENT_TINY = codes['fragment-tiny'];
export const FRAGMENT_LENGTH = codes['fragment-length'];
export const ICMP_TRUNCATED = codes['icmp-truncated'];
export const ICMP_CHECKSUM = codes['icmp-checksum'];
export const ICMP_QUOTE_TRUNCATED = codes['icmp-quote-truncated'];
export const TCP_TRUNCATED = codes['tcp-truncated'];
export const TCP_DATA_OFFSET = codes['tcp-data-offset'];
export const TCP_CHECKSUM = codes['tcp-checksum'];
export const UDP_TRUNCATED = codes['udp-truncated'];
export const UDP_LENGTH = codes['udp-length'];
export const UDP_CHECKSUM = codes['udp-checksum'];

export const faultName = (code: FaultCode): FaultName => FAULTS[code] ?? 'sound';
