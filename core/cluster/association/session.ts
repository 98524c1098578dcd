// An association with another computer: keys for each direction, counters as nonces, a window against replays.

import type { ReadonlyBytes } from '../../wire/bytes.ts';
import { u16, u32, u48 } from '../../wire/bytes.ts';
import type { Primitives } from '../primitives.ts';
import type { Reason } from '../reason.ts';
import { SEALED, SEALED_HEADER, VERSION } from '../wire/datagram.ts';
import { Writer } from '../wire/writer.ts';
import type { Window } from './window.ts';
import { WINDOW, isNew, withCounter } from './window.ts';

/** The keys of both directions never come again: each side drew an exchange key for this association. */
export interface Session {
  /** The number by which the other side's datagrams name it. */
  readonly index: number;
  /** The number by which the other side knows it. */
  readonly remoteIndex: number;
  readonly sendKey: ReadonlyBytes;
  readonly receiveKey: ReadonlyBytes;
  /** Datagrams sealed: the next one's counter. */
  readonly sent: number;
  readonly window: Window;
  /** The life of the other computer that it was made with: hex digits. */
  readonly life: string;
  /** Associations are numbered as they are made: of two lives of a computer the later one is the present. */
  readonly born: number;
  /** Whether the other side has shown that it has the keys too. */
  readonly confirmed: boolean;
  /** The id of the cluster key from which its keys come. */
  readonly keyId: number;
  /** When it was last received by, and when it was made. */
  readonly usedAt: number;
  readonly madeAt: number;
}

const NONCE_LENGTH = 12;

const nonceOf = (counter: number): Uint8Array =>
  new Writer(NONCE_LENGTH).zeros(6).u48(counter).done();

/** The datagram that holds `plaintext`, with the counter `session.sent`, which is not used again. */
export const sealWith = (
  primitives: Primitives,
  session: Session,
  plaintext: ReadonlyBytes,
): Uint8Array => {
  const header = new Writer(SEALED_HEADER)
    .u8(VERSION)
    .u8(SEALED)
    .u32(session.remoteIndex)
    .u48(session.sent)
    .done();
  const sealed = primitives.seal(session.sendKey, nonceOf(session.sent), header, plaintext);
  return new Writer(SEALED_HEADER + sealed.length).put(header).put(sealed).done();
};

/** A datagram's index. */
export const sealedIndex = (bytes: ReadonlyBytes): number => u32(bytes, 2);

/** A datagram's counter. */
export const sealedCounter = (bytes: ReadonlyBytes): number => u48(bytes, 6);

/** Whether a datagram of that counter was sealed, and not long ago. */
export const sealedLately = ({ sent }: Session, counter: number): boolean =>
  counter < sent && counter >= sent - WINDOW;

/** What a datagram holds and the association after it; or why it is not taken. */
export const openWith = (
  primitives: Primitives,
  session: Session,
  bytes: ReadonlyBytes,
  now: number,
): { readonly session: Session; readonly plaintext: Uint8Array } | Reason => {
  const counter = sealedCounter(bytes);
  if (!isNew(session.window, counter)) return 'replayed';
  const header = bytes.subarray(0, SEALED_HEADER);
  const sealed = bytes.subarray(SEALED_HEADER);
  const plaintext = primitives.open(session.receiveKey, nonceOf(counter), header, sealed);
  if (plaintext === null) return 'seal-broken';
  const window = withCounter(session.window, counter);
  return { session: { ...session, window, confirmed: true, usedAt: now }, plaintext };
};

/** The number that tells cluster keys apart: not secret, and of no use to find the key. */
export const keyIdOf = (primitives: Primitives, key: ReadonlyBytes): number => {
  const derived = primitives.derive(key, NOTHING, KEY_ID, 4);
  return u16(derived, 0) * 0x10000 + u16(derived, 2);
};

const NOTHING = new Uint8Array(0);
const KEY_ID = new Writer().ascii('onehost cluster key id').done();
