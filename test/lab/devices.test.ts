// The gateway between a client and a node on devices of every kind: what is there already, elsewhere, or given.
import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, it } from 'vitest';
import { interfaceIndex, interfaceRequest } from '../../adapters/linux/interface.ts';
import {
  AF_PACKET,
  O_CLOEXEC,
  O_RDWR,
  SOCK_CLOEXEC,
  SOCK_RAW,
  libc,
} from '../../adapters/linux/libc.ts';
import { openNamespace } from '../../adapters/linux/namespace.ts';
import { closeOpened } from '../../adapters/gateway/devices.ts';
import {
  CLONE_DEVICE,
  IFF_MULTI_QUEUE,
  IFF_TAP,
  TUNSETIFF,
  tapRequest,
} from '../../adapters/tap/attach.ts';
import { openPacket } from '../../adapters/packet/packet.ts';
import { openTap } from '../../adapters/tap/tap.ts';
import type { Opened } from '../../adapters/opened.ts';
import type { Running } from './gateway.ts';
import { configuration, launchWith, whenReady } from './gateway.ts';
import type { Host } from './host.ts';
import { makeHost } from './host.ts';
import { CLIENT, CLUSTER, INTERNAL, NODES, laboratory } from './network.ts';
import { wireOf } from './raw-socket.ts';
import { serve } from './servers.ts';
import { until } from './until.ts';

const SIZE = 2_000_000;
const NOBODY = '65534';

/** Nothing of root's is left, and nothing can be had again. */
const POWERLESS = [
  'setpriv',
  ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
  ...['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all', '--no-new-privs'],
];

/** The device that TAPs are made by is everybody's on most systems; here it is in a mount namespace. */
const WITH_CLONE_DEVICE = [
  ...['unshare', '--mount', 'sh', '-c'],
  'mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200 && exec "$@"',
  'sh',
];

/** Who has the cluster's address? */
const questionOf = async (client: Host): Promise<Uint8Array> => {
  const wire = await wireOf(client);
  wire.close();
  const own = wire.mac.replaceAll(':', '');
  const address = (text: string): string =>
    text
      .split('.')
      .map((byte) => Number(byte).toString(16).padStart(2, '0'))
      .join('');
  const arp = `0001080006040001${own}${address(CLIENT)}000000000000${address(CLUSTER)}`;
  return Buffer.from(`ffffffffffff${own}0806${arp}${'00'.repeat(18)}`, 'hex');
};

/** The same frame in VLAN 7 (IEEE 802.1Q). */
const tagged = (frame: Uint8Array): Uint8Array =>
  Buffer.concat([frame.subarray(0, 12), Buffer.from('81000007', 'hex'), frame.subarray(12)]);

