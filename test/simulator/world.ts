// A world of computers and networks in virtual time; all that happens in it follows from its seed.

import type { Adapter } from '../../core/cluster/adapter.ts';
import type { Effect, Report, Transmit } from '../../core/cluster/effect.ts';
import type { Event } from '../../core/cluster/event.ts';
import type { NodeId } from '../../core/cluster/identity.ts';
import { hexOf, nodeIdOf } from '../../core/cluster/identity.ts';
import type { Primitives } from '../../core/cluster/primitives.ts';
import type { Settings } from '../../core/cluster/settings.ts';
import { DEFAULT_SETTINGS } from '../../core/cluster/settings.ts';
import { ipv4 } from '../../core/wire/address.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { Agenda } from './agenda.ts';
import type { Chance } from './chance.ts';
import { Computer, SOCKET_BUFFER } from './computer.ts';
import { Fabric } from './fabric.ts';
import { fakePrimitives, fakePublicKey } from './fake-primitives.ts';
import { Ledger } from './ledger.ts';
import { start, step } from '../../core/cluster/member.ts';

export const PORT = 7400;
const IP_UDP = 28;

/** A computer's adapter on a network: 10.network.0.number. */
export const adapterOn = (network: number, number: number, mtu: number): Adapter => ({
  address: ipv4(0x0a000000 + network * 0x10000 + number + 1),
  port: PORT,
  prefixLength: 16,
  type: 'ethernet',
  mtu,
  serviceClass: 'control',
  routers: [{ address: ipv4(0x0a00fffe + network * 0x10000), serves: [] }],
});

export interface WorldOptions {
  readonly chance: Chance;
  /** The networks that each computer has adapters on, in order of preference. */
  readonly networks: readonly (readonly number[])[];
  readonly mtus: readonly number[];
  readonly settings?: Partial<Settings>;
  /** Instead of the cheap ones, with the public key of a private one. */
  readonly real?: {
    readonly primitives: Primitives;
    readonly publicKey: (privateKey: ReadonlyBytes) => ReadonlyBytes;
  };
}

export class World {
  readonly agenda = new Agenda();
  readonly ledger = new Ledger();
  readonly fabric: Fabric;
  readonly computers: readonly Computer[];
  readonly chance: Chance;
  readonly violations: string[] = [];
  /** Told of each report, after the world's own books. */
  onReport: (computer: Computer, report: Report) => void = () => undefined;
  onDelivery: (computer: Computer) => void = () => undefined;
  onSend: (sender: Computer, receiver: Computer, reference: number) => void = () => undefined;
  /** Every datagram that is sent: for who listens and sends it again. */
  onDatagram: (computer: Computer, effect: Transmit) => void = () => undefined;
  /** Steps taken, datagrams sent, and a sum over when they were and how long: it tells runs apart. */
  steps = 0;
  datagrams = 0;
  trace = 0;
  private readonly byId = new Map<NodeId, Computer>();
  private readonly primitives: Primitives;
  private readonly settings: Settings;
  private readonly usedNonces = new Map<string, string>();

  constructor(options: WorldOptions) {
    const { chance, networks, mtus } = options;
    this.chance = chance;
    this.fabric = new Fabric(chance);
    this.fabric.mtu.push(...mtus);
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.primitives =
      options.real?.primitives ?? fakePrimitives((...used) => this.noteNonce(...used));
    const key = chance.bytes(32);
    this.computers = networks.map((own, number) => {
      const privateKey = chance.bytes(32);
      const publicKey = (options.real?.publicKey ?? fakePublicKey)(privateKey);
      const identity = { name: `n${number}`, privateKey, publicKey };
      const adapters = own.map((network) => adapterOn(network, number, mtus[network] ?? 1500));
      const id = nodeIdOf(this.primitives, publicKey);
      const clock = chance.within(0, 3_600_000);
      const computer = new Computer(number, id, identity, adapters, [key], clock);
      for (const [at, { address }] of adapters.entries())
        this.fabric.ports.set(address, { address, computer: number, network: own[at] ?? 0 });
      this.byId.set(id, computer);
      return computer;
    });
  }

