import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attribute,
  attributesOf,
  decodeMessages,
  encodeMessage,
  numberAttribute,
  numberOf,
  textOf,
} from '../../../adapters/netlink/message.ts';

describe('messages of netlink', () => {
  it('are laid out as the kernel has them', () => {
    const fixed = Buffer.from([2, 24, 0, 0]);
    const message = encodeMessage(24, 0x605, 1, [fixed, attribute(1, Buffer.from([10, 1, 2]))]);
    expect(message.toString('hex')).toBe(
      [
        '1c000000',
        '1800',
        '0506',
        '01000000',
        '00000000',
        '02180000',
        '0700',
        '0100',
        '0a010200',
      ].join(''),
    );
  });

  it('give back what was put in', () => {
    const value = fc.uint8Array({ maxLength: 40 });
    const attributes = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 200 }), value), {
      selector: ([type]) => type,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0xffff), attributes), { maxLength: 4 }), (messages) => {
        const bytes = Buffer.concat(
          messages.map(([type, all]) =>
            encodeMessage(
              type,
              1,
              7,
              all.map(([kind, one]) => attribute(kind, one)),
            ),
          ),
        );
        const decoded = decodeMessages(bytes);
        expect(decoded.map(({ type, sequence }) => [type, sequence])).toEqual(
          messages.map(([type]) => [type, 7]),
        );
        expect(
          decoded.map(({ body }) => [...attributesOf(body, 0)].map(([t, v]) => [t, [...v]])),
        ).toEqual(messages.map(([, all]) => all.map(([t, v]) => [t, [...v]])));
      }),
    );
  });

  it('are read as far as they go, whatever stands there', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        for (const { body } of decodeMessages(Buffer.from(garbage))) attributesOf(body, 0);
      }),
    );
    const whole = encodeMessage(16, 0, 1, [numberAttribute(4, 1500)]);
    expect(decodeMessages(whole.subarray(0, whole.length - 1))).toEqual([]);
  });

  it('have numbers and texts', () => {
    const attributes = attributesOf(
      Buffer.concat([numberAttribute(4, 9000), attribute(3, Buffer.from('eth0\0'))]),
      0,
    );
    expect([numberOf(attributes, 4), textOf(attributes, 3)]).toEqual([9000, 'eth0']);
    expect([numberOf(attributes, 5), textOf(attributes, 5)]).toEqual([undefined, undefined]);
  });
});