const able = laboratory('kinds of devices', 'curl', 'unshare');
describe.runIf(able)('`onehost run` on devices', () => {
  let hosts: Record<'gateway' | 'client' | 'node', Host>;
  let running: Running[] = [];
  let opened: Opened[] = [];
  let descriptors: number[] = [];

  const makeHosts = (): void => {
    hosts = { gateway: makeHost('gateway'), client: makeHost('client'), node: makeHost('alpha') };
  };
  afterEach(async () => {
    for (const host of Object.values(hosts)) host.dispose();
    await Promise.all(running.map((one) => one.dispose()));
    opened.forEach(closeOpened);
    for (const one of descriptors) libc().close(one);
    [running, opened, descriptors] = [[], [], []];
  });

  const right = <A>(either: E.Either<string, A>): A => {
    if (E.isLeft(either)) throw new Error(either.left);
    return either.right;
  };

  const configured = (campus: object, interconnect: object, more: object = {}) =>
    configuration({
      networks: { campus: { device: campus, address: `${CLUSTER}/24` } },
      interconnect: { device: interconnect, address: `${INTERNAL}/24` },
      nodes: { alpha: { number: 1, address: NODES.alpha } },
      services: [{ port: 80, protocol: 'tcp', route: 'node', node: 'alpha' }],
      ...more,
    });

  const started = async (
    config: ReturnType<typeof configured>,
    given: readonly number[] = [],
    ...before: readonly string[]
  ): Promise<Running> => {
    const gateway = launchWith(hosts.gateway, config, given, ...before);
    running.push(gateway);
    return whenReady(gateway);
  };

  /** Addresses of both hosts on the interface that each calls eth0. */
  const address = (): void => {
    hosts.client.ip(`addr replace ${CLIENT}/24 dev eth0\nlink set eth0 up\n`);
    hosts.node.ip(
      `addr replace ${NODES.alpha}/24 dev eth0\nlink set eth0 up\nroute replace default via ${INTERNAL}\n`,
    );
  };

  /** A veth from each host's eth0 to the gateway's namespace: v-client and v-alpha. */
  const layVeths = (): void => {
    for (const host of [hosts.client, hosts.node])
      hosts.gateway.ip(`link add v-${host.name} type veth peer name eth0 netns ${host.path}
link set v-${host.name} up
`);
  };

  /** Downloads by way of the gateway; gives how many frames its device gave of the node. */
  const download = async (gateway: Running): Promise<number> => {
    const frames = async (): Promise<number> => {
      const rows = await gateway.show('counters');
      const row = rows.find(({ of, name }) => of === 'interconnect' && name === 'framesIn');
      return Number(row?.['value']);
    };
    const before = await frames();
    const argv = ['-sSo', '/dev/null', '-w', '%{size_download}', `http://${CLUSTER}/bytes/${SIZE}`];
    expect(await hosts.client.run('curl', ...argv)).toMatchObject({ stdout: String(SIZE) });
    return (await frames()) - before;
  };
  /** As many as there would be of a network card without offloads. */
  const PLAIN = SIZE / 1514;

  const capabilities = ({ pid }: Running): readonly string[] =>
    [...readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(/^Cap\w+:\s*(\w+)$/gm)].map(
      ([, set = '']) => set,
    );

  /** A descriptor of the clone device, attached in the gateway's namespace by the request; its number. */
  const attachedBy = (request: Buffer | null): number =>
    hosts.gateway.inside(() => {
      // The namespace is that in which it is opened.
      const one = libc().open(CLONE_DEVICE, O_RDWR | O_CLOEXEC);
      descriptors.push(one);
      if (request !== null) expect(libc().ioctl(one, TUNSETIFF, request)).toBe(0);
      return one;
    });

  /** A packet socket as programs have it that read frames from a ring: packet_mmap.rst. Its number. */
  const ringOn = (name: string): number =>
    hosts.gateway.inside(() => {
      const c = libc();
      const socket = c.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
      descriptors.push(socket);
      const address = Buffer.alloc(20);
      address.writeUInt16LE(AF_PACKET, 0);
      address.writeUInt16BE(0x0003, 2);
      address.writeInt32LE(right(interfaceIndex(name)), 4);
      expect(c.bind(socket, address, address.length)).toBe(0);
      // One block of 4096 bytes, of two frames.
      const ring = Buffer.alloc(16);
      [4096, 1, 2048, 2].forEach((value, index) => ring.writeUInt32LE(value, index * 4));
      expect(c.setsockopt(socket, 263, 5, ring, ring.length)).toBe(0);
      return socket;
    });

  const tap = (host: Host): Opened => {
    const namespace = right(openNamespace(host.path));
    const netns = namespace.descriptor;
    const one = right(openTap({ name: 'eth0', kind: 'tap', netns, offloads: true }));
    namespace.close();
    opened.push(one);
    return one;
  };

  it('an interface that is there: the ends of veths, whole segments, and nothing of a VLAN', async () => {
    makeHosts();
    layVeths();
    address();
    await serve(hosts.node);
    const gateway = await started(configured({ interface: 'v-client' }, { interface: 'v-alpha' }));
    expect(await download(gateway)).toBeLessThan(PLAIN / 3);
    // The kernel tells the tag apart from the frame: without it, it would be a question to the cluster.
    const question = await questionOf(hosts.client);
    const wire = await wireOf(hosts.client);
    const heard = await gateway.counted('arp-request');
    wire.put(tagged(question));
    wire.put(question);
    await until(
      'the question is heard',
      async () => (await gateway.counted('arp-request')) > heard,
    );
    wire.close();
    expect(await gateway.counted('arp-request')).toBe(heard + 1);
  });

  it('an interface and a TAP in the namespaces of others', async () => {
    makeHosts();
    layVeths();
    const gateway = await started(
      configured({ interface: 'v-client' }, { tap: 'eth1', netns: hosts.node.path }),
    );
    hosts.node.ip('link del eth0\nlink set eth1 down\nlink set eth1 name eth0\n');
    address();
    await serve(hosts.node);
    expect(await download(gateway)).toBeLessThan(PLAIN / 3);
    expect((await hosts.gateway.run('ip', 'link', 'show', 'eth1')).code).not.toBe(0);
  });

  it('descriptors of TAPs that it is started with, without any capability', async () => {
    makeHosts();
    const given = [tap(hosts.client), tap(hosts.node)].flatMap((one) => one.descriptors);
    address();
    await serve(hosts.node);
    const gateway = await started(configured({ fd: 3 }, { fd: 4 }), given, ...POWERLESS);
    expect(new Set(capabilities(gateway))).toEqual(new Set(['0000000000000000']));
    expect(await download(gateway)).toBeLessThan(PLAIN / 3);
  });

  it('descriptors of packet sockets that it is started with, without any capability', async () => {
    makeHosts();
    layVeths();
    address();
    await serve(hosts.node);
    const given = ['v-client', 'v-alpha'].flatMap((name) => {
      const one = right(hosts.gateway.inside(() => openPacket({ name })));
      opened.push(one);
      return one.descriptors;
    });
    const gateway = await started(configured({ fd: 3 }, { fd: 4 }), given, ...POWERLESS);
    expect(await download(gateway)).toBeLessThan(PLAIN / 3);
  });

  it('persistent TAPs in bridges, made for its user beforehand, without any capability', async () => {
    makeHosts();
    layVeths();
    for (const [name, host] of [
      ['oh-campus', 'client'],
      ['oh-inter', 'alpha'],
    ])
      // As libvirt has them, and with what a hypervisor leaves: frames have a header.
      hosts.gateway.ip(`link add br-${host} type bridge mcast_snooping 0
link set br-${host} up
tuntap add ${name} mode tap user ${NOBODY} vnet_hdr
link set ${name} master br-${host} up
link set v-${host} master br-${host}
`);
    address();
    await serve(hosts.node);
    const config = configured({ tap: 'oh-campus' }, { tap: 'oh-inter' });
    const gateway = await started(config, [], ...WITH_CLONE_DEVICE, ...POWERLESS);
    expect(new Set(capabilities(gateway))).toEqual(new Set(['0000000000000000']));
    expect(await download(gateway)).toBeLessThan(PLAIN / 3);
  });

  it('a TAP of several queues, unless somebody else has one of them', async () => {
    makeHosts();
    hosts.gateway.ip('tuntap add oh-inter mode tap multi_queue\n');
    attachedBy(tapRequest('oh-inter', 'tap', IFF_MULTI_QUEUE));
    const config = configured({ tap: 'oh-campus' }, { tap: 'oh-inter' });
    const refused = launchWith(hosts.gateway, config, []);
    running.push(refused);
    expect(await refused.ended).toMatchObject({ code: 1 });
    expect(refused.said()).toMatch(/error: another process has 1 of the queues of oh-inter/);
    libc().close(descriptors.pop() ?? -1);
    const gateway = await started(config);
    expect(await gateway.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('says what is wrong with a device that cannot be had', async () => {
    makeHosts();
    layVeths();
    hosts.gateway.ip('link set v-client mtu 1400\n');
    const saying = async (campus: object, given: readonly number[] = []): Promise<string> => {
      const config = configured(campus, { interface: 'v-alpha' });
      const gateway = launchWith(hosts.gateway, config, given);
      running.push(gateway);
      expect(await gateway.ended).toMatchObject({ code: 1 });
      return gateway.said();
    };
    expect(await saying({ interface: 'eth7' })).toMatch(/there is no interface eth7 here/);
    expect(await saying({ interface: 'lo' })).toMatch(/lo carries no Ethernet frames/);
    expect(await saying({ interface: 'v-client' })).toMatch(
      /v-client carries packets of 1400 bytes at most, and campus is to carry 1500/,
    );
    expect(await saying({ tap: 'eth0', netns: 'nowhere' })).toMatch(
      /cannot open the network namespace \/run\/netns\/nowhere \(ENOENT/,
    );
    expect(await saying({ fd: 900 })).toMatch(/descriptor 900 is not open/);
    const ringed = ringOn('v-client');
    expect(await saying({ fd: 3 }, [ringed])).toMatch(
      /descriptor 3: no header of offloads before its frames \(EBUSY.* must have no ring/,
    );
    const unattached = attachedBy(null);
    expect(await saying({ fd: 3 }, [unattached])).toMatch(
      /descriptor 3 is neither of a TAP or TUN that is attached/,
    );
    const request = interfaceRequest('with-pi');
    request.writeUInt16LE(IFF_TAP, 16);
    const information = attachedBy(request);
    expect(await saying({ fd: 3 }, [information])).toMatch(/must be opened with IFF_NO_PI/);
  });
});
