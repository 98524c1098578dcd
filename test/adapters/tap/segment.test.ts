import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device, Slots } from '../../../adapters/device.ts';
import { makeSegment } from '../../../adapters/tap/segment.ts';
import { frameAt, frameIn, putFrame, testSlots } from './slots.ts';

interface FakePort {
  readonly device: Device;
  readonly coming: Uint8Array[];
  readonly sent: Uint8Array[];
  gone: boolean;
}

const fakePort = (name: string): FakePort => {
  const port: FakePort = { device: null as never, coming: [], sent: [], gone: false };
  const read = (slots: Slots): number => {
    if (port.gone) return -1;
    const frames = port.coming.splice(0, slots.capacity);
    frames.forEach((frame, slot) => {
      putFrame(slots, slot, frame);
      slots.lengths[slot] = frame.length;
    });
    return frames.length;
  };
  const device: Device = {
    name,
    framing: 'ethernet',
    mtu: 1500,
    offloads: false,
    descriptors: [],
    read,
    write: (slots, offset, length) => {
      if (port.gone) return 'gone';
      port.sent.push(slots.bytes.slice(offset, offset + length));
      return 'sent';
    },
    close: () => {
      port.gone = true;
    },
  };
  return Object.assign(port, { device });
};

const GATEWAY = 0xaa;
const NOBODY = 0xee;
const GROUP = 0xff;

/** A frame between stations known by one byte; the last byte tells frames apart. */
const frame = (destination: number, source: number, mark: number): Uint8Array => {
  const to = destination === GROUP ? Array<number>(6).fill(255) : [2, 0, 0, 0, 0, destination];
  return Uint8Array.from([...to, 2, 0, 0, 0, 0, source, 8, 0, mark]);
};
const mark = (bytes: Uint8Array): number => bytes[14] ?? -1;

const segmentOf = (count: number) => {
  const ports = Array.from({ length: count }, (_, index) => fakePort(`port${index}`));
  const segment = makeSegment(
    'inter',
    ports.map((port) => port.device),
  );
  return { ports, segment };
};

/** All that one read gives to the gateway. */
const readAll = (segment: Device, slots: Slots): number[] => {
  const count = segment.read(slots);
  return Array.from({ length: count }, (_, slot) => mark(frameIn(slots, slot)));
};

describe('a segment of devices', () => {
  it('is a learning bridge with the gateway as one port', () => {
    const station = fc.constantFrom(0, 1, 2, 10, 11, 12);
    const step = fc.record({
      from: fc.integer({ min: -1, max: 2 }),
      source: station,
      destination: fc.oneof(station, fc.constantFrom(GATEWAY, NOBODY, GROUP)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { ports, segment } = segmentOf(3);
        const slots = testSlots(8);
        const where = new Map<number, number>();
        steps.forEach(({ from, source, destination }, index) => {
          const sender = from < 0 ? GATEWAY : source;
          const bytes = frame(destination, sender, index);
          ports.forEach((port) => port.sent.splice(0));
          where.set(sender, from);
          let toGateway: number[] = [];
          if (from < 0) segment.write(slots, ...putFrame(slots, 7, bytes));
          else {
            ports[from]?.coming.push(bytes);
            toGateway = readAll(segment, slots);
          }
          const known = destination === GROUP ? undefined : where.get(destination);
          const expected = [-1, 0, 1, 2].filter((port) =>
            // A frame of the gateway's to its own address is nobody's: it goes everywhere else.
            known === undefined || (from < 0 && known < 0)
              ? port !== from
              : port === known && port !== from,
          );
          const got = ports.flatMap((port, at) => (port.sent.length === 1 ? [at] : []));
          if (toGateway.length === 1) got.unshift(-1);
          expect(got).toEqual(expected);
          for (const port of ports) for (const sent of port.sent) expect(sent).toEqual(bytes);
        });
      }),
    );
  });

  it('closes the gaps that bridged frames leave among those of the gateway', () => {
    const { ports, segment } = segmentOf(2);
    const slots = testSlots(8);
    ports[1]?.coming.push(frame(NOBODY, 1, 1));
    readAll(segment, slots);
    ports[0]?.sent.splice(0);
    ports[0]?.coming.push(frame(1, 0, 2), frame(NOBODY, 0, 3), frame(1, 0, 4), frame(GROUP, 0, 5));
    expect(readAll(segment, slots)).toEqual([3, 5]);
    expect(ports[1]?.sent.map(mark)).toEqual([2, 3, 4, 5]);
  });

  it('gives no more frames than there are slots, and loses none for that', () => {
    const { ports, segment } = segmentOf(3);
    const slots = testSlots(4);
    ports.forEach((port, at) => {
      for (let index = 0; index < 10; index++) port.coming.push(frame(NOBODY, at, at * 10 + index));
    });
    const got: number[] = [];
    for (let batch = readAll(segment, slots); batch.length > 0; batch = readAll(segment, slots)) {
      expect(batch.length).toBeLessThanOrEqual(4);
      got.push(...batch);
    }
    expect(got.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, mark) => mark));
  });

  it('remembers a bounded number of addresses, the newest ones', () => {
    const { ports, segment } = segmentOf(2);
    const slots = testSlots(8);
    const station = (number: number): Uint8Array => {
      const bytes = frame(NOBODY, 0, 0);
      bytes.set([number >> 8, number & 255], 10);
      return bytes;
    };
    for (let number = 0; number < 1025; number++) {
      ports[0]?.coming.push(station(number));
      readAll(segment, slots);
    }
    const reaches = (number: number): number => {
      ports[1]?.sent.splice(0);
      const bytes = Uint8Array.from([
        ...station(number).subarray(6, 12),
        2,
        9,
        9,
        9,
        9,
        9,
        8,
        0,
        1,
      ]);
      segment.write(slots, ...putFrame(slots, 0, bytes));
      return ports[1]?.sent.length ?? -1;
    };
    // The gateway's own address takes the place of the oldest but one.
    expect(reaches(1024)).toBe(0);
    expect(reaches(0)).toBe(1);
  });

  it('goes on without a device that is gone, and is gone with the last', () => {
    const { ports, segment } = segmentOf(2);
    const slots = testSlots(4);
    const [first, second] = ports as [FakePort, FakePort];
    first.gone = true;
    second.coming.push(frame(GROUP, 1, 7));
    expect(readAll(segment, slots)).toEqual([7]);
    expect(segment.write(slots, ...putFrame(slots, 0, frame(GROUP, GATEWAY, 8)))).toBe('sent');
    second.gone = true;
    expect(segment.write(slots, ...putFrame(slots, 0, frame(GROUP, GATEWAY, 9)))).toBe('gone');
    expect(segment.read(slots)).toBe(-1);
  });

  it('hands frames too short for Ethernet to the gateway, which counts them', () => {
    const { ports, segment } = segmentOf(2);
    const slots = testSlots(4);
    ports[0]?.coming.push(Uint8Array.from([1, 2, 3]));
    expect(segment.read(slots)).toBe(1);
    expect(slots.bytes.slice(frameAt(slots, 0), frameAt(slots, 0) + 3)).toEqual(
      Uint8Array.from([1, 2, 3]),
    );
    expect(ports[1]?.sent).toEqual([]);
  });
});
