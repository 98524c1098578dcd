// Frames: what a sealed datagram holds, one after another; a byte tells the kind.

import type { ReadonlyBytes } from '../../wire/bytes.ts';
import type { NodeId } from '../identity.ts';
import { NODE_ID_LENGTH, nodeIdAt } from '../identity.ts';
import { LIFE_LENGTH, PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH } from './datagram.ts';
import type { Range } from './range.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

export const DIGEST_LENGTH = 8;
/** The most ranges that an acknowledgement tells. */
export const MAX_RANGES = 16;

/** What a computer has of an entry: its version, and the beginning of its hash. */
export interface EntryVersion {
  readonly id: NodeId;
  readonly version: number;
  readonly check: number;
}

export type Frame =
  /** The responder's answer to an open: its key, its life, its index, and its signature. */
  | {
      readonly kind: 'accept';
      readonly publicKey: ReadonlyBytes;
      readonly life: ReadonlyBytes;
      readonly index: number;
      readonly signature: ReadonlyBytes;
    }
  /** A heartbeat with the beginning of the table's digest; padding makes it a probe of the path's MTU. */
  | {
      readonly kind: 'ping';
      readonly number: number;
      readonly digest: ReadonlyBytes;
      readonly padding: number;
    }
  | { readonly kind: 'pong'; readonly number: number; readonly digest: ReadonlyBytes }
  /** Bytes of the stream of messages from `offset`; `number` is that of the transmission. */
  | {
      readonly kind: 'data';
      readonly epoch: number;
      readonly offset: number;
      readonly number: number;
      readonly bytes: ReadonlyBytes;
    }
  /** All below `next` has come, and the ranges; up to `limit` may come. `echo` came `delay` ms ago. */
  | {
      readonly kind: 'ack';
      readonly epoch: number;
      readonly next: number;
      readonly limit: number;
      readonly echo: number;
      readonly delay: number;
      readonly ranges: readonly Range[];
    }
  /** The versions of all entries whose id lies from `first` to `last`, both included. */
  | {
      readonly kind: 'versions';
      readonly first: NodeId;
      readonly last: NodeId;
      readonly versions: readonly EntryVersion[];
    }
  | { readonly kind: 'entry'; readonly bytes: ReadonlyBytes }
  | { readonly kind: 'want'; readonly ids: readonly NodeId[] }
  /** The sender has had no answer from the computer: ask yourself. */
  | { readonly kind: 'doubt'; readonly id: NodeId }
  /** Ask the computer for me. */
  | { readonly kind: 'ask'; readonly id: NodeId }
  /** The computer that you asked for answers. */
  | { readonly kind: 'heard'; readonly id: NodeId };

export type FrameKind = Frame['kind'];

/** A frame's number is its place. */
const KINDS: readonly (FrameKind | null)[] = [
  ...([null, 'accept', 'ping', 'pong', 'data', 'ack'] as const),
  ...(['versions', 'entry', 'want', 'doubt', 'ask', 'heard'] as const),
];
const number = Object.fromEntries(KINDS.map((kind, at) => [kind, at])) as Record<FrameKind, number>;

/** A frame of data has so many bytes besides the data. */
export const DATA_OVERHEAD = 17;
/** What a frame of versions has besides them, and each of them. */
export const VERSIONS_OVERHEAD = 34;
export const VERSION_LENGTH = NODE_ID_LENGTH + 10;

