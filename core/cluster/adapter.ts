// A network adapter as the cluster destination address table tells it (B2, B4; claims 6, 19, 20, 36).

import type { Address } from '../wire/address.ts';
import type { ServiceClass } from './service-class.ts';

export const ADAPTER_TYPES = [
  'other',
  'ethernet',
  'wireless',
  'token-ring',
  'infiniband',
  'tunnel',
  'loopback',
] as const;

export type AdapterType = (typeof ADAPTER_TYPES)[number];

/** A subnet: the bits of the address past the prefix are 0. */
export interface Subnet {
  readonly address: Address;
  readonly prefixLength: number;
}

/** A router on an adapter's subnet, and the subnets it leads to; none are named: to all. */
export interface Router {
  readonly address: Address;
  readonly serves: readonly Subnet[];
}

/** A computer's adapters stand in order of preference: the first is the primary, the rest alternates. */
export interface Adapter {
  readonly address: Address;
  /** The UDP port on which the computer listens at that address. */
  readonly port: number;
  /** The subnet mask's length in bits. */
  readonly prefixLength: number;
  readonly type: AdapterType;
  /** Of an IP datagram, bytes. */
  readonly mtu: number;
  /** The most urgent class of service for which it is meant. */
  readonly serviceClass: ServiceClass;
  readonly routers: readonly Router[];
}

/** The most adapters of one computer. */
export const MAX_ADAPTERS = 8;
/** The least MTU of an adapter, bytes: every host takes datagrams of that length (RFC 791 section 3.2). */
export const MIN_MTU = 576;

/** The adapters, each with the least MTU at least: what carries less drops datagrams, and others are used. */
export const withLeastMtu = (adapters: readonly Adapter[]): readonly Adapter[] =>
  adapters.map((adapter) => (adapter.mtu < MIN_MTU ? { ...adapter, mtu: MIN_MTU } : adapter));

/**
 * The adapters with that of `address` moved to `place`, 0 for the primary; as they are when none has it.
 */
export const preferred = (
  adapters: readonly Adapter[],
  address: Address,
  place: number,
): readonly Adapter[] => {
  const chosen = adapters.find((adapter) => adapter.address === address);
  if (chosen === undefined) return adapters;
  return adapters.filter((adapter) => adapter !== chosen).toSpliced(place, 0, chosen);
};
