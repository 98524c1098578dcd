import { describe, expect, it } from 'vitest';
import type { Mail } from '../../../adapters/member/mailbox.ts';
import { makeMailbox } from '../../../adapters/member/mailbox.ts';
import { parseNodeId } from '../../../core/cluster/identity.ts';

const from = parseNodeId('0'.repeat(32));
const mail = (number: number): Mail => {
  if (from === null) throw new Error('no fingerprint');
  return { from, message: Uint8Array.of(number), serviceClass: 'standard' };
};

/** A mailbox, and what is heard of it; a reader that takes `room` messages before it is full. */
const setUp = () => {
  const mailbox = makeMailbox();
  const readings: boolean[] = [];
  mailbox.watch((reading) => readings.push(reading));
  const reader = (room: number) => {
    const one = {
      ...{ room, took: [] as number[] },
      read: ({ message }: Mail): boolean => {
        one.took.push(message[0] ?? -1);
        one.room -= 1;
        return one.room > 0;
      },
    };
    return one;
  };
  return { mailbox, readings, reader };
};

describe('the mailbox of a member', () => {
  it('keeps what came before anybody read, in order', () => {
    const { mailbox, readings, reader } = setUp();
    [1, 2].forEach((number) => mailbox.put(mail(number)));
    const late = reader(10);
    mailbox.open(late.read);
    mailbox.put(mail(3));
    expect(late.took).toEqual([1, 2, 3]);
    expect(readings).toEqual([false, true]);
  });

  it('lets nothing in while its reader has no room, and goes on when it has', () => {
    const { mailbox, readings, reader } = setUp();
    const slow = reader(2);
    mailbox.open(slow.read);
    [1, 2, 3, 4].forEach((number) => mailbox.put(mail(number)));
    expect([slow.took, readings]).toEqual([
      [1, 2],
      [false, true, false],
    ]);
    slow.room = 1;
    mailbox.flush();
    expect([slow.took, readings]).toEqual([
      [1, 2, 3],
      [false, true, false],
    ]);
    slow.room = 5;
    mailbox.flush();
    expect([slow.took, readings]).toEqual([
      [1, 2, 3, 4],
      [false, true, false, true],
    ]);
  });

  it('gives all to one reader, and to the next when that one goes', () => {
    const { mailbox, readings, reader } = setUp();
    const [first, second] = [reader(10), reader(10)];
    mailbox.open(first.read);
    mailbox.open(second.read);
    mailbox.put(mail(1));
    mailbox.close(first.read);
    mailbox.put(mail(2));
    mailbox.close(second.read);
    mailbox.put(mail(3));
    expect([first.took, second.took, readings]).toEqual([[1], [2], [false, true, false]]);
    const third = reader(10);
    mailbox.open(third.read);
    expect(third.took).toEqual([3]);
  });
});
