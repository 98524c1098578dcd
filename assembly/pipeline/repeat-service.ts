// Packets whose place needs no entry: of a service of one node (A7), of NFS by the filehandle (A18), of
// non-specific ports (A5); and what nodes answer from such ports (A11). The same as core/switch:
// routes/node.ts, routes/nfs.ts, outbound.ts. What is not plain goes up.

import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import * as tcp from '../../core/wire/layout/tcp.ts';
import { hasOffloads, linkAt, nodeAt } from './areas.ts';
import { hopOf, isDirect, isKind, roleOf, serviceAt } from './directory.ts';
import { nodeOfCall } from './filehandle.ts';
import { canReach, sendTo } from './hop.ts';
import * as directory from '../layout/directory.ts';
import * as link from '../layout/link.ts';
import * as node from '../layout/node.ts';
import * as config from '../layout/settings.ts';
import { clusterPortOf, nodeOfPort } from './node-port.ts';
import { isPartial, isSuper } from '../packet/offload.ts';
import { headerOf, protocolOf, totalOf } from './sight.ts';
import { translate } from '../packet/translate.ts';
import { isOnLink, networkTo, nextHopTo } from './way-out.ts';

const NOBODY: i32 = -1;

function has(flag: u32): bool {
  return (load<u32>(config.AT, config.FLAGS) & flag) != 0;
}

/** No host has such an address (core/decision/topology.ts): the first octet says so, here the lowest. */
function isMartian(address: u32): bool {
  const octet = address & 0xff;
  return octet == 0 || octet == 127 || octet >= 224;
}

/** Whether a host outside may have this address. */
function isStranger(address: u32): bool {
  return !isMartian(address) && !isOnLink(link.INTERCONNECT, address);
}

/** The node that a packet to the cluster is for, without an entry; NOBODY: that is not known here. */
function nodeFor(
  service: u64,
  port: u32,
  isKnown: bool,
  at: usize,
  transport: usize,
  end: usize,
): i32 {
  if (service == 0) {
    const owner = isKnown ? NOBODY : nodeOfPort(port);
    return owner >= 0 && load<u8>(nodeAt(owner), node.DOWN) != 0 ? NOBODY : owner;
  }
  let named = NOBODY;
  if (isKind(service, directory.BY_FILEHANDLE)) {
    // What is to be cut is several calls, of which each names its own.
    if (!hasOffloads || !isSuper(at)) named = nodeOfCall(transport, end, service);
  } else if (!isKnown && isKind(service, directory.SOLE_NODE))
    named = <i32>((<u32>(service >>> directory.NODE_SHIFT)) & 0xffff);
  if (named == NOBODY) return NOBODY;
  const operating = <u32>load<u16>(nodeAt(named), node.OPERATING);
  return operating == node.NOBODY ? NOBODY : <i32>operating;
}

/** Whether nothing is to be remembered so that the answer shows the cluster address asked (A13). */
function needsNoWay(source: u32, destination: u32): bool {
  if (!has(config.HAS_CHOICE)) return true;
  const network = has(config.WAYS) ? 0 : networkTo(source);
  return network != 0 && load<u32>(linkAt(network), link.ADDRESS) == destination;
}

/** A packet of a network, which belongs to no entry unless `isKnown`. False: nothing was done, it goes up. */
export function repeatInbound(isKnown: bool, length: usize, at: usize, seen: u32, now: f64): bool {
  const protocol = protocolOf(seen);
  const header = headerOf(seen);
  const total = totalOf(seen);
  const source = load<u32>(at, ipv4.SOURCE);
  const destination = load<u32>(at, ipv4.DESTINATION);
  if (!isStranger(source) || roleOf(source) != 0) return false;
  if (roleOf(destination) != directory.CLUSTER || isMartian(destination)) return false;
  if (protocol == ipv4.PROTOCOL_TCP && has(config.ORPHANS)) return false;
  if (!needsNoWay(source, destination)) return false;

  const transport = at + header;
  const port = <u32>load<u16>(transport, tcp.DESTINATION_PORT);
  const service = serviceAt(protocol, port);
  const index = nodeFor(service, port, isKnown, at, transport, at + total);
  if (index == NOBODY) return false;
  const to = <u32>load<u16>(nodeAt(index), node.HOP);
  if (!canReach(to, at, seen, now)) return false;
  if (service == 0 ? !has(config.DIRECT) : !isDirect(service)) {
    const nodePort = service == 0 ? port : (<u32>service) & 0xffff;
    const address = load<u32>(nodeAt(index), node.ADDRESS);
    translate(at, header, protocol, false, address, nodePort, hasOffloads && isPartial(at));
  }
  sendTo(to, length, at, total);
  return true;
}

/** A packet of the interconnect that belongs to no entry. False: nothing was done, it goes up. */
export function repeatOutgoing(length: usize, at: usize, seen: u32, now: f64): bool {
  const role = roleOf(load<u32>(at, ipv4.SOURCE));
  if ((role & ~0xffff) != directory.NODE) return false;
  const index = role & 0xffff;
  if (load<u8>(nodeAt(index), node.DOWN) != 0) return false;
  const host = load<u32>(at, ipv4.DESTINATION);
  if (!isStranger(host) || roleOf(host) != 0) return false;
  if (has(config.HAS_CHOICE) && has(config.WAYS)) return false;

  const protocol = protocolOf(seen);
  const header = headerOf(seen);
  const total = totalOf(seen);
  const port = clusterPortOf(index, protocol, load<u16>(at + header, tcp.SOURCE_PORT));
  if (port < 0 || isKind(serviceAt(protocol, port), directory.DECIDED)) return false;
  const network = networkTo(host);
  if (network == 0) return false;
  const to = hopOf(network, nextHopTo(network, host));
  if (!canReach(to, at, seen, now)) return false;
  const address = load<u32>(linkAt(network), link.ADDRESS);
  translate(at, header, protocol, true, address, port, hasOffloads && isPartial(at));
  sendTo(to, length, at, total);
  return true;
}
