// ARP frames from neighbours of the tests' cluster.

import type { Ipv4Address, MacAddress } from '../../../core/wire/address.ts';
import * as arp from '../../../core/wire/arp.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import { mac } from '../../../core/wire/address.ts';
import { macOf } from './laboratory.ts';

/** The frame in which `sender` asks for (operation 1), or tells (2) `target` about, a MAC address: its own. */
export const frame = (
  operation: number,
  sender: Ipv4Address,
  target: Ipv4Address,
  senderMac: MacAddress = macOf(sender),
): Uint8Array =>
  ethernet.encode({
    destination: mac(0xffffffffffff),
    source: senderMac,
    etherType: 0x0806,
    payload: arp.encode({
      operation,
      senderMac,
      senderAddress: sender,
      targetMac: mac(0),
      targetAddress: target,
    }),
  });
