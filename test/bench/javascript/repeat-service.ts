// The JavaScript reference: packets whose place needs no entry (assembly: repeat-service.ts, filehandle.ts).

import * as directoryLayout from '../../../assembly/layout/directory.ts';
import * as link from '../../../assembly/layout/link.ts';
import * as node from '../../../assembly/layout/node.ts';
import * as settings from '../../../assembly/layout/settings.ts';
import * as nfs from '../../../core/rpc/layout/nfs.ts';
import * as rpc from '../../../core/rpc/layout/rpc.ts';
import * as ipv4 from '../../../core/wire/layout/ipv4.ts';
import * as tcp from '../../../core/wire/layout/tcp.ts';
import * as udp from '../../../core/wire/layout/udp.ts';
import type { Places } from '../places.ts';
import type { Directory } from './directory.ts';
import type { Words } from './memory.ts';
import { swap16, swap32 } from './memory.ts';
import type { Passing } from './passing.ts';
import { UP } from './repeat-flow.ts';

const NOBODY = -1;
const NOWHERE = 0;
const WORD = 4;

const isMartian = (address: number): boolean => {
  const octet = address & 0xff;
  return octet === 0 || octet === 127 || octet >= 224;
};

export const repeatServiceIn = (
  { get8, get16, get32 }: Words,
  places: Places,
  directory: Directory,
  passing: Passing,
) => {
  const nodeAt = (index: number): number => places.nodes + index * node.SIZE;
  const has = (flag: number): boolean => (get32(settings.AT + settings.FLAGS) & flag) !== 0;
  const word = (at: number): number => swap32(get32(at)) >>> 0;

  const isStranger = (address: number): boolean =>
    !isMartian(address) && !directory.isOnLink(link.INTERCONNECT, address);

  /** Where what follows a credential or verifier is; NOWHERE: it is too long, or not all there. */
  const afterAuth = (at: number, end: number): number => {
    if (at + 2 * WORD > end) return NOWHERE;
    const length = word(at + WORD);
    if (length > rpc.MAX_AUTH_LENGTH) return NOWHERE;
    const after = at + 2 * WORD + ((length + 3) & ~3);
    return after > end ? NOWHERE : after;
  };

  const takesHandle = (at: number): boolean => {
    const program = word(at + rpc.PROGRAM);
    const version = word(at + rpc.VERSION);
    const procedure = word(at + rpc.PROCEDURE);
    if (procedure > 31) return false;
    let entry = settings.AT + settings.PROGRAMS;
    for (; get32(entry + settings.PROGRAM) !== 0; entry += settings.PROGRAM_SIZE)
      if (
        get32(entry + settings.PROGRAM) === program &&
        get32(entry + settings.VERSION) === version
      )
        return ((get32(entry + settings.PROCEDURES) >>> procedure) & 1) !== 0;
    return false;
  };

  const nodeInHandle = (at: number, length: number, service: number): number => {
    const meaning = directory.meaningOf(service);
    const offset = (meaning >>> (directoryLayout.FIELD_OFFSET_SHIFT - 32)) & 0xff;
    const size = (meaning >>> (directoryLayout.FIELD_SIZE_SHIFT - 32)) & 7;
    const isLittle = ((meaning >>> (directoryLayout.FIELD_LITTLE_SHIFT - 32)) & 1) !== 0;
    if (offset + size > length) return NOBODY;
    let number = 0;
    for (let index = 0; index < size; index++)
      number = (number << 8) | get8(at + offset + (isLittle ? size - 1 - index : index));
    return directory.nodeNumbered(number) - 1;
  };

  const nodeOfCall = (transport: number, end: number, service: number): number => {
    const at = transport + udp.HEADER_LENGTH;
    const stop = Math.min(end, transport + swap16(get16(transport + udp.LENGTH)));
    if (at + rpc.CREDENTIAL > stop) return NOBODY;
    if (word(at + rpc.MESSAGE_TYPE) !== rpc.CALL) return NOBODY;
    if (word(at + rpc.RPC_VERSION) !== rpc.RPC_VERSION_2) return NOBODY;
    const verifier = afterAuth(at + rpc.CREDENTIAL, stop);
    if (verifier === NOWHERE) return NOBODY;
    const handle = afterAuth(verifier, stop);
    if (handle === NOWHERE || !takesHandle(at)) return NOBODY;
    if (word(at + rpc.VERSION) === nfs.VERSION_2) {
      if (handle + nfs.HANDLE_LENGTH_2 > stop) return NOBODY;
      return nodeInHandle(handle, nfs.HANDLE_LENGTH_2, service);
    }
    if (handle + WORD > stop) return NOBODY;
    const length = word(handle);
    if (length > nfs.MAX_HANDLE_LENGTH_3) return NOBODY;
    if (handle + WORD + ((length + 3) & ~3) > stop) return NOBODY;
    return nodeInHandle(handle + WORD, length, service);
  };

  const nodeFor = (
    service: number,
    port: number,
    isKnown: boolean,
    transport: number,
    end: number,
  ): number => {
    if (service === 0) {
      const owner = isKnown ? NOBODY : directory.nodeOfPort(port);
      return owner >= 0 && get8(nodeAt(owner) + node.DOWN) !== 0 ? NOBODY : owner;
    }
    let named = NOBODY;
    if (directory.isKind(service, directoryLayout.BY_FILEHANDLE))
      named = nodeOfCall(transport, end, service);
    else if (!isKnown && directory.isKind(service, directoryLayout.SOLE_NODE))
      named = get16(service + 2);
    if (named === NOBODY) return NOBODY;
    const operating = get16(nodeAt(named) + node.OPERATING);
    return operating === node.NOBODY ? NOBODY : operating;
  };

  const needsNoWay = (source: number, destination: number): boolean => {
    if (!has(settings.HAS_CHOICE)) return true;
    const network = has(settings.WAYS) ? 0 : directory.networkTo(source);
    return network !== 0 && get32(directory.linkAt(network) + link.ADDRESS) === destination;
  };

  /** A packet of a network, which belongs to no entry unless `isKnown`. UP: nothing was done. */
  const repeatInbound = (
    isKnown: boolean,
    packet: number,
    header: number,
    protocol: number,
    total: number,
    offloads: boolean,
    now: number,
  ): number => {
    const source = get32(packet + ipv4.SOURCE);
    const destination = get32(packet + ipv4.DESTINATION);
    if (!isStranger(source) || directory.roleOf(source) !== 0) return UP;
    if (directory.roleOf(destination) !== directoryLayout.CLUSTER || isMartian(destination))
      return UP;
    if (protocol === ipv4.PROTOCOL_TCP && has(settings.ORPHANS)) return UP;
    if (!needsNoWay(source, destination)) return UP;

    const transport = packet + header;
    const port = get16(transport + tcp.DESTINATION_PORT);
    const service = directory.serviceAt(protocol, port);
    const index = nodeFor(service, port, isKnown, transport, packet + total);
    if (index === NOBODY) return UP;
    const to = get16(nodeAt(index) + node.HOP);
    if (!passing.canReach(to, packet, header, protocol, total, offloads, now)) return UP;
    if (service === 0 ? !has(settings.DIRECT) : !directory.isDirect(service)) {
      const nodePort = service === 0 ? port : get16(service);
      const isLeftUndone = offloads && passing.isPartial(packet);
      const address = get32(nodeAt(index) + node.ADDRESS);
      passing.translate(packet, header, protocol, false, address, nodePort, isLeftUndone);
    }
    return passing.sendTo(to, packet, offloads);
  };

  /** A packet of the interconnect that belongs to no entry. UP: nothing was done. */
  const repeatOutgoing = (
    packet: number,
    header: number,
    protocol: number,
    total: number,
    offloads: boolean,
    now: number,
  ): number => {
    const role = directory.roleOf(get32(packet + ipv4.SOURCE));
    if ((role & ~0xffff) !== directoryLayout.NODE) return UP;
    const index = role & 0xffff;
    if (get8(nodeAt(index) + node.DOWN) !== 0) return UP;
    const host = get32(packet + ipv4.DESTINATION);
    if (!isStranger(host) || directory.roleOf(host) !== 0) return UP;
    if (has(settings.HAS_CHOICE) && has(settings.WAYS)) return UP;

    const own = get16(packet + header + tcp.SOURCE_PORT);
    const port = directory.clusterPortOf(index, protocol, own);
    if (port < 0) return UP;
    if (directory.isKind(directory.serviceAt(protocol, port), directoryLayout.DECIDED)) return UP;
    const network = directory.networkTo(host);
    if (network === 0) return UP;
    const to = directory.hopOf(network, directory.nextHopTo(network, host));
    if (!passing.canReach(to, packet, header, protocol, total, offloads, now)) return UP;
    const address = get32(directory.linkAt(network) + link.ADDRESS);
    const isLeftUndone = offloads && passing.isPartial(packet);
    passing.translate(packet, header, protocol, true, address, port, isLeftUndone);
    return passing.sendTo(to, packet, offloads);
  };

  return { repeatInbound, repeatOutgoing };
};
