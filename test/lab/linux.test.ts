import { readlinkSync, writeFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, it } from 'vitest';
import { mac, parseIpv4 } from '../../core/wire/address.ts';
import type { Device } from '../../adapters/device.ts';
import type { World } from '../../adapters/demo/world.ts';
import { makeWorld } from '../../adapters/demo/world.ts';
import { deviceOver } from '../../adapters/linux/device-over.ts';
import { interfaceMac, interfaceRequest, setNeighbour } from '../../adapters/linux/interface.ts';
import { AF_INET, SOCK_DGRAM, libc } from '../../adapters/linux/libc.ts';
import type { Namespace } from '../../adapters/linux/namespace.ts';
import { inside, makeNamespace } from '../../adapters/linux/namespace.ts';
import { makeReadiness } from '../../adapters/tap/readiness.ts';
import { makeSegment } from '../../adapters/tap/segment.ts';
import type { TapSettings } from '../../adapters/tap/tap.ts';
import { openTap } from '../../adapters/tap/tap.ts';
import { frameIn, putFrame, testSlots } from '../adapters/tap/slots.ts';
import { runNode } from './host-programs.ts';

/** Why namespaces and TAPs cannot be had here; null where they can. */
const missing = (): string | null => {
  const world = makeWorld([{ name: 'try', address: '10.0.0.1/24', interface: 'eth0' }]);
  if (E.isLeft(world)) return world.left;
  world.right.dispose();
  return null;
};
const why = missing();
if (why !== null) console.info(`laboratory of Linux hosts: not run, ${why}`);

const right = <A>(either: E.Either<string, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left);
  return either.right;
};

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((clean) => clean()));

const namespace = (): Namespace => {
  const made = right(makeNamespace());
  cleanups.push(() => made.close());
  return made;
};
const tap = (settings: TapSettings): Device => {
  const device = deviceOver(right(openTap(settings)));
  cleanups.push(() => device.close());
  return device;
};

