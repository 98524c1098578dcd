import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device, Slots } from '../../../adapters/device.ts';
import type { ReadFault, WriteFault } from '../../../adapters/memory/faulty.ts';
import { faulty } from '../../../adapters/memory/faulty.ts';
import { memoryLink } from '../../../adapters/memory/link.ts';
import { memorySlots, takeFrame } from '../../../adapters/memory/slots.ts';

const frames = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 });
const framing = fc.constantFrom('ethernet' as const, 'ip' as const);

/** All frames until a read that says there are no more. */
const readAll = (device: Device, slots: Slots): Uint8Array[] => {
  const all: Uint8Array[] = [];
  let count = slots.capacity;
  while (count === slots.capacity) {
    count = device.read(slots);
    for (let slot = 0; slot < count; slot++) all.push(takeFrame(slots, slot, device.framing));
  }
  return all;
};

const readThrough = (arriving: readonly Uint8Array[], reads: readonly (ReadFault | null)[]) => {
  const link = memoryLink('m', 'ethernet', 1500);
  for (const frame of arriving) link.push(frame);
  return readAll(faulty(link, { reads, writes: [] }), memorySlots(3, 128));
};

describe('memoryLink', () => {
  it('gives what was pushed, in its order, whatever the number of slots', () => {
    fc.assert(
      fc.property(frames, framing, fc.integer({ min: 1, max: 8 }), (pushed, kind, capacity) => {
        const link = memoryLink('m', kind, 1500);
        for (const frame of pushed) link.push(frame);
        expect(link.waiting).toBe(pushed.length);
        expect(readAll(link, memorySlots(capacity, 128))).toEqual(pushed);
        expect(link.waiting).toBe(0);
      }),
    );
  });

  it.each([
    ['ethernet', 10],
    ['ip', 24],
  ] as const)(
    'lays the packet of a frame with framing %s at byte 24 of its slot',
    (kind, start) => {
      const link = memoryLink('m', kind, 1500);
      link.push(Uint8Array.of(1, 2, 3));
      const slots = { ...memorySlots(2, 64), base: 10, bytes: new Uint8Array(138) };
      link.push(Uint8Array.of(4));
      expect(link.read(slots)).toBe(2);
      expect([...slots.bytes.subarray(10 + start, 10 + start + 3)]).toEqual([1, 2, 3]);
      expect(slots.bytes[10 + 64 + start]).toBe(4);
      expect([...slots.lengths]).toEqual([3, 1]);
    },
  );

  it('cuts a frame that is longer than its slot, and leaves the next slot alone', () => {
    const link = memoryLink('m', 'ip', 1500);
    link.push(new Uint8Array(100).fill(7));
    const slots = memorySlots(2, 64);
    expect(link.read(slots)).toBe(1);
    expect(slots.lengths[0]).toBe(40);
    expect(slots.bytes.subarray(64)).toEqual(new Uint8Array(64));
  });

  it('keeps copies of what was pushed and of what was written', () => {
    const link = memoryLink('m', 'ip', 1500);
    const frame = Uint8Array.of(1);
    link.push(frame);
    frame[0] = 2;
    const slots = memorySlots(1, 64);
    expect(readAll(link, slots)).toEqual([Uint8Array.of(1)]);
    link.write(slots, 24, 1);
    slots.bytes.fill(9);
    expect(link.taken()).toEqual([Uint8Array.of(1)]);
    expect(link.taken()).toEqual([]);
  });

  it('is gone when closed', () => {
    const link = memoryLink('m', 'ip', 1500);
    link.push(Uint8Array.of(1));
    link.close();
    const slots = memorySlots(1, 64);
    expect(link.read(slots)).toBe(-1);
    expect(link.write(slots, 24, 1)).toBe('gone');
  });
});

describe('faulty', () => {
  const one = Uint8Array.of(0b1000_0001, 0xff);
  const two = Uint8Array.of(2);

  it('without faults is the device itself', () => {
    fc.assert(
      fc.property(frames, (pushed) => {
        expect(readThrough(pushed, [])).toEqual(pushed);
      }),
    );
  });

  it.each<[ReadFault, Uint8Array[]]>([
    [{ kind: 'drop' }, [two]],
    [{ kind: 'duplicate' }, [one, one, two]],
    [{ kind: 'flip', bit: 0 }, [Uint8Array.of(0b0000_0001, 0xff), two]],
    [{ kind: 'flip', bit: 15 }, [Uint8Array.of(0b1000_0001, 0xfe), two]],
    [{ kind: 'flip', bit: 16 }, [one, two]],
    [{ kind: 'cut', length: 1 }, [Uint8Array.of(0b1000_0001), two]],
  ])('%o on the first of two frames', (fault, expected) => {
    expect(readThrough([one, two], [fault])).toEqual(expected);
  });

  it('drops and doubles as many as planned, however the batches fall', () => {
    const plan = fc.array(fc.constantFrom('drop' as const, 'duplicate' as const, null), {
      maxLength: 25,
    });
    fc.assert(
      fc.property(frames, plan, (pushed, kinds) => {
        const expected = pushed.flatMap((frame, index) => {
          if (kinds[index] === 'drop') return [];
          return kinds[index] === 'duplicate' ? [frame, frame] : [frame];
        });
        const faults = kinds.map((kind) => (kind === null ? null : { kind }));
        expect(readThrough(pushed, faults)).toEqual(expected);
      }),
    );
  });

  it('fails writes by plan; after `gone` nothing goes either way', () => {
    const link = memoryLink('m', 'ip', 1500);
    const writes: (WriteFault | null)[] = ['full', null, 'lost', 'gone'];
    const device = faulty(link, { reads: [], writes });
    const slots = memorySlots(1, 64);
    const written = [1, 2, 3, 4, 5].map((value) => {
      slots.bytes[24] = value;
      return device.write(slots, 24, 1);
    });
    expect(written).toEqual(['full', 'sent', 'sent', 'gone', 'gone']);
    expect(link.taken()).toEqual([Uint8Array.of(2)]);
    expect(device.read(slots)).toBe(-1);
  });

  it('gives the frames it still has before it says that the device is gone', () => {
    const link = memoryLink('m', 'ip', 1500);
    link.push(one);
    link.push(two);
    const device = faulty(link, { reads: [{ kind: 'duplicate' }], writes: [] });
    const slots = memorySlots(2, 64);
    expect(device.read(slots)).toBe(2);
    device.close();
    expect(device.read(slots)).toBe(1);
    expect(takeFrame(slots, 0, 'ip')).toEqual(two);
    expect(device.read(slots)).toBe(-1);
  });
});
