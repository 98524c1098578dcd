// The names under which every frame that is not forwarded is counted (D7), each with what it means.

import type { FaultName } from '../wire/fault.ts';

const meanings = {
  // answered
  'arp-request': 'an ARP request for an address of the gateway was answered',
  'echo-request': 'an ICMP echo request was answered',
  'port-closed': 'no service, node or local stack takes the port',
  'no-operating-node': 'every node of the service is down or draining',
  'rpc-answer': 'an ONC RPC call that the gateway answered for the cluster',
  'rpc-refused':
    'an ONC RPC call that the gateway refused: program, version, procedure or arguments',
  'export-unknown': 'no export has the path: the answer to MOUNT said so',
  'filehandle-unknown': 'the filehandle names no node: the answer to NFS said so',
  'orphan-reset': 'the node of the connection is gone: its host was told',
  'ttl-exceeded': 'the time to live ended here: an ICMP time exceeded went back',
  'fragmentation-needed': 'too large for the link and not to be cut: the MTU went back by ICMP',
  'host-unreachable': 'no way leads to the destination: an ICMP host unreachable went back',
  'error-rate': 'an ICMP error or a refusal was due, but the rate of those is spent',
  'reassembly-overdue': 'fragments of a datagram did not come in time: its sender was told',
  // split, held, absorbed
  reassembled: 'came in fragments that the gateway had to read whole; sent on',
  'fragment-held': 'a fragment that waits for the first, or for the rest',
  'rpc-port-taken':
    "a node's MOUNT listens on a port of another service there: answers could not be told apart",
  'rpc-port-learned': "a node's portmapper told the port of a program",
  'larger-than-mtu': 'larger than the link carries: sent in fragments',
  'neighbour-unresolved': "held until the next hop's MAC address is known",
  'arp-reply': 'an ARP reply told a MAC address',
  'arp-announcement': 'a host announced its MAC address',
  // dropped
  'mac-not-ours': 'the frame is addressed to another MAC address',
  'arp-not-ours': 'an ARP packet that concerns other addresses',
  'address-conflict': 'another host claims an address of the gateway',
  'source-martian': 'no host can have this source address',
  'destination-martian': 'no host can have this destination address',
  'source-inside': 'a source address of the cluster came from outside',
  'node-down': 'a node that is down neither gets nor sends',
  'source-unknown': 'the source on the interconnect is not a node',
  broadcast: 'broadcast or multicast is not switched',
  'not-addressed': 'neither to a cluster address nor from a node to the outside',
  internal: 'a message between nodes does not concern the gateway',
  'management-refused': 'only management hosts may reach a node by its own address',
  'no-connection': 'belongs to no known connection',
  'connection-table-full': 'the cluster connection table is full',
  'connection-clash': 'every node already has a connection of the same ports with this host',
  'ports-exhausted': 'no port of the cluster address is free for this connection',
  'neighbour-table-full': 'too many next hops are being resolved',
  'neighbour-queue-full': 'too many frames wait for the same next hop',
  'neighbour-unreachable': 'the next hop did not answer ARP',
  'protocol-unhandled': 'not a port type, and not handled by the gateway itself',
  'icmp-unhandled': 'an ICMP type that a host does not answer',
  'icmp-no-connection': 'an ICMP error about a packet of no known connection',
  'fragment-duplicate': 'a fragment that came already',
  'fragment-overlap': 'a fragment that overlaps another: the datagram is dropped (RFC 5722)',
  'fragments-too-many': 'a datagram in more pieces than are put together',
  'fragments-full': 'no room for another fragment',
  'rpc-unreadable': 'not an ONC RPC call, or one that ends too early',
  'mount-port-unknown':
    'the port of MOUNT on the node is not known: its portmapper is asked (offline: give mountPorts)',
  'hairpin-unhandled': 'a node addressed its own cluster: not switched in this version',
  'offload-unsound':
    'a checksum or a cutting that the device left to be done does not fit the frame',
  'ethertype-unknown': 'neither IPv4 nor ARP; IPv6 is not switched in this version',
  'link-absent': 'the frame is for a link that is not configured',
} as const;

export type Reason = keyof typeof meanings | Exclude<FaultName, 'sound'>;

/** What a reason means, in one sentence; a fault's name speaks for itself. */
export const meaning = (reason: Reason): string =>
  (meanings as Partial<Record<Reason, string>>)[reason] ??
  `unsound bytes: ${reason.replaceAll('-', ' ')}`;
