// Ethernet II frames: IEEE 802.3 clause 3, without preamble and frame check sequence.

import * as E from 'fp-ts/lib/Either.js';
import type { MacAddress } from './address.ts';
import { mac } from './address.ts';
import type { ReadonlyBytes } from './bytes.ts';
import { put16, put48, u16, u48 } from './bytes.ts';
import type { FaultCode, FaultName } from './fault.ts';
import { ETHERNET_TRUNCATED, SOUND, faultName } from './fault.ts';
import * as layout from './layout/ethernet.ts';

/** `payload` holds padding too, if there is any; as decoded it is a view of the frame's bytes. */
export interface EthernetFrame {
  readonly destination: MacAddress;
  readonly source: MacAddress;
  readonly etherType: number;
  readonly payload: ReadonlyBytes;
}

/** What is wrong with the frame from `at` up to `end`; 0 when its header can be read. */
export const fault = (_bytes: ReadonlyBytes, at: number, end: number): FaultCode =>
  end - at < layout.HEADER_LENGTH ? ETHERNET_TRUNCATED : SOUND;

export const decode = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
): E.Either<FaultName, EthernetFrame> => {
  const code = fault(bytes, at, end);
  if (code !== SOUND) return E.left(faultName(code));
  return E.right({
    destination: mac(u48(bytes, at + layout.DESTINATION)),
    source: mac(u48(bytes, at + layout.SOURCE)),
    etherType: u16(bytes, at + layout.ETHER_TYPE),
    payload: bytes.subarray(at + layout.HEADER_LENGTH, end),
  });
};

/** The frame's bytes. Nothing is padded: the devices take short frames. */
export const encode = (frame: EthernetFrame): Uint8Array => {
  const bytes = new Uint8Array(layout.HEADER_LENGTH + frame.payload.length);
  put48(bytes, layout.DESTINATION, frame.destination);
  put48(bytes, layout.SOURCE, frame.source);
  put16(bytes, layout.ETHER_TYPE, frame.etherType);
  bytes.set(frame.payload, layout.HEADER_LENGTH);
  return bytes;
};
