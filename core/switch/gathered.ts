// What of a datagram in fragments the gateway has to see whole before it decides (D3).

import * as layout from '../wire/layout/ipv4.ts';
import { readHandle } from '../rpc/nfs.ts';
import type { Arrival } from '../decision/arrival.ts';
import { FIRST_NETWORK, serviceKey } from '../decision/topology.ts';
import { callIn } from './routes/rpc-answer.ts';
import { messageEnd } from './rpc-message.ts';

/** Whether a call of NFS ends before its filehandle does. */
const lacksHandle = (arrival: Arrival): boolean => {
  const call = callIn(arrival);
  if (call.kind !== 'call') return call.kind === 'truncated';
  const { frame, packet } = arrival;
  return readHandle(frame, call, messageEnd(frame, packet)) === 'truncated';
};

/**
 * Whether the whole is needed of the datagram that this fragment is of: of ICMP, which is answered, or quotes
 * what is rewritten; of a call whose first fragment does not say enough. Only a first one tells the port.
 */
export const needsWhole = (arrival: Arrival): boolean => {
  const { tables, ingress, packet } = arrival;
  const { services, clusterAddresses } = tables.topology;
  const { protocol, destinationPort } = packet;
  if (protocol === layout.PROTOCOL_ICMP) return true;
  if (protocol !== layout.PROTOCOL_UDP || packet.fragmentOffset > 0) return false;
  if (ingress.link < FIRST_NETWORK || !clusterAddresses.has(packet.destination)) return false;
  switch (services.get(serviceKey(destinationPort, protocol))?.route.kind) {
    case 'mount':
    case 'portmapper':
      return true;
    case 'nfs':
      return lacksHandle(arrival);
    case 'node':
    case 'connection':
    case undefined:
      return false;
  }
};
