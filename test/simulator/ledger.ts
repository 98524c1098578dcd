// What was sent, delivered and settled, and whether that is what the protocol promises (B5, B6).

import type { Outcome } from '../../core/cluster/effect.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { u16, u32, u8 } from '../../core/wire/bytes.ts';
import { Writer } from '../../core/cluster/wire/writer.ts';

/** Bytes in front of a message of the simulator: sender, its life, receiver, number, length. */
export const HEADER = 12;

interface Sent {
  readonly sender: number;
  readonly senderLife: number;
  readonly receiver: number;
  /** Counted for each life of a sender and each receiver. */
  readonly number: number;
  /** By which lives of the receiver it was delivered. */
  readonly delivered: number[];
  outcome: Outcome | null;
}

const patternAt = (number: number, at: number): number => (number * 31 + at * 7) & 255;

export class Ledger {
  private readonly sent: Sent[] = [];
  private readonly byKey = new Map<string, Sent>();
  private readonly counts = new Map<string, number>();
  private readonly lastDelivered = new Map<string, number>();
  readonly violations: string[] = [];

  /** How many messages were sent, and how many of them were acknowledged. */
  get total(): number {
    return this.sent.length;
  }

  get acknowledged(): number {
    return this.sent.filter(({ outcome }) => outcome?.kind === 'acknowledged').length;
  }

  isSettled(reference: number): boolean {
    return this.sent[reference]?.outcome !== null;
  }

  /** Whether a message between computers that live is not settled yet. */
  owed(living: (computer: number) => boolean): boolean {
    return this.sent.some(
      ({ outcome, sender, receiver }) => outcome === null && living(sender) && living(receiver),
    );
  }

  /** A new message and its reference. */
  write(
    sender: number,
    senderLife: number,
    receiver: number,
    length: number,
  ): { readonly reference: number; readonly message: Uint8Array } {
    const stream = `${sender}.${senderLife}>${receiver}`;
    const number = this.counts.get(stream) ?? 0;
    this.counts.set(stream, number + 1);
    const reference = this.sent.length;
    const sent: Sent = {
      ...{ sender, senderLife, receiver, number },
      ...{ delivered: [], outcome: null },
    };
    this.sent.push(sent);
    this.byKey.set(`${stream}#${number}`, sent);
    const message = new Writer(HEADER + length)
      .u8(sender)
      .u16(senderLife)
      .u8(receiver)
      .u32(number)
      .u32(length)
      .zeros(length)
      .done();
    for (let at = 0; at < length; at += 1) message[HEADER + at] = patternAt(number, at);
    return { reference, message };
  }

  private wrong(text: string): void {
    this.violations.push(text);
  }

  delivered(receiver: number, receiverLife: number, from: number, message: ReadonlyBytes): void {
    const [sender, senderLife] = [u8(message, 0), u16(message, 1)];
    const [meant, number, length] = [u8(message, 3), u32(message, 4), u32(message, 8)];
    const stream = `${sender}.${senderLife}>${receiver}`;
    const sent = this.byKey.get(`${stream}#${number}`);
    if (sent === undefined || meant !== receiver || from !== sender)
      return this.wrong(`${receiver} got a message that nobody sent it`);
    if (message.length !== HEADER + length)
      return this.wrong(`${stream}#${number} came with another length`);
    for (let at = 0; at < length; at += 1)
      if (message[HEADER + at] !== patternAt(number, at))
        return this.wrong(`${stream}#${number} came with other bytes`);
    if (sent.delivered.length > 0) this.wrong(`${stream}#${number} was delivered twice`);
    sent.delivered.push(receiverLife);
    const order = `${stream}.${receiverLife}`;
    if (number <= (this.lastDelivered.get(order) ?? -1))
      this.wrong(`${stream}#${number} was delivered out of order`);
    this.lastDelivered.set(order, number);
  }

  settled(sender: number, reference: number, outcome: Outcome): void {
    const sent = this.sent[reference];
    if (sent?.sender !== sender) return this.wrong(`${sender} settled what it did not send`);
    const name = `${sender}.${sent.senderLife}>${sent.receiver}#${sent.number}`;
    if (sent.outcome !== null) this.wrong(`${name} was settled twice`);
    sent.outcome = outcome;
    if (outcome.kind === 'acknowledged' && sent.delivered.length === 0)
      this.wrong(`${name} was acknowledged and not delivered`);
  }

  /**
   * Judges at the end. `lives` tells how often each computer has started, `living` whether it lives now, and
   * `left` whether it ever left.
   */
  close(
    lives: readonly number[],
    living: (computer: number) => boolean,
    left: (computer: number) => boolean,
  ): void {
    for (const sent of this.sent) {
      const { sender, senderLife, receiver, outcome, delivered } = sent;
      const name = `${sender}.${senderLife}>${receiver}#${sent.number}`;
      if (outcome?.kind === 'refused' && delivered.length > 0)
        this.wrong(`${name} was refused and delivered`);
      if (!living(sender) || lives[sender] !== senderLife) continue;
      if (outcome === null) {
        if (living(receiver) || left(receiver)) this.wrong(`${name} was never settled`);
        continue;
      }
      if (outcome.kind !== 'gone') continue;
      // A sender may learn late of a restart: what it sent meanwhile was for the life before.
      const restarted = (lives[receiver] ?? 0) > 1;
      const excused =
        (outcome.why === 'restarted' && restarted) || (outcome.why === 'left' && left(receiver));
      if (!excused) this.wrong(`${name} is gone (${outcome.why}) without a reason`);
    }
  }
}