  /** The same words to the same question are the same datagram again: that tells nobody anything. */
  private noteNonce(key: ReadonlyBytes, nonce: ReadonlyBytes, tag: ReadonlyBytes): void {
    const name = hexOf(key, 0, 12) + hexOf(nonce, 6);
    const words = hexOf(tag, 0);
    if ((this.usedNonces.get(name) ?? words) !== words)
      this.wrong('a nonce was used for two things with one key');
    this.usedNonces.set(name, words);
  }

  wrong(text: string): void {
    if (this.violations.length < 20)
      this.violations.push(`at ${this.agenda.now.toFixed(1)} ms: ${text}`);
  }

  computerOf(id: NodeId): Computer | undefined {
    return this.byId.get(id);
  }

  /** Switches a computer on. */
  start(computer: Computer, seeds: readonly Computer[]): void {
    computer.life += 1;
    computer.wellSince = this.agenda.now;
    computer.soundSince = this.agenda.now;
    computer.freeAt = this.agenda.now;
    computer.up.clear();
    const [member, effects] = start(
      {
        ...{ settings: this.settings, identity: computer.identity, pinned: null, gateway: true },
        ...{ keys: computer.keys, adapters: computer.adapters },
        seeds: seeds.flatMap(({ adapters }) =>
          adapters.map(({ address }) => ({ address, port: PORT })),
        ),
        random: this.chance.bytes(32),
        primitives: this.primitives,
      },
      this.agenda.now + computer.clockOffset,
    );
    computer.member = member;
    this.perform(computer, effects);
  }

  /** Whom a computer joins by: the first one, and for that the second. */
  seedsFor(computer: Computer): readonly Computer[] {
    return this.computers.slice(0, 2).filter((one) => one !== computer);
  }

  /** Pulls a computer's plug. */
  kill(computer: Computer): void {
    computer.member = null;
    computer.wellSince = Infinity;
    computer.soundSince = Infinity;
    computer.offSince = this.agenda.now;
    computer.mailbox.length = 0;
    computer.waitingDatagrams = 0;
    computer.wakeAt = Infinity;
    computer.slowness = 0;
    computer.deafness = 0;
  }

  /** Something happens to a computer, as soon as it has time for it. */
  happen(computer: Computer, event: Event): void {
    if (computer.member === null) return;
    const { now } = this.agenda;
    if (now >= computer.freeAt && computer.mailbox.length === 0) return this.take(computer, event);
    if (event.kind === 'datagram') {
      if (computer.waitingDatagrams >= SOCKET_BUFFER) return;
      computer.waitingDatagrams += 1;
    }
    computer.mailbox.push(event);
    if (computer.mailbox.length === 1) this.drainAt(computer, computer.freeAt);
  }

  private drainAt(computer: Computer, time: number): void {
    const { life } = computer;
    this.agenda.at(time, () => {
      if (computer.life !== life || computer.member === null) return;
      if (this.agenda.now < computer.freeAt) return this.drainAt(computer, computer.freeAt);
      const event = computer.mailbox.shift();
      if (event === undefined) return;
      if (event.kind === 'datagram') computer.waitingDatagrams -= 1;
      this.take(computer, event);
      if (computer.mailbox.length > 0) this.drainAt(computer, computer.freeAt);
    });
  }

  private take(computer: Computer, event: Event): void {
    if (computer.member === null) return;
    this.steps += 1;
    const now = this.agenda.now + computer.clockOffset;
    const [member, effects] = step(computer.member, event, now);
    computer.member = member;
    if (computer.slowness > 0) computer.freeAt = this.agenda.now + computer.slowness;
    this.perform(computer, effects);
  }

  private perform(computer: Computer, effects: readonly Effect[]): void {
    for (const effect of effects)
      switch (effect.kind) {
        case 'datagram':
          this.carry(computer, effect);
          break;
        case 'wake':
          this.wakeAt(computer, effect.at - computer.clockOffset);
          break;
        case 'deliver': {
          const from = this.byId.get(effect.from)?.number ?? -1;
          this.ledger.delivered(computer.number, computer.life, from, effect.message);
          this.onDelivery(computer);
          break;
        }
        case 'settled':
          this.ledger.settled(computer.number, effect.reference, effect.outcome);
          break;
        case 'report':
          this.noted(computer, effect.report);
          break;
        case 'routes':
          break;
      }
  }