describe.runIf(why === null)('two hosts on one segment', () => {
  const alphaAndBeta = (): World => {
    const world = right(
      makeWorld([
        { name: 'alpha', address: '10.77.0.11/24', interface: 'eth0', defaultVia: '10.77.0.1' },
        { name: 'beta', address: '10.77.0.12/24', interface: 'eth0', mtu: 1400 },
      ]),
    );
    cleanups.push(() => world.dispose());
    return world;
  };

  /** Bridges until the clean-up; gives the frames that reach the gateway. */
  const bridge = (segment: Device): Uint8Array[] => {
    const slots = testSlots(16, 'linux');
    const readiness = makeReadiness(segment.descriptors);
    const toGateway: Uint8Array[] = [];
    cleanups.unshift(() => readiness.close());
    const loop = async (): Promise<void> => {
      // Nobody wakes it: nothing ready means closed.
      while ((await readiness.wait(Infinity)).length > 0) {
        const count = segment.read(slots);
        for (let slot = 0; slot < count; slot++) toGateway.push(frameIn(slots, slot));
      }
    };
    void loop();
    return toGateway;
  };

  it('exchanges UDP datagrams and a TCP stream between programs', async () => {
    const { hosts } = alphaAndBeta();
    const [alpha, beta] = hosts as [World['hosts'][0], World['hosts'][0]];
    const toGateway = bridge(
      makeSegment(
        'inter',
        hosts.map((host) => host.device),
      ),
    );
    const server = runNode(
      beta,
      `const socket = dgram.createSocket('udp4', (message, from) =>
         socket.send(message.toString().toUpperCase(), from.port, from.address));
       net.createServer((stream) => stream.pipe(stream)).listen(7, '0.0.0.0', () =>
         socket.bind(7, () => console.log('listening')));`,
    );
    expect(await server.firstLine).toBe('listening');
    const udp = runNode(
      alpha,
      `const socket = dgram.createSocket('udp4', (message, from) => {
         console.log(message.toString(), from.address, from.port);
         process.exit();
       });
       setInterval(() => socket.send('one host', 7, '10.77.0.12'), 200);`,
    );
    expect(await udp.output).toBe('ONE HOST 10.77.0.12 7\n');
    const tcp = runNode(
      alpha,
      `let size = 0;
       const stream = net.connect(7, '10.77.0.12', () => stream.end(Buffer.alloc(200_000)));
       stream.on('data', (chunk) => (size += chunk.length)).on('end', () => console.log(size));`,
    );
    expect(await tcp.output).toBe('200000\n');
    // Only what is to all, or to a station not yet heard, came up here: no datagram, no segment.
    const ARP = 0x0806;
    const types = toGateway.map((frame) => Buffer.from(frame).readUInt16BE(12));
    expect(new Set(types)).toEqual(new Set([ARP]));
  });

  it('puts each program, and nothing else, into its own namespace with its own interface', async () => {
    const own = readlinkSync('/proc/thread-self/ns/net');
    const { hosts } = alphaAndBeta();
    const said = await Promise.all(
      hosts.map(
        (host) =>
          runNode(
            host,
            `const { eth0, lo } = os.networkInterfaces();
             console.log(JSON.stringify({
               namespace: fs.readlinkSync('/proc/self/ns/net'), lo: lo[0].address,
               address: eth0[0].cidr, mac: eth0[0].mac, mtu: +fs.readFileSync('/sys/class/net/lo/mtu'),
               routes: fs.readFileSync('/proc/self/net/route', 'utf8').split('\\n').slice(1, -1)
                 .map((line) => line.split('\\t').slice(0, 3).join(' ')),
             }));`,
          ).output,
      ),
    );
    const [alpha, beta] = said.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(alpha).toMatchObject({ address: '10.77.0.11/24', lo: '127.0.0.1' });
    expect(beta).toMatchObject({ address: '10.77.0.12/24', lo: '127.0.0.1' });
    // The route file has addresses as hexadecimal words in the machine's order.
    expect(alpha?.['routes']).toEqual(['eth0 00000000 01004D0A', 'eth0 00004D0A 00000000']);
    expect(beta?.['routes']).toEqual(['eth0 00004D0A 00000000']);
    expect(new Set([own, alpha?.['namespace'], beta?.['namespace']]).size).toBe(3);
    expect(readlinkSync('/proc/thread-self/ns/net')).toBe(own);
    expect(hosts.map((host) => host.device.mtu)).toEqual([1500, 1400]);
    const hex = said.map((line) => (JSON.parse(line) as { mac: string }).mac);
    expect(hosts.map((host) => host.mac)).toEqual(
      hex.map((text) => parseInt(text.replaceAll(':', ''), 16)),
    );
  });

  it('names the host that cannot be made, and makes none then', () => {
    const world = makeWorld([
      { name: 'alpha', address: '10.77.0.11/24', interface: 'eth0' },
      { name: 'beta', address: '10.77.0.300/24', interface: 'eth0' },
    ]);
    expect(E.isLeft(world) ? world.left : '').toMatch(/^host beta: "10\.77\.0\.300"/);
  });
});

