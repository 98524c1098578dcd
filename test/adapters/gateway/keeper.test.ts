// The keeper of devices, over openings and interfaces that do as they are told.
import { closeSync, openSync, readlinkSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Opening } from '../../../adapters/gateway/devices.ts';
import type { KeptDevices } from '../../../adapters/gateway/keeper.ts';
import { keepDevices } from '../../../adapters/gateway/keeper.ts';
import type { Seen } from '../../../adapters/linux/sight.ts';
import type { Opened } from '../../../adapters/opened.ts';
import { NO_OFFLOADS } from '../../../adapters/opened.ts';

const EVERY = 1000;
const UP: Seen = { state: 'up', mtu: 1500 };
const GONE: Seen = { state: 'gone', mtu: 0 };

const FILE = '/dev/null';

/** Whether it is open still: what is opened next may have the same number. */
const isOpen = (descriptor: number): boolean => {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) === FILE;
  } catch {
    return false;
  }
};

/** A device that can be taken away, and had again. */
const makeWorld = (kind: Opened['kind']) => {
  const world = {
    seen: UP,
    /** Why it cannot be opened; null: it can. */
    fault: null as string | null,
    /** Every descriptor that was opened, in order. */
    descriptors: [] as number[],
    watched: 0,
  };
  const open = (): Opening => {
    const descriptor = openSync(FILE, 'r');
    world.descriptors.push(descriptor);
    world.watched++;
    return {
      opened: {
        ...{ name: 'a device', kind, framing: 'ethernet', descriptors: [descriptor] },
        ...{ mtu: 1500, offloads: NO_OFFLOADS },
      },
      // The kernel does not tell of it: the keeper has to look.
      sight: {
        look: () => world.seen,
        bell: -1,
        hush: () => undefined,
        close: () => {
          world.watched--;
        },
      },
      reopen: () => (world.fault === null ? E.right(open()) : E.left(world.fault)),
    };
  };
  return { world, opening: open() };
};

describe('the keeper', () => {
  const heard: unknown[] = [];
  let keeper: KeptDevices | null = null;
  let opened: number[] = [];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    keeper?.close();
    vi.useRealTimers();
    for (const one of opened.filter(isOpen)) closeSync(one);
    heard.length = 0;
  });

  /** Keeps one device, of link 2. */
  const keeping = (kind: Opened['kind']) => {
    const { world, opening } = makeWorld(kind);
    opened = world.descriptors;
    keeper = keepDevices([null, null, opening], {
      attach: (link, { descriptors }) => heard.push(['attach', link, ...descriptors]),
      tell: (link, { state, mtu }) => heard.push(['tell', link, state, mtu]),
      failed: (link, why) => heard.push(['failed', link, why]),
    });
    return { world, kept: keeper };
  };
  const pass = (times = 1): void => {
    vi.advanceTimersByTime(times * EVERY);
  };
  /** What was heard since it was asked last. */
  const news = (): readonly unknown[] => heard.splice(0);

  it('tells what is seen of an interface, and again only when that is something else', () => {
    const { world } = keeping('tap');
    expect(news()).toEqual([['tell', 2, 'up', 1500]]);
    pass(3);
    expect(news()).toEqual([]);
    world.seen = { state: 'down', mtu: 1400 };
    pass();
    expect(news()).toEqual([['tell', 2, 'down', 1400]]);
  });

  it('tries a lost device until it can be had, says once why not, and closes what is lost', () => {
    const { world, kept } = keeping('tap');
    news();
    world.fault = 'it is not there';
    kept.lost(2);
    expect(news()).toEqual([['tell', 2, 'gone', 0]]);
    expect(isOpen(world.descriptors[0] ?? -1)).toBe(false);
    expect(world.watched).toBe(0);
    pass(3);
    expect(news()).toEqual([['failed', 2, 'it is not there']]);
    world.fault = 'somebody has it';
    pass(2);
    expect(news()).toEqual([['failed', 2, 'somebody has it']]);
    world.fault = null;
    pass();
    expect(news()).toEqual([
      ['attach', 2, world.descriptors[1]],
      ['tell', 2, 'up', 1500],
    ]);
    pass(3);
    expect(news()).toEqual([]);
    expect(isOpen(world.descriptors[1] ?? -1)).toBe(true);
  });

  it('hears of one loss once, and of no link that has no device', () => {
    const { kept, world } = keeping('tap');
    world.fault = 'it is not there';
    news();
    kept.lost(2);
    kept.lost(2);
    kept.lost(0);
    kept.lost(9);
    expect(news()).toEqual([['tell', 2, 'gone', 0]]);
  });

  it('leaves a TAP alone that went to another namespace, where it works as before', () => {
    const { world } = keeping('tap');
    news();
    world.seen = GONE;
    pass(2);
    expect(news()).toEqual([]);
    expect(isOpen(world.descriptors[0] ?? -1)).toBe(true);
  });

  it('replaces a packet socket whose interface is gone; its reader has the old one a little longer', () => {
    const { world } = keeping('packet');
    news();
    world.seen = GONE;
    world.fault = 'it is not there';
    pass();
    expect(news()).toEqual([['tell', 2, 'gone', 0]]);
    // Nobody said that it is not read any more.
    expect(isOpen(world.descriptors[0] ?? -1)).toBe(true);
    [world.seen, world.fault] = [UP, null];
    pass();
    expect(news()).toEqual([
      ['attach', 2, world.descriptors[1]],
      ['tell', 2, 'up', 1500],
    ]);
    expect(world.descriptors.map(isOpen)).toEqual([true, true]);
    pass();
    expect(world.descriptors.map(isOpen)).toEqual([false, true]);
  });

  it('tries nothing any more when it is closed, and looks at nothing', () => {
    const { world, kept } = keeping('tap');
    world.fault = 'it is not there';
    kept.lost(2);
    news();
    kept.close();
    pass(3);
    expect(news()).toEqual([]);
    expect(world.watched).toBe(0);
  });
});
