// What `onehost node-setup` makes of a real kernel: a node with one interface on the interconnect.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeSetup } from '../../adapters/cli/node-setup.ts';
import type { Device } from '../../adapters/device.ts';
import type { Namespace } from '../../adapters/linux/namespace.ts';
import { inside, makeNamespace } from '../../adapters/linux/namespace.ts';
import { deviceOver } from '../../adapters/linux/device-over.ts';
import { openTap } from '../../adapters/tap/tap.ts';
import { frameIn, putFrame, testSlots } from '../adapters/tap/slots.ts';
import { laboratory } from './network.ts';
import { until } from './until.ts';

const right = <A>(either: E.Either<string, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left);
  return either.right;
};

const folder = mkdtempSync(join(tmpdir(), 'onehost-lab-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The configuration of one of the cluster's two gateways. */
const gateway = (number: 1 | 2, forwarding: string): string => {
  const networks = {
    1: `{ campus: { device: { tap: a }, address: 198.51.100.1/24 },
          annex: { device: { tap: b }, address: 203.0.113.1/24, router: 203.0.113.254 } }`,
    2: '{ plant: { device: { tap: a }, address: 192.0.2.1/24, router: 192.0.2.254 } }',
  };
  const file = join(folder, `gateway-${number}-${forwarding}.yaml`);
  writeFileSync(
    file,
    `cluster: projects
networks: ${networks[number]}
interconnect: { device: { tap: i }, address: 10.77.0.${number}/24 }
forwarding: ${forwarding}
nodes: { alpha: { number: 1, address: 10.77.0.11 } }
nonSpecificPorts: { from: 40000, to: 40009, algorithm: ranges }
`,
  );
  return file;
};

const run = (command: string, input = ''): string => {
  const [program = '', ...argv] = command.split(' ');
  return execFileSync(program, argv, { encoding: 'utf8', input });
};

const SETTINGS = ['conf/all/arp_ignore', 'conf/all/arp_announce', 'conf/all/rp_filter'];

describe.runIf(laboratory('node-setup', 'ip'))('a node, set up', () => {
  let namespace: Namespace;
  let device: Device;
  beforeEach(() => {
    namespace = right(makeNamespace());
    device = deviceOver(right(openTap({ name: 'eth0', kind: 'tap', netns: namespace.descriptor })));
    onNode(() => {
      run('ip link set lo down');
      run('ip address add 10.77.0.11/24 dev eth0');
    });
  });
  afterEach(() => {
    device.close();
    namespace.close();
  });

  const onNode = <A>(action: () => A): A => inside(namespace.descriptor, action);

  const setUp = (config: string, by: 'apply' | 'script' = 'apply'): void =>
    onNode(() => {
      const out: string[] = [];
      const err: string[] = [];
      const said = [out, err].map((lines) => (line: string) => void lines.push(line));
      const [toOut = String, toErr = String] = said;
      const code = nodeSetup({ config, node: 'alpha', apply: by === 'apply' }, toOut, toErr);
      expect([code, err]).toEqual([0, []]);
      if (by === 'script') run('sh', `${out.join('\n')}\n`);
    });

  /** All that a set-up may change. */
  const state = () =>
    onNode(() => ({
      addresses: run('ip -br address'),
      routes: run('ip route show table all'),
      rules: run('ip rule'),
      settings: [...SETTINGS, 'ip_local_port_range', 'ip_local_reserved_ports'].map((name) =>
        readFileSync(`/proc/sys/net/ipv4/${name}`, 'utf8'),
      ),
    }));

  /** `VIA SOURCE` of a packet to `host`; the source that the kernel chooses, unless it is given. */
  const way = (host: string, from = ''): string => {
    const shown = onNode(() => run(`ip route get ${host}${from === '' ? '' : ` from ${from}`}`));
    const via = / via (\S+)/.exec(shown)?.[1] ?? 'link';
    return `${via} ${/ src (\S+)/.exec(shown)?.[1] ?? from}`;
  };

  it('A14: has the cluster addresses, and sends from that of the network nearest to the host', () => {
    setUp(gateway(1, 'direct'));
    expect(state().addresses).toMatch(/^lo .* 198\.51\.100\.1\/32 203\.0\.113\.1\/32/m);
    expect(way('198.51.100.9')).toBe('10.77.0.1 198.51.100.1');
    expect(way('203.0.113.9')).toBe('10.77.0.1 203.0.113.1');
    expect(way('8.8.8.8')).toBe('10.77.0.1 203.0.113.1');
    expect(way('10.77.0.12')).toBe('link 10.77.0.11');
    expect(onNode(() => run('ip route get 198.51.100.1'))).toMatch(/^local /);
  });

  it('A14: answers ARP for its own address only', async () => {
    setUp(gateway(1, 'direct'));
    const slots = testSlots(16, 'linux');
    const answered: string[] = [];
    const hex = (address: string): string =>
      Buffer.from(address.split('.').map(Number)).toString('hex');
    // The node's own address is asked for last: once it has answered that, it has had its time.
    const asked = ['198.51.100.1', '203.0.113.1', '10.77.0.11'];
    await until('an ARP reply', () => {
      for (const address of asked) {
        const body = `0001080006040001020000000099${hex('10.77.0.1')}000000000000${hex(address)}`;
        const frame = Buffer.from(`ffffffffffff0200000000990806${body}`, 'hex');
        device.write(slots, ...putFrame(slots, 0, frame));
      }
      const count = device.read(slots);
      for (let slot = 0; slot < count; slot++) {
        const frame = Buffer.from(frameIn(slots, slot)).toString('hex');
        if (frame.slice(24, 28) === '0806' && frame.slice(40, 44) === '0002')
          answered.push(frame.slice(56, 64));
      }
      return answered.length > 0;
    });
    expect(new Set(answered)).toEqual(new Set([hex('10.77.0.11')]));
  });

  it.each(['rewrite', 'direct'])(
    'A13: in %s, two gateways leave each other their networks, in whatever order and however often',
    (forwarding) => {
      const configs = [gateway(1, forwarding), gateway(2, forwarding)];
      for (const config of [...configs, ...configs]) setUp(config);
      const own = '10.77.0.11';
      const direct = forwarding === 'direct';
      expect(way('198.51.100.9')).toBe(`10.77.0.1 ${direct ? '198.51.100.1' : own}`);
      expect(way('203.0.113.9')).toBe(`10.77.0.1 ${direct ? '203.0.113.1' : own}`);
      expect(way('192.0.2.9')).toBe(`10.77.0.2 ${direct ? '192.0.2.1' : own}`);
      expect(way('8.8.8.8')).toBe(`10.77.0.2 ${direct ? '192.0.2.1' : own}`);
      setUp(configs[0] ?? '');
      expect(way('192.0.2.9')).toBe(`10.77.0.2 ${direct ? '192.0.2.1' : own}`);
      expect(way('8.8.8.8')).toBe(`10.77.0.1 ${direct ? '203.0.113.1' : own}`);
    },
  );

  it('A13: what it answers from an address of a gateway goes back by that gateway', () => {
    for (const number of [1, 2] as const) setUp(gateway(number, 'direct'));
    expect(way('8.8.8.8', '198.51.100.1')).toBe('10.77.0.1 198.51.100.1');
    expect(way('8.8.8.8', '203.0.113.1')).toBe('10.77.0.1 203.0.113.1');
    expect(way('8.8.8.8', '192.0.2.1')).toBe('10.77.0.2 192.0.2.1');
    expect(way('192.0.2.9', '198.51.100.1')).toBe('10.77.0.1 198.51.100.1');
  });

  it.each(['rewrite', 'direct'])(
    'A5, A14: in %s, script and --apply lead to the same state, done once or twice',
    (forwarding) => {
      const config = gateway(1, forwarding);
      setUp(config, 'script');
      const scripted = state();
      setUp(config, 'script');
      expect(state()).toEqual(scripted);
      setUp(config);
      expect(state()).toEqual(scripted);
      expect(scripted.settings.slice(3)).toEqual(['40000\t40009\n', '\n']);
    },
  );
});
