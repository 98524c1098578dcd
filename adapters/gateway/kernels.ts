// The loader of the kernels (C2), and a forwarding carried out by them in the memory where the frame lies.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Address, Ipv4Address } from '../../core/wire/address.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import * as ethernet from '../../core/wire/layout/ethernet.ts';
import type { Forwarding } from '../../core/decision/send.ts';
import type { Slots } from '../device.ts';
import { PACKET_OFFSET } from '../device.ts';
import type { FlowKernels } from './flow/kernels.ts';
import type { PipelineKernels } from './pipeline/kernels.ts';

/** What is used of the WebAssembly of the language's host; no type library but the browser's has it. */
declare const WebAssembly: {
  readonly Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): readonly unknown[];
  };
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** The linear memory of the kernels. To grow it leaves every view that was taken before without bytes. */
export interface LinearMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages of 64 KiB. */
  grow(pages: number): number;
}

/** What the kernels export. Offsets and lengths in bytes of their memory; numbers in host order. */
export interface Kernels extends FlowKernels, PipelineKernels {
  readonly memory: LinearMemory;
  /**
   * The internet checksum (RFC 1071) of up to 65535 bytes, and of the sum `initial` of 16-bit words before
   * them, as it stands in a checksum field; 0 where a right checksum is contained.
   */
  checksum(at: number, length: number, initial: number): number;
  /** Rewrites the IPv4 packet at `at`; `NO_PORT` leaves a port, `hops` is taken off the TTL. */
  rewrite(
    at: number,
    length: number,
    source: number,
    destination: number,
    sourcePort: number,
    destinationPort: number,
    hops: number,
  ): void;
  /** Rewrites the ICMP error at `at` and the packet that it quotes at `quotedAt`. */
  rewriteError(
    at: number,
    length: number,
    quotedAt: number,
    source: number,
    destination: number,
    hops: number,
    quotedSource: number,
    quotedDestination: number,
    quotedSourcePort: number,
    quotedDestinationPort: number,
  ): void;
  /** Writes an Ethernet header into the 14 bytes before `at`; MAC addresses as 16 + 32 bits. */
  writeEthernet(
    at: number,
    destinationHigh: number,
    destinationLow: number,
    sourceHigh: number,
    sourceLow: number,
  ): void;
}

/** Where a frame that is to be sent lies in the memory, bytes. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

const readKernels = (): Uint8Array => {
  try {
    return readFileSync(createRequire(import.meta.url).resolve('#kernels.wasm'));
  } catch (cause) {
    throw new Error('dist/assembly/kernels.wasm cannot be read: build it with `npm run build`', {
      cause,
    });
  }
};

/** A fresh instance of kernels from the bytes of their module, with a memory of its own. */
export const kernelsOf = (bytes: Uint8Array): Kernels => {
  const module = new WebAssembly.Module(bytes);
  if (WebAssembly.Module.imports(module).length > 0)
    throw new Error(
      'dist/assembly/kernels.wasm is not of this version: build it with `npm run build`',
    );
  return new WebAssembly.Instance(module).exports as Kernels;
};

/** A fresh instance of the kernels that are built. Throws where they are not. */
export const loadKernels = (): Kernels => kernelsOf(readKernels());

/**
 * An address as the kernels take it. Only IPv4 is rewritten, so it is a number here; and as a signed one it
 * goes into WebAssembly without being boxed, which costs more than the kernel's own work.
 */
const word = (address: Address): number => (address as Ipv4Address) | 0;

/**
 * Carries a forwarding out where the frame lies: its IP packet is at `packet` in the memory, with room for
 * an Ethernet header before it. Says where the frame to send is now.
 */
export const perform = (kernels: Kernels, packet: number, forwarding: Forwarding): Extent => {
  const { at, length, addresses, rewrite } = forwarding;
  if (rewrite !== null) {
    const { endpoints } = rewrite.packet;
    const source = word(endpoints.source);
    const destination = word(endpoints.destination);
    if (rewrite.quoted === null) {
      const { sourcePort, destinationPort } = endpoints;
      kernels.rewrite(
        packet,
        length,
        source,
        destination,
        sourcePort,
        destinationPort,
        rewrite.hops,
      );
    } else {
      const quoted = rewrite.quoted.endpoints;
      kernels.rewriteError(
        packet,
        length,
        packet + rewrite.quoted.at - at,
        source,
        destination,
        rewrite.hops,
        word(quoted.source),
        word(quoted.destination),
        quoted.sourcePort,
        quoted.destinationPort,
      );
    }
  }
  if (addresses === null) return { offset: packet, length };
  const { destination, source } = addresses;
  kernels.writeEthernet(
    packet,
    (destination / 0x100000000) | 0,
    destination | 0,
    (source / 0x100000000) | 0,
    source | 0,
  );
  return {
    offset: packet - ethernet.HEADER_LENGTH,
    length: length + ethernet.HEADER_LENGTH,
  };
};

/**
 * The same for a frame from outside the memory, one that was held or made: it is copied into the slot
 * `spare`. A null `forwarding`: it leaves as it is.
 */
export const performCopy = (
  kernels: Kernels,
  slots: Slots,
  spare: number,
  frame: ReadonlyBytes,
  forwarding: Forwarding | null,
): Extent => {
  const slot = slots.base + spare * slots.stride;
  const offset = slot + PACKET_OFFSET - (forwarding === null ? ethernet.HEADER_LENGTH : 0);
  const bytes =
    forwarding === null ? frame : frame.subarray(forwarding.at, forwarding.at + forwarding.length);
  if (offset + bytes.length > slot + slots.stride)
    throw new RangeError(`a frame of ${frame.length} bytes is longer than a slot`);
  slots.bytes.set(bytes, offset);
  return forwarding === null
    ? { offset, length: bytes.length }
    : perform(kernels, offset, forwarding);
};
