// What every datagram begins with: the version of the protocol and the kind; the rest by kind.
//
//   hello      key id 4, index 4, exchange key 32, sealed (id 16, 40 zeros)
//   challenge  key id 4, index 4, exchange key 32, sealed (id 16, cookie 38)
//   open       key id 4, index 4, both exchange keys 64, sealed (cookie, public key, life, signature)
//   sealed     index 4, counter 6, sealed (frames)
//   unknown    key id 4, index 4, counter 6, sealed (nothing)
//
// The index is the receiver's number of the association, in hello and open the sender's own, in unknown that
// of the datagram in question, as its counter is. A hello is padded so that no answer is longer than its question.

export const VERSION = 1;

export const HELLO = 1;
export const CHALLENGE = 2;
export const OPEN = 3;
export const SEALED = 4;
export const UNKNOWN = 5;

/** Version and kind. */
export const PREFIX_LENGTH = 2;
export const KEY_ID_LENGTH = 4;
export const EXCHANGE_KEY_LENGTH = 32;
/** That of Poly1305. */
export const TAG_LENGTH = 16;
/** Zeros behind the id in a hello. */
export const HELLO_PADDING = 40;
export const LIFE_LENGTH = 8;
export const SIGNATURE_LENGTH = 64;
export const PUBLIC_KEY_LENGTH = 32;

/** Version, kind, index and counter in front of what is sealed, bytes. */
export const SEALED_HEADER = 12;
/** What a datagram of frames has besides them, bytes. */
export const SEALED_OVERHEAD = SEALED_HEADER + TAG_LENGTH;
export const COUNTER_LENGTH = 6;
export const UNKNOWN_LENGTH = PREFIX_LENGTH + KEY_ID_LENGTH + 4 + COUNTER_LENGTH + TAG_LENGTH;
