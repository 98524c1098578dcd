// Reads fields one after another, and remembers whether one lay past the end.

import type { Address } from '../../wire/address.ts';
import { ipv4 } from '../../wire/address.ts';
import type { ReadonlyBytes } from '../../wire/bytes.ts';
import { partOf, u16, u32, u48, u8 } from '../../wire/bytes.ts';

const NOTHING = new Uint8Array(0);
const decoder = { ipv4: 4, ipv6: 6 };
/** The longest text of an IPv6 address (RFC 5952), in characters. */
const IPV6_TEXT = 39;

/** After a field that was not there, everything reads as 0 and `sound` is false. */
export class Reader {
  readonly bytes: ReadonlyBytes;
  at: number;
  sound = true;

  constructor(bytes: ReadonlyBytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  private step(length: number): number | null {
    if (!this.sound || this.left < length) {
      this.sound = false;
      return null;
    }
    const { at } = this;
    this.at += length;
    return at;
  }

  u8(): number {
    const at = this.step(1);
    return at === null ? 0 : u8(this.bytes, at);
  }

  u16(): number {
    const at = this.step(2);
    return at === null ? 0 : u16(this.bytes, at);
  }

  u32(): number {
    const at = this.step(4);
    return at === null ? 0 : u32(this.bytes, at);
  }

  u48(): number {
    const at = this.step(6);
    return at === null ? 0 : u48(this.bytes, at);
  }

  /** A view of the next `length` bytes. */
  take(length: number): ReadonlyBytes {
    const at = this.step(length);
    return at === null ? NOTHING : this.bytes.subarray(at, at + length);
  }

  /** The next `length` bytes, to be kept: they do not hold a datagram that is much longer. */
  keep(length: number): ReadonlyBytes {
    const at = this.step(length);
    return at === null ? NOTHING : partOf(this.bytes, at, at + length);
  }

  /** A text of ASCII characters. */
  ascii(length: number): string {
    let text = '';
    for (const code of Array.from(this.take(length) as Uint8Array))
      text += String.fromCharCode(code);
    return text;
  }

  /** The family, then four octets, or the text of an IPv6 address behind its length. */
  address(): Address {
    const family = this.u8();
    if (family === decoder.ipv4) return ipv4(this.u32());
    const length = this.u8();
    if (family !== decoder.ipv6 || length > IPV6_TEXT) this.sound = false;
    const text = this.ascii(length);
    if (!/^[0-9a-f:.]+$/.test(text)) this.sound = false;
    return text as Address;
  }
}
