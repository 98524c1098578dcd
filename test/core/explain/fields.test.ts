import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumsOf } from '../../../core/explain/checksum-state.ts';
import { differences } from '../../../core/explain/difference.ts';
import type { Framing } from '../../../core/explain/fields.ts';
import { fieldsOf } from '../../../core/explain/fields.ts';
import { contentOf, summaryOf } from '../../../core/explain/summary.ts';
import { garbageFrame, nearlyValidFrame, validFrame } from '../../arbitraries/frames.ts';

const anyFrame = fc.oneof(validFrame(), nearlyValidFrame(), garbageFrame());
const framing = fc.constantFrom<Framing>('ethernet', 'ip');

/** A fragment of IPv4 may end, or begin, in the middle of a transport header. */
const isFragment = (frame: Uint8Array): boolean =>
  frame[12] === 0x08 && frame[13] === 0 && (((frame[20] ?? 0) & 0x3f) | (frame[21] ?? 0)) !== 0;

/** Whether a packet is one whose every byte has a name: an ICMP error may quote half a header. */
const isNamedWholly = (frame: Uint8Array): boolean =>
  !isFragment(frame) && !fieldsOf(frame, 'ethernet').some(({ name }) => name.startsWith('quoted.'));

describe('fields', () => {
  it('lie in the frame one after the other, under names of their own, and can be written', () => {
    fc.assert(
      fc.property(anyFrame, framing, (frame, how) => {
        const fields = fieldsOf(frame, how);
        let end = 0;
        for (const { offset, bytes, text } of fields) {
          expect(offset).toBeGreaterThanOrEqual(end);
          end = offset + bytes.length;
          expect(text(bytes)).not.toMatch(/undefined|NaN/);
        }
        expect(end).toBeLessThanOrEqual(frame.length);
        expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
      }),
    );
  });

  it('leave out no byte of a valid frame', () => {
    fc.assert(
      fc.property(validFrame().filter(isNamedWholly), (frame) => {
        const named = fieldsOf(frame, 'ethernet').reduce((sum, { bytes }) => sum + bytes.length, 0);
        expect(named).toBe(frame.length);
      }),
    );
  });

  it('differ in nothing between a frame and itself, and in what was changed', () => {
    fc.assert(
      fc.property(anyFrame, framing, (frame, how) => {
        expect(differences(frame, how, frame, how)).toEqual([]);
      }),
    );
    const frame = new Uint8Array(20).fill(1);
    const other = Uint8Array.from(frame);
    other[7] = 9;
    expect(differences(frame, 'ethernet', other, 'ethernet')).toEqual([
      {
        field: 'ethernet.source',
        offset: 6,
        before: { text: '01:01:01:01:01:01', hex: '010101010101' },
        after: { text: '01:09:01:01:01:01', hex: '010901010101' },
      },
    ]);
  });
});

describe('checksums', () => {
  it('of a valid frame are nowhere wrong; with another value they are', () => {
    fc.assert(
      fc.property(validFrame(), fc.integer({ min: 1, max: 0xfffe }), (frame, flip) => {
        for (const state of checksumsOf(frame, 'ethernet')) {
          if (state.field.startsWith('quoted.')) continue;
          expect(state.verdict).not.toBe('invalid');
          if (state.verdict !== 'valid') continue;
          const wrong = Uint8Array.from(frame);
          const value = (state.value + flip) % 0xffff;
          wrong.set([value >>> 8, value & 255], state.offset);
          const again = checksumsOf(wrong, 'ethernet').find(({ field }) => field === state.field);
          const isNone = state.field === 'udp.checksum' && value === 0;
          expect(again?.verdict).toBe(isNone ? 'none' : 'invalid');
          if (!isNone) expect((again?.expected ?? 0) % 0xffff).toBe(state.value % 0xffff);
        }
      }),
    );
  });

  it('agree with the checks of the switch', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const content = contentOf(frame, 'ethernet');
        const verdicts = new Map(
          checksumsOf(frame, 'ethernet').map(({ field, verdict }) => [field, verdict]),
        );
        if (content.kind === 'ipv4') expect(verdicts.get('ipv4.checksum')).toBe('valid');
        if (content.kind === 'unsound' && /^(ipv4|icmp)-checksum$/.test(content.fault))
          expect(verdicts.get(content.fault.replace('-', '.'))).toBe('invalid');
      }),
    );
  });
});

describe('a frame in one line', () => {
  it('is said of any frame', () => {
    fc.assert(
      fc.property(anyFrame, framing, (frame, how) => {
        expect(summaryOf(frame, how)).toMatch(/^[\x20-\x7e]+$/);
        expect(summaryOf(frame, how)).not.toMatch(/undefined|NaN/);
      }),
    );
  });

  it('names what it is', () => {
    const say = (hex: string): string =>
      summaryOf(Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')), 'ethernet');
    const arp = 'ffffffffffff 02000a4d000b 0806 0001 0800 06 04';
    const pair = '02000a4d000b 0a4d000b 000000000000 0a4d0001';
    expect(say(`${arp} 0001 ${pair}`)).toBe('arp who has 10.77.0.1, asks 10.77.0.11');
    expect(say(`${arp} 0002 ${pair}`)).toBe('arp 10.77.0.11 is at 02:00:0a:4d:00:0b');
    expect(say('ffffffffffff 02000a4d000b 86dd 60')).toBe('EtherType 0x86dd (IPv6), 15 bytes');
    expect(say('ffff')).toBe('unsound: ethernet truncated, 2 bytes');
  });
});
