// A gateway between devices with and without offloads, and beside it the pure core, which gets the plain
// frames that every frame stands for.

import { expect } from 'vitest';
import type { DeviceGateway } from '../../adapters/gateway/device-gateway.ts';
import { makeDeviceGateway } from '../../adapters/gateway/device-gateway.ts';
import type { MemoryLink } from '../../adapters/memory/link.ts';
import { memoryLink } from '../../adapters/memory/link.ts';
import type { OffloadLink } from '../../adapters/memory/offload-link.ts';
import { offloadLink } from '../../adapters/memory/offload-link.ts';
import { decode } from '../../adapters/offload/header.ts';
import { plainFrames } from '../../adapters/offload/plain.ts';
import { counterOf } from '../../core/decision/count.ts';
import type { Change, Tables } from '../../core/decision/tables.ts';
import { apply } from '../../core/decision/tables.ts';
import type { Link, Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT, linkSettings } from '../../core/decision/topology.ts';
import { HEADER_LENGTH } from '../../core/wire/layout/ethernet.ts';
import type { Output } from '../../core/simulate/simulate.ts';
import { outputOf, step } from '../../core/simulate/simulate.ts';
import { emptyTables } from '../../core/switch/start.ts';
import { ageing, tick } from '../../core/switch/tick.ts';
import {
  address as ipv4Address,
  CAMPUS,
  CLUSTER,
  HOST,
  NODES,
  macOf,
} from '../core/switch/laboratory.ts';
import { greetings } from '../arbitraries/cluster.ts';
import type { Ends, Offloaded, Shape } from '../arbitraries/offload.ts';
import { PLAIN_SHAPE, answering, offloaded } from '../arbitraries/offload.ts';
import { counted } from '../core/rpc/slow-xdr.ts';
import { NFS, callOf } from '../core/switch/routes/rpc-laboratory.ts';
import { contents } from './contents.ts';

const NO_HEADER = new Uint8Array(10);
const MANAGER = ipv4Address('198.51.100.200');

export const bare = (frame: Uint8Array): Offloaded => ({ header: NO_HEADER, frame });

/** An NFS call about a file of a node; all are of the same length. */
export const callTo = (node: number): Uint8Array =>
  callOf({
    program: NFS,
    version: 3,
    procedure: 1,
    args: counted([1, 0, 0, node, ...Array<number>(28).fill(7)]),
  });

const plain = ({ header, frame }: Offloaded): readonly Uint8Array[] | null =>
  plainFrames(frame.slice(), 'ethernet', decode(header, 0)) as readonly Uint8Array[] | null;

const hex = (frame: Uint8Array): string => Buffer.from(frame).toString('hex');

/** How many frames were repeated or decided: all that were counted, but those that were never understood. */
const switched = (counts: ReadonlyMap<string, number>): number =>
  [...counts].reduce((sum, [name, count]) => sum + (name === 'offload-unsound' ? 0 : count), 0);

/** Either kind of link, seen alike. */
interface Port {
  readonly link: MemoryLink | OffloadLink;
  push(one: Offloaded): void;
  /** What left by it, as it lay in its slot. */
  taken(): readonly Offloaded[];
}

/** What a device without offloads would give of a frame: never more than it carries. */
const carried = (one: Offloaded, mtu: number): readonly Uint8Array[] =>
  plain(one)?.filter(({ length }) => length <= mtu + HEADER_LENGTH) ?? [];

const portOf = (of: Topology, link: Link, offloads: boolean): Port => {
  const { name, mtu } = linkSettings(of, link);
  if (offloads) {
    const device = offloadLink(name, mtu);
    return {
      link: device,
      push: (one) => {
        device.push(one);
      },
      taken: () => device.taken(),
    };
  }
  const device = memoryLink(name, 'ethernet', mtu);
  return {
    link: device,
    push: (one) => {
      for (const frame of carried(one, mtu)) device.push(frame);
    },
    taken: () => device.taken().map(bare),
  };
};

/** What one frame or tick made the core count; `isOne`: a gateway may pass all of it on as one frame. */
interface Counted {
  readonly names: readonly string[];
  readonly isOne: boolean;
}

export class World {
  readonly gateway: DeviceGateway;
  readonly ends: Ends[] = [];
  /** How many frames left that still had to be cut. */
  leftWhole = 0;
  now = 1000;
  readonly #ports: readonly (Port | null)[];
  #tables: Tables;

