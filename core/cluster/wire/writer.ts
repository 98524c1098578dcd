// Writes fields one after another into bytes that grow.

import type { Address } from '../../wire/address.ts';
import type { ReadonlyBytes } from '../../wire/bytes.ts';
import { put16, put32, put48 } from '../../wire/bytes.ts';

export class Writer {
  private bytes: Uint8Array;
  private at = 0;

  /** `room` is how many bytes are expected. */
  constructor(room = 64) {
    this.bytes = new Uint8Array(room);
  }

  private step(length: number): number {
    const { at } = this;
    this.at += length;
    if (this.at > this.bytes.length) {
      const more = new Uint8Array(Math.max(this.at, 2 * this.bytes.length));
      more.set(this.bytes);
      this.bytes = more;
    }
    return at;
  }

  u8(value: number): this {
    const at = this.step(1);
    this.bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.step(2);
    put16(this.bytes, at, value);
    return this;
  }

  u32(value: number): this {
    const at = this.step(4);
    put32(this.bytes, at, value);
    return this;
  }

  u48(value: number): this {
    const at = this.step(6);
    put48(this.bytes, at, value);
    return this;
  }

  put(bytes: ReadonlyBytes): this {
    const at = this.step(bytes.length);
    this.bytes.set(bytes, at);
    return this;
  }

  zeros(length: number): this {
    this.step(length);
    return this;
  }

  ascii(text: string): this {
    for (let at = 0; at < text.length; at += 1) this.u8(text.charCodeAt(at));
    return this;
  }

  /** 32 hex digits, say, as 16 bytes. */
  hex(digits: string): this {
    for (let at = 0; at < digits.length; at += 2) this.u8(parseInt(digits.slice(at, at + 2), 16));
    return this;
  }

  address(address: Address): this {
    return typeof address === 'number'
      ? this.u8(4).u32(address)
      : this.u8(6).u8(address.length).ascii(address);
  }

  /** What was written; the writer is not used any more. */
  done(): Uint8Array {
    return this.at === this.bytes.length ? this.bytes : this.bytes.subarray(0, this.at);
  }
}