describe.runIf(why === null)('a TAP', () => {
  /** Sets or clears IFF_UP (SIOCSIFFLAGS) of an interface in the namespace. */
  const setUp = (where: Namespace, name: string, up: boolean): void =>
    inside(where.descriptor, () => {
      const request = interfaceRequest(name);
      request.writeUInt16LE(up ? 1 : 0, 16);
      const socket = libc().socket(AF_INET, SOCK_DGRAM, 0);
      expect(libc().ioctl(socket, 0x8914, request)).toBe(0);
      libc().close(socket);
    });
  /** RTM_DELLINK by rtnetlink(7): header, `struct ifinfomsg`, IFLA_IFNAME. */
  const deleteInterface = (where: Namespace, name: string): void =>
    inside(where.descriptor, () => {
      const message = Buffer.alloc(16 + 16 + 4 + 16);
      message.writeUInt32LE(message.length, 0);
      message.writeUInt16LE(17, 4);
      message.writeUInt16LE(1, 6);
      message.writeUInt16LE(4 + 16, 32);
      message.writeUInt16LE(3, 34);
      message.write(name, 36);
      const socket = libc().socket(16, 3, 0);
      const sent = libc().write(socket, libc().addressOf(message), message.length);
      expect(sent).toBe(message.length);
      libc().close(socket);
    });
  const unicast = (to: number): Uint8Array =>
    Uint8Array.from([2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, 9, 8, 0, ...Array<number>(46).fill(0)]);

  it('has the MTU and the MAC it is given, and the framing of its kind', () => {
    const netns = namespace().descriptor;
    const own = mac(0x020000000077);
    expect(tap({ name: 'a', kind: 'tap', netns, mtu: 1280, mac: own })).toMatchObject({
      framing: 'ethernet',
      mtu: 1280,
    });
    expect(inside(netns, () => interfaceMac('a'))).toEqual(E.right(own));
    expect(tap({ name: 'b', kind: 'tun', netns })).toMatchObject({ framing: 'ip', mtu: 1500 });
    const neighbour = right(parseIpv4('10.0.0.2'));
    expect(inside(netns, () => setNeighbour('b', neighbour, own))).toMatchObject({ _tag: 'Left' });
  });

  it('says what is wrong and what to do when it cannot be had', () => {
    const netns = namespace().descriptor;
    const sentence = (name: string, kind: 'tap' | 'tun' = 'tap', mtu?: number): string => {
      const opened = openTap({ name, kind, netns, ...(mtu === undefined ? {} : { mtu }) });
      return E.isLeft(opened) ? opened.left : 'opened';
    };
    tap({ name: 'taken', kind: 'tap', netns });
    expect(sentence('taken')).toMatch(/^another process has taken: is a second gateway running/);
    expect(sentence('taken', 'tun')).toMatch(/^taken is there already, but is not a TUN/);
    expect(sentence('lo')).toMatch(/^lo is there already, but is not a TAP/);
    expect(sentence('sixteen-bytes-is')).toMatch(/too long for an interface: 15 bytes/);
    expect(sentence('fifteen-bytes-i')).toBe('opened');
    expect(sentence('')).toBe('the device has no name');
    expect(sentence('a%d')).toMatch(/percent/);
    expect(sentence('a', 'tap', 70000)).toMatch(/MTU of a to 70000 .*68 to 65521.*EINVAL/);
  });

  it('asks for CAP_NET_ADMIN where it is lacking', () => {
    // capget(2) and capset(2) of this thread: the bit goes from the effective set and comes back.
    const header = Buffer.alloc(8);
    header.writeUInt32LE(0x20080522);
    const sets = Buffer.alloc(24);
    const call = (name: 'capget' | 'capset'): number =>
      libc().library.func(name, 'int', ['void *', 'void *'])(header, sets) as number;
    expect(call('capget')).toBe(0);
    const effective = sets.readUInt32LE();
    sets.writeUInt32LE((effective & ~(1 << 12)) >>> 0);
    expect(call('capset')).toBe(0);
    const opened = openTap({ name: 'oh-test', kind: 'tap' });
    sets.writeUInt32LE(effective);
    expect(call('capset')).toBe(0);
    expect(E.isLeft(opened) ? opened.left : '').toMatch(/^opening a TAP needs CAP_NET_ADMIN/);
  });

  it('survives being down, and is gone when it is deleted', async () => {
    const where = namespace();
    inside(where.descriptor, () =>
      writeFileSync('/proc/sys/net/ipv6/conf/default/disable_ipv6', '1'),
    );
    const device = tap({ name: 'a', kind: 'tap', netns: where.descriptor });
    const slots = testSlots(4, 'linux');
    const frame = putFrame(slots, 3, unicast(1));
    expect(device.read(slots)).toBe(0);
    expect(device.write(slots, ...frame)).toBe('sent');
    setUp(where, 'a', false);
    expect(device.read(slots)).toBe(0);
    expect(device.write(slots, ...frame)).toBe('down');
    setUp(where, 'a', true);
    expect(device.read(slots)).toBe(0);
    expect(device.write(slots, ...frame)).toBe('sent');

    const readiness = makeReadiness(device.descriptors);
    cleanups.push(() => readiness.close());
    const waiting = readiness.wait(Infinity);
    deleteInterface(where, 'a');
    expect(await waiting).toEqual([0]);
    expect(device.read(slots)).toBe(-1);
    expect(device.write(slots, ...frame)).toBe('gone');
    // An error that the read did not take away is told once more, and no more.
    expect(await readiness.wait(1)).toEqual([0]);
    expect(await readiness.wait(1)).toEqual([]);
  });

  it('reads nothing of what gets its descriptor number after it is closed', () => {
    const netns = namespace().descriptor;
    const first = deviceOver(right(openTap({ name: 'a', kind: 'tap', netns })));
    first.close();
    const second = tap({ name: 'b', kind: 'tap', netns });
    expect(second.descriptors).toEqual(first.descriptors);
    first.close();
    const slots = testSlots(4, 'linux');
    expect(first.read(slots)).toBe(-1);
    expect(second.write(slots, ...putFrame(slots, 0, unicast(1)))).toBe('sent');
    expect(inside(netns, () => interfaceMac('a'))).toMatchObject({ _tag: 'Left' });
  });
});