export const encodeFrame = (frame: Frame): Uint8Array => {
  switch (frame.kind) {
    case 'accept':
      return new Writer(109)
        .u8(number.accept)
        .put(frame.publicKey)
        .put(frame.life)
        .u32(frame.index)
        .put(frame.signature)
        .done();
    case 'ping':
      return new Writer(15 + frame.padding)
        .u8(number.ping)
        .u32(frame.number)
        .put(frame.digest)
        .u16(frame.padding)
        .zeros(frame.padding)
        .done();
    case 'pong':
      return new Writer(13).u8(number.pong).u32(frame.number).put(frame.digest).done();
    case 'data':
      return new Writer(DATA_OVERHEAD + frame.bytes.length)
        .u8(number.data)
        .u32(frame.epoch)
        .u48(frame.offset)
        .u32(frame.number)
        .u16(frame.bytes.length)
        .put(frame.bytes)
        .done();
    case 'ack': {
      const writer = new Writer(24 + 12 * frame.ranges.length)
        .u8(number.ack)
        .u32(frame.epoch)
        .u48(frame.next)
        .u48(frame.limit)
        .u32(frame.echo)
        .u16(frame.delay)
        .u8(frame.ranges.length);
      for (const { from, to } of frame.ranges) writer.u48(from).u48(to);
      return writer.done();
    }
    case 'versions': {
      const writer = new Writer(VERSIONS_OVERHEAD + 1 + VERSION_LENGTH * frame.versions.length)
        .u8(number.versions)
        .hex(frame.first)
        .hex(frame.last)
        .u8(frame.versions.length);
      for (const { id, version, check } of frame.versions) writer.hex(id).u48(version).u32(check);
      return writer.done();
    }
    case 'entry':
      return new Writer(3 + frame.bytes.length)
        .u8(number.entry)
        .u16(frame.bytes.length)
        .put(frame.bytes)
        .done();
    case 'want': {
      const writer = new Writer(2 + NODE_ID_LENGTH * frame.ids.length)
        .u8(number.want)
        .u8(frame.ids.length);
      for (const id of frame.ids) writer.hex(id);
      return writer.done();
    }
    case 'doubt':
    case 'ask':
    case 'heard':
      return new Writer(1 + NODE_ID_LENGTH).u8(number[frame.kind]).hex(frame.id).done();
  }
};

const idOf = (reader: Reader): NodeId => {
  const bytes = reader.take(NODE_ID_LENGTH);
  return bytes.length === NODE_ID_LENGTH ? nodeIdAt(bytes, 0) : ('' as NodeId);
};

const times = <A>(count: number, read: () => A): readonly A[] =>
  Array.from({ length: count }, read);

/** One frame. Where a field is not there the reader tells. */
const decodeFrame = (reader: Reader): Frame | null => {
  const kind = KINDS[reader.u8()] ?? null;
  switch (kind) {
    case null:
      return null;
    case 'accept':
      return {
        kind,
        publicKey: reader.take(PUBLIC_KEY_LENGTH),
        life: reader.take(LIFE_LENGTH),
        index: reader.u32(),
        signature: reader.take(SIGNATURE_LENGTH),
      };
    case 'ping': {
      const asked = reader.u32();
      const digest = reader.take(DIGEST_LENGTH);
      const padding = reader.u16();
      reader.take(padding);
      return { kind, number: asked, digest, padding };
    }
    case 'pong':
      return { kind, number: reader.u32(), digest: reader.take(DIGEST_LENGTH) };
    case 'data': {
      const [epoch, offset, transmission] = [reader.u32(), reader.u48(), reader.u32()];
      return { kind, epoch, offset, number: transmission, bytes: reader.keep(reader.u16()) };
    }
    case 'ack': {
      const [epoch, next, limit] = [reader.u32(), reader.u48(), reader.u48()];
      const [echo, delay] = [reader.u32(), reader.u16()];
      const ranges = times(reader.u8(), () => ({ from: reader.u48(), to: reader.u48() }));
      return { kind, epoch, next, limit, echo, delay, ranges };
    }
    case 'versions': {
      const [first, last] = [idOf(reader), idOf(reader)];
      const versions = times(reader.u8(), () => ({
        id: idOf(reader),
        version: reader.u48(),
        check: reader.u32(),
      }));
      return { kind, first, last, versions };
    }
    case 'entry':
      return { kind, bytes: reader.take(reader.u16()) };
    case 'want':
      return { kind, ids: times(reader.u8(), () => idOf(reader)) };
    case 'doubt':
    case 'ask':
    case 'heard':
      return { kind, id: idOf(reader) };
  }
};

/** The frames of a datagram's plaintext; null when they are not sound to the last byte. */
export const decodeFrames = (plaintext: ReadonlyBytes): readonly Frame[] | null => {
  const reader = new Reader(plaintext);
  const frames: Frame[] = [];
  while (reader.left > 0) {
    const frame = decodeFrame(reader);
    if (frame === null || !reader.sound) return null;
    frames.push(frame);
  }
  return frames;
};
