import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queuesIn, tunQueues } from '../../../adapters/linux/tun-queues.ts';

const bytes = (...hex: readonly string[]): Buffer =>
  Buffer.from(hex.join('').replaceAll(' ', ''), 'hex');

// RTM_NEWLINK of a TAP, as a little-endian machine has it: only what is read, and something before each.
const HEADER = '5c000000 1000 0000 00000000 00000000';
const INTERFACE = '0000 0100 07000000 43100100 00000000';
const NAME = '0b00 0300 6f682d6c616200 00';
/** IFLA_INFO_KIND, "tun"; then IFLA_INFO_DATA with IFLA_TUN_TYPE and, in it, the queues that are in use. */
const kind = '0800 0100 74756e00';
const type = '0500 0300 02 000000';
const queues = '0800 0800 03000000';

describe('the queues of a TUN or TAP', () => {
  it('are those in use that rtnetlink tells', () => {
    const data = `1400 0280 ${type}${queues}`;
    const information = `2000 1200 ${kind}${data}`;
    expect(queuesIn(bytes(HEADER, INTERFACE, NAME, information))).toBe(3);
  });

  it('are none where the answer says nothing of them', () => {
    const veth = '0c00 0100 7665746800 000000';
    for (const answer of [
      bytes(HEADER, INTERFACE, NAME),
      bytes(HEADER, INTERFACE, `1000 1200 ${veth}`),
      bytes(HEADER, INTERFACE, `1800 1200 ${kind}0c00 0200 ${type}`),
      bytes('24000000 0200 0000 00000000 00000000', 'edffffff'),
      Buffer.alloc(0),
    ])
      expect(queuesIn(answer)).toBe(0);
  });

  it('are a number, whatever the answer is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (answer) => {
        expect(queuesIn(Buffer.from(answer))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.runIf(process.platform === 'linux')(
    'are none of an interface that is none, or not there',
    () => {
      expect(tunQueues(1)).toBe(0);
      expect(tunQueues(0x7fffffff)).toBe(0);
    },
  );
});
