// What goes out: frames for one path share datagrams, as many as fit, sealed at the end of the step.

import type { Session } from './association/session.ts';
import { sealWith } from './association/session.ts';
import type { Address } from '../wire/address.ts';
import type { Endpoint } from './endpoint.ts';
import type { NodeId } from './identity.ts';
import type { Path } from './reach/path.ts';
import { BASE_MTU, IPV4_UDP, IPV6_UDP } from './reach/path-mtu.ts';
import { bestPath } from './reach/paths.ts';
import type { ServiceClass } from './service-class.ts';
import { dscpOf, urgency } from './service-class.ts';
import type { Peer } from './state.ts';
import type { Parcel, Turn } from './turn.ts';
import { peerOf, putPeer } from './turn.ts';
import { SEALED_OVERHEAD } from './wire/datagram.ts';
import type { Frame } from './wire/frame.ts';
import { encodeFrame } from './wire/frame.ts';
import { Writer } from './wire/writer.ts';

/** Bytes of frames in an IP datagram of `mtu` bytes. */
export const room = (path: Path, mtu: number): number =>
  mtu - (typeof path.to.address === 'number' ? IPV4_UDP : IPV6_UDP) - SEALED_OVERHEAD;

/** The association that datagrams to a computer are sealed by; undefined while there is none. */
export const sendingSession = (peer: Peer): Session | undefined =>
  peer.sessions.find(({ confirmed, life }) => confirmed && life === peer.life);

/**
 * Puts a frame on its way; without a path of its own it goes by the best. It shares a datagram with others as
 * far as that is no longer than `mtu`: what is repeated in short datagrams must not be lost in a long one again.
 */
export const post = (
  turn: Turn,
  peer: NodeId,
  frame: Frame,
  path: string | null = null,
  serviceClass: ServiceClass = 'control',
  mtu: number = BASE_MTU,
): void => {
  const there = peerOf(turn, peer);
  if (there === undefined || sendingSession(there) === undefined) return;
  const chosen = path ?? bestPath(there.paths, urgency('control'))?.key;
  if (chosen === undefined) return;
  turn.outbox.push({ peer, path: chosen, serviceClass, mtu, bytes: encodeFrame(frame) });
};

/** A datagram that no association seals: of a handshake. Its adapter may have gone since that began. */
export const throwOut = (turn: Turn, adapter: Address, to: Endpoint, bytes: Uint8Array): void => {
  if (!turn.member.adapters.some(({ address }) => address === adapter)) return;
  turn.effects.push({ kind: 'datagram', adapter, to, dscp: dscpOf('control'), bytes });
};

/** Seals frames into one datagram by a certain association. */
export const sendBy = (
  turn: Turn,
  peer: Peer,
  session: Session,
  path: Path,
  plaintext: Uint8Array,
  serviceClass: ServiceClass,
): void => {
  const bytes = sealWith(turn.member.self.primitives, session, plaintext);
  const { adapter, to } = path;
  turn.effects.push({ kind: 'datagram', adapter, to, dscp: dscpOf(serviceClass), bytes });
  const sessions = peer.sessions.map((one) =>
    one.index === session.index ? { ...one, sent: one.sent + 1 } : one,
  );
  putPeer(turn, { ...peer, sessions });
};

/** Datagrams take the class of the least urgent frame: what is bulk is not made urgent by an answer with it. */
const classOf = (parcels: readonly Parcel[]): ServiceClass => {
  let least = parcels[0]?.serviceClass ?? 'control';
  for (const { serviceClass } of parcels)
    if (urgency(serviceClass) < urgency(least)) least = serviceClass;
  return least;
};

const dispatch = (turn: Turn, id: NodeId, key: string, parcels: readonly Parcel[]): void => {
  const peer = peerOf(turn, id);
  const session = peer === undefined ? undefined : sendingSession(peer);
  const path = peer?.paths.find((one) => one.key === key);
  if (peer === undefined || session === undefined || path === undefined) return;
  const length = parcels.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const writer = new Writer(length);
  for (const { bytes } of parcels) writer.put(bytes);
  sendBy(turn, peer, session, path, writer.done(), classOf(parcels));
};

/** Sends all parcels: those for one path together, in their order, as long as there is room. */
export const emptyOutbox = (turn: Turn): void => {
  const { outbox } = turn;
  const open = new Map<string, Parcel[]>();
  for (const parcel of outbox) {
    const name = `${parcel.peer} ${parcel.path}`;
    const packed = open.get(name) ?? [];
    const path = peerOf(turn, parcel.peer)?.paths.find(({ key }) => key === parcel.path);
    const mtu = packed.reduce((least, one) => Math.min(least, one.mtu), parcel.mtu);
    const most = path === undefined ? 0 : room(path, mtu);
    const length = packed.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (packed.length > 0 && length + parcel.bytes.length > most) {
      dispatch(turn, parcel.peer, parcel.path, packed);
      open.set(name, [parcel]);
    } else open.set(name, [...packed, parcel]);
  }
  for (const packed of open.values()) {
    const [first] = packed;
    if (first !== undefined) dispatch(turn, first.peer, first.path, packed);
  }
  outbox.length = 0;
};
