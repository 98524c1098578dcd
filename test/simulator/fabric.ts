// Networks and routers between the simulated computers: what gets through, when, and what is done to it.

import type { Address } from '../../core/wire/address.ts';
import type { Chance } from './chance.ts';

/** What the fabric knows of an adapter. */
export interface Port {
  readonly address: Address;
  readonly computer: number;
  readonly network: number;
}

/** How the fabric behaves; changed by what happens in a run. */
export class Fabric {
  /** How often a datagram is lost, or comes twice, 0 to 1. */
  loss = 0;
  duplication = 0;
  /** How long one takes, ms: at least, and how much more by chance. */
  latency = 1;
  jitter = 1;
  /** How often one takes much longer, and is overtaken. */
  reordering = 0;
  /** Longest IP datagram on each network, and what routers between two let through: bytes. */
  readonly mtu: number[] = [];
  routed = true;
  routedMtu = 65_535;
  /** Whether routers say so when something is too long. */
  icmp = true;
  readonly downNetworks = new Set<number>();
  readonly downAdapters = new Set<Address>();
  /** `from>to` for directions that nothing passes. */
  readonly oneWay = new Set<string>();
  /** The part of the world that each computer is in: between parts nothing passes. */
  readonly part = new Map<number, number>();
  readonly ports = new Map<Address, Port>();
  private readonly chance: Chance;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  /** The end of all that can be wrong. */
  heal(): void {
    this.loss = Math.min(this.loss, 0.01);
    this.duplication = 0;
    this.reordering = 0;
    this.downNetworks.clear();
    this.downAdapters.clear();
    this.oneWay.clear();
    this.part.clear();
  }

  /** Whether a direction between two adapters is open. */
  passes(from: Port, to: Port): boolean {
    if (from.computer === to.computer) return true;
    if (from.network !== to.network && !this.routed) return false;
    if (this.downNetworks.has(from.network) || this.downNetworks.has(to.network)) return false;
    if (this.downAdapters.has(from.address) || this.downAdapters.has(to.address)) return false;
    if ((this.part.get(from.computer) ?? 0) !== (this.part.get(to.computer) ?? 0)) return false;
    return !this.oneWay.has(`${from.address}>${to.address}`);
  }

  /** Whether both directions of a pair of adapters are open for datagrams that every path carries. */
  joins(one: Port, other: Port): boolean {
    return this.passes(one, other) && this.passes(other, one);
  }

  /** The longest IP datagram from one adapter to another, bytes. */
  limit(from: Port, to: Port): number {
    const ends = Math.min(this.mtu[from.network] ?? 1500, this.mtu[to.network] ?? 1500);
    return from.network === to.network ? ends : Math.min(ends, this.routedMtu);
  }

  /** When copies of a datagram come, ms from now: none, one, or two. */
  delays(): readonly number[] {
    const { chance } = this;
    const copies = chance.happens(this.duplication) ? 2 : 1;
    const delays: number[] = [];
    for (let copy = 0; copy < copies; copy += 1) {
      if (chance.happens(this.loss)) continue;
      const late = chance.happens(this.reordering) ? chance.within(5, 80) : 0;
      delays.push(this.latency + chance.next() * this.jitter + late);
    }
    return delays;
  }
}
