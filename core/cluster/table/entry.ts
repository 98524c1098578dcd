// An entry of the cluster destination address table: what a computer says of itself, signed (B1, B2, B4).

import * as E from 'fp-ts/lib/Either.js';
import type { ReadonlyBytes } from '../../wire/bytes.ts';
import { u32 } from '../../wire/bytes.ts';
import type { Adapter, Router, Subnet } from '../adapter.ts';
import { ADAPTER_TYPES, MAX_ADAPTERS, MIN_MTU } from '../adapter.ts';
import type { Identity, NodeId } from '../identity.ts';
import { MAX_NAME_LENGTH, hexOf, nodeIdOf } from '../identity.ts';
import type { Primitives } from '../primitives.ts';
import type { Reason } from '../reason.ts';
import { SERVICE_CLASSES, urgency } from '../service-class.ts';
import { PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH } from '../wire/datagram.ts';
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';

/** The form of entries; another one is another number. */
const FORM = 1;
const LEFT = 1;
const GATEWAY = 2;
/** What is signed begins with this, so that the signature is of no use elsewhere. */
const DOMAIN = new Writer().ascii('onehost cluster entry 1').done();
/** The longest entry, bytes: one fits into the smallest datagram. */
export const MAX_ENTRY = 1024;
/** The highest version: a counter that nobody reaches by counting. */
const MAX_VERSION = 2 ** 47;

/** What an author says. */
export interface Statement {
  readonly name: string;
  /** Each change of the author's has a higher one. */
  readonly version: number;
  /** A tombstone: the computer has left. */
  readonly left: boolean;
  readonly gateway: boolean;
  readonly adapters: readonly Adapter[];
}

export interface Entry extends Statement {
  readonly id: NodeId;
  readonly publicKey: ReadonlyBytes;
  /** As it goes round, with its signature. */
  readonly bytes: ReadonlyBytes;
  /** SHA-256 of the bytes, as hex digits, and its first 32 bits. */
  readonly hash: string;
  readonly check: number;
}

const putSubnet = (writer: Writer, { address, prefixLength }: Subnet): void => {
  writer.address(address).u8(prefixLength);
};

const putAdapter = (writer: Writer, adapter: Adapter): void => {
  putSubnet(writer, adapter);
  writer
    .u16(adapter.port)
    .u8(ADAPTER_TYPES.indexOf(adapter.type))
    .u32(adapter.mtu)
    .u8(urgency(adapter.serviceClass))
    .u8(adapter.routers.length);
  for (const { address, serves } of adapter.routers) {
    writer.address(address).u8(serves.length);
    for (const subnet of serves) putSubnet(writer, subnet);
  }
};

const takeSubnet = (reader: Reader): Subnet => {
  const address = reader.address();
  const prefixLength = reader.u8();
  if (prefixLength > (typeof address === 'number' ? 32 : 128)) reader.sound = false;
  return { address, prefixLength };
};

const several = <A>(reader: Reader, take: () => A): readonly A[] => {
  const count = reader.u8();
  const list: A[] = [];
  while (list.length < count && reader.sound) list.push(take());
  return list;
};

const takeRouter = (reader: Reader): Router => ({
  address: reader.address(),
  serves: several(reader, () => takeSubnet(reader)),
});

const takeAdapter = (reader: Reader): Adapter => {
  const { address, prefixLength } = takeSubnet(reader);
  const port = reader.u16();
  const type = ADAPTER_TYPES[reader.u8()] ?? 'other';
  const mtu = reader.u32();
  // Less would leave no room for data behind the headers.
  if (mtu < MIN_MTU) reader.sound = false;
  const serviceClass = SERVICE_CLASSES[reader.u8()] ?? 'control';
  const routers = several(reader, () => takeRouter(reader));
  return { address, prefixLength, port, type, mtu, serviceClass, routers };
};

/** Whether a computer may be called so: letters, digits, dots, dashes, underscores. */
export const isName = (name: string): boolean =>
  name.length <= MAX_NAME_LENGTH && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);

const body = (publicKey: ReadonlyBytes, statement: Statement): Uint8Array => {
  const writer = new Writer(256)
    .u8(FORM)
    .put(publicKey)
    .u48(statement.version)
    .u8((statement.left ? LEFT : 0) | (statement.gateway ? GATEWAY : 0))
    .u8(statement.name.length)
    .ascii(statement.name)
    .u8(statement.adapters.length);
  for (const adapter of statement.adapters) putAdapter(writer, adapter);
  return writer.done();
};

const signed = (bytes: ReadonlyBytes): Uint8Array => new Writer(1100).put(DOMAIN).put(bytes).done();

const whole = (
  primitives: Primitives,
  id: NodeId,
  publicKey: ReadonlyBytes,
  statement: Statement,
  bytes: ReadonlyBytes,
): Entry => {
  const hash = primitives.hash(bytes);
  return { ...statement, id, publicKey, bytes, hash: hexOf(hash), check: u32(hash, 0) };
};

/** The statement signed by its author. */
export const author = (
  primitives: Primitives,
  identity: Identity,
  statement: Statement,
): E.Either<Reason, Entry> => {
  const { publicKey, privateKey } = identity;
  const text = body(publicKey, statement);
  if (text.length + SIGNATURE_LENGTH > MAX_ENTRY) return E.left('entry-too-long');
  const signature = primitives.sign(privateKey, signed(text));
  const bytes = new Writer(text.length + SIGNATURE_LENGTH).put(text).put(signature).done();
  return E.right(whole(primitives, nodeIdOf(primitives, publicKey), publicKey, statement, bytes));
};

/** Reads an entry, and believes it when its author signed it. */
export const believe = (primitives: Primitives, bytes: ReadonlyBytes): E.Either<Reason, Entry> => {
  const reader = new Reader(bytes);
  if (reader.u8() !== FORM || bytes.length > MAX_ENTRY) return E.left('entry-unsound');
  const publicKey = reader.take(PUBLIC_KEY_LENGTH);
  const version = reader.u48();
  const flags = reader.u8();
  const name = reader.ascii(reader.u8());
  const adapters = several(reader, () => takeAdapter(reader));
  const end = reader.at;
  const signature = reader.take(SIGNATURE_LENGTH);
  const sound = reader.sound && reader.left === 0 && isName(name) && version < MAX_VERSION;
  if (!sound || adapters.length > MAX_ADAPTERS) return E.left('entry-unsound');
  if (!primitives.verify(publicKey, signed(bytes.subarray(0, end)), signature))
    return E.left('entry-forged');
  const [left, gateway] = [(flags & LEFT) !== 0, (flags & GATEWAY) !== 0];
  const statement = { name, version, left, gateway, adapters };
  const own = new Writer(bytes.length).put(bytes).done();
  return E.right(whole(primitives, nodeIdOf(primitives, publicKey), publicKey, statement, own));
};

/**
 * Whether `entry` is to take the place of `held`: by its version. An author that lost its memory may sign
 * one version twice: then the hash decides, the same way everywhere, until the author goes above both.
 */
export const supersedes = (entry: Entry, held: Entry): boolean =>
  entry.version === held.version ? entry.hash > held.hash : entry.version > held.version;
