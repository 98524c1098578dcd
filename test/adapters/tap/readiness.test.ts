import { afterEach, describe, expect, it, vi } from 'vitest';
import { libc } from '../../../adapters/linux/libc.ts';
import type { Readiness } from '../../../adapters/tap/readiness.ts';
import { makeReadiness } from '../../../adapters/tap/readiness.ts';

const linux = process.platform === 'linux';
if (!linux) console.info('readiness of devices: not run, this is not Linux');

describe.runIf(linux)('readiness', () => {
  const opened: number[] = [];
  const made: Readiness[] = [];

  const watch = (...descriptors: number[]): Readiness => {
    const readiness = makeReadiness(descriptors);
    made.push(readiness);
    return readiness;
  };
  /** An eventfd stands for a device: what is written to it is there to read. */
  const device = (): number => {
    const descriptor = libc().eventfd(0, 0);
    opened.push(descriptor);
    return descriptor;
  };
  const eight = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes;
  };
  const feed = (descriptor: number): number =>
    libc().write(descriptor, libc().addressOf(eight(1)), 8);
  const drain = (descriptor: number): number =>
    libc().read(descriptor, libc().addressOf(eight(0)), 8);

  afterEach(() => {
    vi.restoreAllMocks();
    made.splice(0).forEach((readiness) => readiness.close());
    opened.splice(0).forEach((descriptor) => libc().close(descriptor));
  });

  it('tells which devices have something, until it is read', async () => {
    const devices = [device(), device(), device()] as const;
    const readiness = watch(...devices);
    feed(devices[2]);
    feed(devices[0]);
    expect(await readiness.wait(Infinity)).toEqual([0, 2]);
    drain(devices[0]);
    expect(await readiness.wait(Infinity)).toEqual([2]);
    drain(devices[2]);
    expect(await readiness.wait(1)).toEqual([]);
  });

  it('polls once for a wait, however long nothing comes', async () => {
    const poll = vi.spyOn(libc(), 'pollAsync');
    const idle = device();
    const readiness = watch(idle);
    expect(await readiness.wait(100)).toEqual([]);
    expect(poll).toHaveBeenCalledTimes(1);
    const waiting = readiness.wait(Infinity);
    setTimeout(feed, 50, idle);
    expect(await waiting).toEqual([0]);
    expect(poll).toHaveBeenCalledTimes(2);
  });

  it('is woken during a wait and before one, once', async () => {
    const readiness = watch(device());
    const waiting = readiness.wait(Infinity);
    setImmediate(() => readiness.wake());
    expect(await waiting).toEqual([]);
    readiness.wake();
    readiness.wake();
    expect(await readiness.wait(Infinity)).toEqual([]);
    const poll = vi.spyOn(libc(), 'pollAsync');
    expect(await readiness.wait(1)).toEqual([]);
    expect(await poll.mock.results[0]?.value).toBe(0);
  });

  it('ends the wait under way when closed, and waits no more', async () => {
    const poll = vi.spyOn(libc(), 'pollAsync');
    const readiness = watch(device());
    const waiting = readiness.wait(Infinity);
    readiness.close();
    expect(await waiting).toEqual([]);
    expect(await readiness.wait(Infinity)).toEqual([]);
    readiness.wake();
    readiness.close();
    expect(poll).toHaveBeenCalledTimes(1);
  });

  it('leaves nothing open and no listener', async () => {
    const before = process.listenerCount('exit');
    const close = vi.spyOn(libc(), 'close');
    const waited = watch();
    const waiting = waited.wait(Infinity);
    const idle = watch();
    expect(process.listenerCount('exit')).toBe(before + 2);
    waited.close();
    idle.close();
    await waiting;
    expect(process.listenerCount('exit')).toBe(before);
    expect(close).toHaveBeenCalledTimes(2);
    expect(close.mock.results.map((result) => result.value as number)).toEqual([0, 0]);
  });

  it('tells a descriptor that stays in error twice: it cannot make the loop spin', async () => {
    const good = device();
    const notOpen = 0x7ffffffe;
    const readiness = watch(notOpen, good);
    expect(await readiness.wait(Infinity)).toEqual([0]);
    expect(await readiness.wait(Infinity)).toEqual([0]);
    expect(await readiness.wait(1)).toEqual([]);
    feed(good);
    expect(await readiness.wait(Infinity)).toEqual([1]);
  });

  it('refuses a second wait beside the first', async () => {
    const readiness = watch(device());
    const waiting = readiness.wait(Infinity);
    await expect(readiness.wait(1)).rejects.toThrow('a wait is under way');
    readiness.close();
    await waiting;
  });
});