  private noted(computer: Computer, report: Report): void {
    if (report.kind === 'up') computer.up.add(report.node);
    this.onReport(computer, report);
    if (report.kind === 'down' || report.kind === 'left') computer.up.delete(report.node);
    if (report.kind === 'ended') {
      this.kill(computer);
      // When nobody could hear it, its leaving cannot be told from its failing.
      const heard = this.computers.some(
        ({ member }) => member?.table.entries.get(computer.id)?.left === true,
      );
      computer.hasLeft = heard;
      computer.everLeft ||= heard;
    }
  }

  private wakeAt(computer: Computer, time: number): void {
    const { life } = computer;
    computer.wakeAt = time;
    this.agenda.at(time, () => {
      if (computer.life !== life || computer.wakeAt !== time) return;
      computer.wakeAt = Infinity;
      this.happen(computer, { kind: 'wake' });
    });
  }

  private carry(computer: Computer, effect: Transmit): void {
    this.datagrams += 1;
    const { fabric, agenda } = this;
    const size = effect.bytes.length + IP_UDP;
    computer.sentBytes += size;
    this.trace = (Math.imul(this.trace, 31) + size + Math.round(agenda.now * 1000)) | 0;
    const own = computer.adapters.find(({ address }) => address === effect.adapter);
    if (own === undefined) {
      // A slow computer may not know yet that it is gone.
      const known = computer.member?.adapters.some(({ address }) => address === effect.adapter);
      if (known !== true) this.wrong('a datagram from an adapter that is not there');
      return;
    }
    if (size > own.mtu) return this.wrong(`a datagram of ${size} bytes on an MTU of ${own.mtu}`);
    this.onDatagram(computer, effect);
    const from = fabric.ports.get(effect.adapter);
    const to = fabric.ports.get(effect.to.address);
    if (from === undefined || to === undefined || !fabric.passes(from, to)) return;
    const limit = fabric.limit(from, to);
    if (size > limit) {
      const { adapter, to: endpoint } = effect;
      const event: Event = { kind: 'path-mtu', adapter, to: endpoint, mtu: limit };
      if (fabric.icmp) agenda.at(agenda.now + fabric.latency, () => this.happen(computer, event));
      return;
    }
    const endpoint = { address: effect.adapter, port: own.port };
    for (const delay of fabric.delays())
      agenda.at(agenda.now + delay, () => {
        const target = this.computers[to.computer];
        if (target !== undefined)
          this.arrive(target, {
            kind: 'datagram',
            adapter: to.address,
            from: endpoint,
            bytes: effect.bytes,
          });
      });
  }

  /** A datagram comes to a computer, unless it does not hear it. */
  arrive(computer: Computer, event: Extract<Event, { readonly kind: 'datagram' }>): void {
    if (this.chance.happens(computer.deafness)) return;
    if (!computer.adapters.some(({ address }) => address === event.adapter)) return;
    this.happen(computer, event);
  }

  /** Has a computer send a message of `length` bytes besides the simulator's header. */
  send(sender: Computer, receiver: Computer, length: number): void {
    if (sender.member === null) return;
    const { reference, message } = this.ledger.write(
      sender.number,
      sender.life,
      receiver.number,
      length,
    );
    const serviceClass = this.chance.one(['bulk', 'standard', 'low-latency'] as const);
    this.happen(sender, { kind: 'send', to: receiver.id, reference, message, serviceClass });
    this.onSend(sender, receiver, reference);
  }

  /** Whether there is a pair of adapters by which two computers can exchange datagrams. */
  connected(one: Computer, other: Computer): boolean {
    const { ports } = this.fabric;
    return one.adapters.some(({ address: own }) =>
      other.adapters.some(({ address }) => {
        const [a, b] = [ports.get(own), ports.get(address)];
        return a !== undefined && b !== undefined && this.fabric.joins(a, b);
      }),
    );
  }
}
