// Looks on while a world goes by, and says what must not be (B1, B3, B7).

import type { Report } from '../../core/cluster/effect.ts';
import type { Computer } from './computer.ts';
import type { World } from './world.ts';

/** How long a way between two computers must have been open, ms, before its end may be held against them. */
const OPEN_MS = 3000;
/** So soon must everybody know that a computer is down, ms (B3). */
export const DOWN_MS = 2000;

/** So soon is a message to be acknowledged that has a way, whatever becomes of other ways, ms. */
const SETTLED_MS = 1500;

const nameOf = ({ number }: Computer): string => `n${number}`;

export class Judge {
  private readonly world: World;
  /** Since when two computers have been able to reach each other. */
  private readonly openSince = new Map<string, number>();
  /** How long it took until a computer that had lost its power was down, ms. */
  readonly detections: number[] = [];

  constructor(world: World) {
    this.world = world;
    world.onReport = (computer, report) => this.heard(computer, report);
    world.onSend = (sender, receiver, reference) => this.expectSettled(sender, receiver, reference);
    this.look();
  }

  private key(one: Computer, other: Computer): string {
    return `${Math.min(one.number, other.number)} ${Math.max(one.number, other.number)}`;
  }

  /** Notes which ways are open now: to be called after each change of the world. */
  look(): void {
    const { computers, agenda, fabric } = this.world;
    for (const one of computers)
      for (const other of computers) {
        if (other.number <= one.number) continue;
        const open = fabric.loss < 0.2 && this.world.connected(one, other);
        const key = this.key(one, other);
        if (!open) this.openSince.delete(key);
        else if (!this.openSince.has(key)) this.openSince.set(key, agenda.now);
      }
  }

  private isWell(computer: Computer, since: number): boolean {
    return computer.member !== null && computer.wellSince <= since;
  }

  private isOpen(one: Computer, other: Computer, since: number): boolean {
    return (this.openSince.get(this.key(one, other)) ?? Infinity) <= since;
  }

  private heard(computer: Computer, report: Report): void {
    if (report.kind !== 'down') return;
    const { now } = this.world.agenda;
    const other = this.world.computerOf(report.node);
    if (other === undefined) return;
    if (other.member === null && computer.up.has(other.id))
      this.detections.push(now - other.offSince);
    const since = now - OPEN_MS;
    const sound = computer.member !== null && computer.soundSince <= since;
    if (sound && this.isWell(other, since) && this.isOpen(computer, other, since))
      this.world.wrong(`${nameOf(computer)} takes ${nameOf(other)} to be down, which is well`);
  }

  /** A computer has lost its power: in time all others must know, those that are well and could. */
  expectDown(dead: Computer): void {
    const { agenda, computers, fabric } = this.world;
    const { life } = dead;
    const begun = agenda.now;
    if (dead.member !== null || fabric.loss > 0.1) return;
    const knew = computers.filter((one) => this.isWell(one, begun - 1000) && one.up.has(dead.id));
    agenda.at(begun + DOWN_MS, () => {
      if (dead.life !== life || dead.member !== null) return;
      for (const one of knew)
        if (this.isWell(one, begun - 1000) && one.up.has(dead.id))
          this.world.wrong(`${nameOf(one)} has not noticed that ${nameOf(dead)} is down`);
    });
  }

  /** A message between two that are well and have a way between them is not to be late. */
  private expectSettled(sender: Computer, receiver: Computer, reference: number): void {
    const { agenda, fabric, ledger } = this.world;
    const begun = agenda.now;
    if (fabric.loss > 0.05 || !sender.up.has(receiver.id)) return;
    agenda.at(begun + SETTLED_MS, () => {
      const open = this.isOpen(sender, receiver, begun - OPEN_MS) && fabric.loss <= 0.05;
      const well = this.isWell(sender, begun - OPEN_MS) && this.isWell(receiver, begun - OPEN_MS);
      if (open && well && !ledger.isSettled(reference))
        this.world.wrong(`n${sender.number} waits for n${receiver.number} for too long`);
    });
  }

  /** All that live hold identical tables, take each other for up, and the dead for down. */
  expectAgreement(when: string): void {
    const living = this.world.computers.filter(({ member }) => member !== null);
    const digests = new Set(living.map(({ member }) => member?.table.digestText));
    if (digests.size > 1) this.world.wrong(`${when} there are ${digests.size} different tables`);
    const duties = new Set(living.map(({ member }) => JSON.stringify(member?.responsibilities)));
    if (duties.size > 1) this.world.wrong(`${when} responsibilities differ`);
    for (const one of living)
      for (const other of this.world.computers) this.compare(one, other, when);
  }

  private compare(one: Computer, other: Computer, when: string): void {
    if (one === other || one.member === null) return;
    const { table, peers } = one.member;
    const entry = table.entries.get(other.id);
    const standing = peers.get(other.id)?.standing ?? 'nothing';
    const names = `${nameOf(one)} of ${nameOf(other)}`;
    if (other.member !== null) {
      if (standing !== 'up') this.world.wrong(`${when} ${names}: ${standing}, and it lives`);
      const own = other.member.own;
      if (entry?.hash !== own.hash) this.world.wrong(`${when} ${names}: not its latest entry`);
      const listed = entry?.adapters.map(({ address }) => address).join();
      const real = other.adapters.map(({ address }) => address).join();
      if (listed !== real) this.world.wrong(`${when} ${names}: not the adapters that it has`);
      return;
    }
    if (standing === 'up') this.world.wrong(`${when} ${names}: up, and it is off`);
    if (other.hasLeft && entry?.left === false)
      this.world.wrong(`${when} ${names}: has left, and is in the table`);
  }
}
