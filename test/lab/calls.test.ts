// The gateway where io_uring cannot be had: what tells most of it, with a call for each frame.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { launchBy, ticksUsed, whenReady } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, NODE_NAMES, laboratory, makeNetwork } from './network.ts';
import { serveNodes } from './servers.ts';
import { until } from './until.ts';

const SIZE = 2_000_000;
/** As many frames as a card without offloads would have of it. */
const PLAIN = SIZE / 1514;
/** How long it is looked at, and the most it may work meanwhile: a tenth of one processor. */
const LOOKED_AT = 2000;
const MOST_TICKS = 20;

describe.runIf(laboratory('a call for each frame', 'curl'))('`onehost run --io calls`', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    gateway = launchBy(['--io', 'calls'], network.gateway);
    await Promise.all([whenReady(gateway), serveNodes(network)]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  const curl = (...argv: readonly string[]) => network.client.run('curl', '-sS', ...argv);
  const node = async (): Promise<string> => {
    const { stdout } = await curl(`http://${CLUSTER}/`);
    return stdout.split(' ')[0] ?? '';
  };
  const frames = async (of: string, name: string): Promise<number> => {
    const rows = await gateway.show('counters');
    return Number(rows.find((row) => row['of'] === of && row['name'] === name)?.['value']);
  };

  it('A20: says how it speaks with devices; the nodes are used in turn', async () => {
    const rows = await gateway.show('devices');
    expect(rows.map(({ by }) => by)).toEqual(['read and write', 'read and write']);
    const names = [await node(), await node(), await node()];
    expect(names.toSorted()).toEqual([...NODE_NAMES]);
  });

  it('A19: transfers pass both ways in frames of many times the MTU', async () => {
    const file = join(gateway.folder, 'upload');
    writeFileSync(file, Buffer.alloc(SIZE, 'odd'));
    const before = await frames('interconnect', 'framesIn');
    const down = await curl(
      ...['-o', '/dev/null', '-w', '%{size_download}'],
      `http://${CLUSTER}/bytes/${SIZE}`,
    );
    expect(down.stdout).toBe(String(SIZE));
    expect((await frames('interconnect', 'framesIn')) - before).toBeLessThan(PLAIN / 3);
    const up = await curl('--data-binary', `@${file}`, `http://${CLUSTER}/`);
    expect(up.stdout).toContain(` got ${SIZE}\n`);
    for (const link of ['campus', 'interconnect']) expect(await frames(link, 'lost')).toBe(0);
  });

  it('leaves the processor to others when it is idle', async () => {
    const before = ticksUsed(gateway);
    await setTimeout(LOOKED_AT);
    expect(ticksUsed(gateway) - before).toBeLessThan(MOST_TICKS);
    expect(NODE_NAMES).toContain(await node());
  });

  it('goes on with a TAP that was deleted when it is there again, and ends when it is told to', async () => {
    network.gateway.ip('link del oh-campus\n');
    await until('it is missed', () => gateway.said().includes('oh-campus cannot be had yet'));
    network.gateway.ip('tuntap add oh-campus mode tap\nlink set oh-campus master br-campus up\n');
    await until('it is there', () => gateway.said().includes('oh-campus is there again'));
    expect(NODE_NAMES).toContain(await node());
    expect(await gateway.end('SIGTERM')).toMatchObject({ code: 0 });
  });
});