  /** `offloads`: which links' devices have them. */
  constructor(of: Topology, offloads: (link: Link) => boolean) {
    this.#ports = of.links.map((one, link) =>
      one === null ? null : portOf(of, link, offloads(link)),
    );
    this.#tables = emptyTables(of);
    const devices = this.#ports.map((port) => port?.link ?? null);
    this.gateway = makeDeviceGateway(of, devices, () => this.now);
    this.greet();
    this.#open();
  }

  /** Every neighbour tells its MAC address. */
  greet(): void {
    for (const { link, frame } of greetings(this.#tables.topology)) this.take(link, [bare(frame)]);
  }

  #counts(): Map<string, number> {
    return new Map(this.gateway.counters.verdicts);
  }

  /** Counters other than `forwarded` agree; of frames passed on whole each counts once. */
  #compareCounts(before: Map<string, number>, all: readonly Counted[]): void {
    const expected = new Map<string, number>();
    let fewest = 0;
    for (const { names, isOne } of all) {
      for (const name of names) expected.set(name, (expected.get(name) ?? 0) + 1);
      const forwarded = names.filter((name) => name === 'forwarded').length;
      fewest += isOne && forwarded === names.length ? Math.min(1, forwarded) : forwarded;
    }
    const most = expected.get('forwarded') ?? 0;
    expected.delete('forwarded');
    const grown = [...this.#counts()]
      .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
      .filter(([, count]) => count > 0);
    const forwarded = grown.find(([name]) => name === 'forwarded')?.[1] ?? 0;
    expect(new Map(grown.filter(([name]) => name !== 'forwarded'))).toEqual(expected);
    expect(forwarded).toBeGreaterThanOrEqual(fewest);
    expect(forwarded).toBeLessThanOrEqual(most);
  }

  #compareOutputs(outputs: readonly Output[]): void {
    this.#ports.forEach((port, link) => {
      const taken = port?.taken() ?? [];
      this.leftWhole += taken.filter(({ header }) => header[1] !== 0).length;
      const left = taken.flatMap((one) => plain(one)?.map(hex) ?? ['unsound']);
      const expected = outputs.filter(({ egress }) => egress === link).map(({ frame }) => frame);
      expect(left).toEqual(expected.map(hex));
    });
    expect(contents(this.gateway.tables)).toEqual(contents(this.#tables));
  }

  /** One frame through the core. */
  #step(link: Link, frame: Uint8Array, outputs: Output[]): string {
    const one = step(this.#tables, frame, link, this.now);
    this.#tables = one.tables;
    outputs.push(...one.outputs);
    return counterOf(one.decision.verdict);
  }

  /** Frames that come by a link, together. Gives what left. */
  take(link: Link, all: readonly Offloaded[]): readonly Output[] {
    this.now += 1;
    const port = this.#ports[link];
    if (!port) throw new RangeError(`no link ${link}`);
    const outputs: Output[] = [];
    const before = this.#counts();
    const { handled, links } = this.gateway.counters;
    const framesIn = links[link]?.framesIn ?? 0;
    const handledBefore = handled.repeated + handled.decided;
    const said = all.map((one): Counted => {
      const { offloads, mtu } = port.link;
      const frames = offloads ? plain(one) : carried(one, mtu);
      port.push(one);
      if (frames === null) return { names: ['offload-unsound'], isOne: true };
      const names = frames.map((frame) => this.#step(link, frame, outputs));
      return { names, isOne: offloads };
    });
    while (this.gateway.take(link) === 'full');
    this.#compareCounts(before, said);
    this.#compareOutputs(outputs);
    if (port.link.offloads) expect(links[link]?.framesIn).toBe(framesIn + all.length);
    expect(handled.repeated + handled.decided - handledBefore).toBe(
      switched(this.#counts()) - switched(before),
    );
    return outputs;
  }

  change(changesOf: (tables: Tables) => readonly Change[]): void {
    this.gateway.change(changesOf(this.gateway.tables));
    this.#tables = apply(this.#tables, changesOf(this.#tables));
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
    const before = this.#counts();
    const connections = this.#tables.connections.values();
    this.#tables = apply(this.#tables, ageing(this.#tables, connections, this.now));
    const due = tick(this.#tables, this.now);
    this.#tables = apply(this.#tables, due.changes);
    while (this.gateway.age());
    this.gateway.tick();
    const names = due.decisions.map(({ verdict }) => counterOf(verdict));
    this.#compareCounts(before, [{ names, isOne: false }]);
    this.#compareOutputs(due.sends.map(outputOf));
  }

  /** A frame between these ends; gives the ends of what answers it, if it leaves. */
  #say(ends: Ends, shape: Partial<Shape>): Ends | null {
    const frame = offloaded(ends, { ...PLAIN_SHAPE, ...shape });
    const [first] = this.take(ends.link, [frame]);
    return first === undefined ? null : answering(first.egress, first.frame);
  }

  /** Asks and is answered, twice: entries and hops are learned. */
  #talk(ends: Ends, payload: Uint8Array = Uint8Array.of(1, 2, 3)): void {
    const [syn, both, ack] = [
      { flags: 0x02, payload },
      { flags: 0x12, payload },
      { payload },
    ] as const;
    this.ends.push(ends);
    const back = this.#say(ends, syn);
    if (back === null) return;
    this.ends.push(back);
    this.#say(back, both);
    this.#say(ends, ack);
    this.#say(back, ack);
  }

  /** Connections of every kind, and what needs none. */
  #open(): void {
    const { topology } = this.#tables;
    const between = (
      link: Link,
      protocol: 6 | 17,
      source: typeof HOST,
      destination: typeof HOST,
      sourcePort: number,
      destinationPort: number,
    ): Ends => ({
      link,
      destinationMac: linkSettings(topology, link).mac,
      sourceMac: macOf(source),
      protocol,
      source,
      destination,
      sourcePort,
      destinationPort,
    });
    const [node = HOST] = NODES;
    this.#talk(between(CAMPUS, 6, HOST, CLUSTER, 40000, 80));
    this.#talk(between(CAMPUS, 6, HOST, CLUSTER, 40001, 80));
    this.#talk(between(CAMPUS, 6, HOST, CLUSTER, 40000, 81));
    this.#talk(between(CAMPUS, 17, HOST, CLUSTER, 40000, 53));
    this.#talk(between(CAMPUS, 17, HOST, CLUSTER, 40000, 123));
    this.#talk(between(CAMPUS, 17, HOST, CLUSTER, 40000, 7));
    this.#talk(between(CAMPUS, 17, HOST, CLUSTER, 53, 40001));
    this.#talk(between(CAMPUS, 6, MANAGER, node, 40000, 22));
    this.#talk(between(INTERCONNECT, 6, node, HOST, 40002, 443));
    this.#talk(between(INTERCONNECT, 17, node, HOST, 2000, 443));
    this.#talk(between(CAMPUS, 17, HOST, CLUSTER, 800, 2049), callTo(2));
  }
}
