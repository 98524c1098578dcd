import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeConfig } from '../../../core/config/decode.ts';
import { formatIpv4Interface, formatMac } from '../../../core/wire/address.ts';
import { having, problemsOf, sample, sound } from './sample.ts';

const changed = (way: readonly (string | number)[], part: unknown) =>
  problemsOf(having(sample(), way, part));

describe('decodeConfig', () => {
  it('reads the configuration of the contract', () => {
    const config = sound(sample());
    const campus = config.networks['campus'];
    expect(config.cluster).toBe('projects');
    expect(campus && formatIpv4Interface(campus.address)).toBe('198.51.100.1/24');
    expect(campus?.mac && formatMac(campus.mac)).toBe('02:00:5e:00:01:01');
    expect(campus?.router).toBe(0xc63364fe);
    expect(config.services[1]).toEqual({
      port: 513,
      protocol: 'tcp',
      route: 'connection',
      nodes: ['alpha', 'beta', 'gamma'],
      scheduler: 'round-robin',
      nodePort: null,
      forwarding: null,
    });
  });

  it('fills in the defaults', () => {
    const { cluster, networks, interconnect, nodes } = sample();
    const config = sound({ cluster, networks, interconnect, nodes });
    expect(config).toMatchObject({
      local: null,
      forwarding: 'rewrite',
      unmatched: 'refuse',
      nonSpecificPorts: null,
      services: [],
      exports: {},
      mountPorts: {},
      timeouts: { tcpTransitory: 240, tcpEstablished: 7440, udp: 300, icmp: 60 },
      hashKey: null,
      limits: {
        connections: 262144,
        neighbours: 1024,
        datagrams: 1024,
        fragmentBytes: 4194304,
        mounts: 1024,
      },
      interconnect: { mtu: 1500, mac: null },
      networks: { campus: { mtu: 1500, management: [] } },
      nodes: { alpha: { state: 'active', weight: 1, backup: null } },
    });
  });

  it('takes a key with nothing after it as no key', () => {
    expect(sound({ ...sample(), exports: null, timeouts: { udp: null } }).timeouts.udp).toBe(300);
    expect(changed(['cluster'], null)).toEqual([
      'cluster: a configuration needs cluster (the name of the cluster), for example cluster: projects',
    ]);
  });

  it('takes nodes by number', () => {
    const value = having(having(sample(), ['services', 2, 'node'], 2), ['mountPorts'], {
      1: 20048,
    });
    expect(problemsOf(value)).toEqual([]);
  });

  it.each([
    [
      ['nodes', 'alpha', 'adress'],
      '10.0.0.1',
      'nodes.alpha.adress (key): unknown key "adress" (did you mean "address"?); the keys here are number, address, state, weight, backup',
    ],
    [
      ['mount_ports'],
      {},
      'mount_ports (key): unknown key "mount_ports" (did you mean "mountPorts"?)',
    ],
    [
      ['networks', 'campus', 'device'],
      { tun: 'x' },
      'networks.campus.device.tun (key): unknown key "tun": a TUN carries no Ethernet frames',
    ],
    [
      ['networks', 'campus', 'device'],
      { interfaces: 'eth1' },
      'networks.campus.device.interfaces (key): unknown key "interfaces" (did you mean "interface"?); the keys here are tap, interface, fd',
    ],
    [
      ['networks', 'campus', 'device'],
      { tap: 'oh-campus', fd: 3 },
      'networks.campus.device.fd (key): unknown key "fd": a device has one of tap, interface, fd, and tap is there already',
    ],
    [
      ['networks', 'campus', 'device'],
      {},
      'networks.campus.device: a device needs one of tap, interface, fd',
    ],
    [
      ['networks', 'campus', 'device'],
      'eth1',
      'networks.campus.device: expected a device, a mapping with one of tap, interface, fd, not "eth1"',
    ],
    [
      ['networks', 'campus', 'device', 'netns'],
      '../ns/net',
      'networks.campus.device.netns: "../ns/net" is not a network namespace: a name under /run/netns, or an absolute path',
    ],
    [
      ['interconnect', 'device'],
      { fd: 2 },
      'interconnect.device.fd: expected a descriptor, a whole number from 3 to 1048575 such as 3, not 2: 0, 1 and 2 are the standard streams',
    ],
    [
      ['local'],
      { tap: 'oh-local' },
      'local.tap (key): unknown key "tap": the local stack takes bare IP packets; write tun here',
    ],
    [
      ['metrics'],
      { listen: 9464 },
      'metrics.listen: expected an IPv4 address and a port such as 127.0.0.1:9464, not 9464',
    ],
    [
      ['metrics'],
      { listen: '127.0.0.1:65536' },
      'metrics.listen: "127.0.0.1:65536" is not an IPv4 address and a port, such as 127.0.0.1:9464',
    ],
    [['metrics'], { listen: '127.0.0.1' }, 'metrics.listen: "127.0.0.1" is not an IPv4 address'],
    [['metrics'], { listen: '256.0.0.1:80' }, 'metrics.listen: '],
    [['metrics'], {}, 'metrics.listen: a place for metrics needs listen ('],
    [
      ['workers'],
      0,
      'workers: expected a number of workers, a whole number from 1 to 64 such as 2, not 0',
    ],
    [['user'], 'a b', 'user: "a b" is not a user\'s name: a letter or "_", then'],
    [
      ['services', 2, 'nodes'],
      ['beta'],
      'services[2].nodes (key): unknown key "nodes": route node takes one, such as node: alpha',
    ],
    [
      ['services', 5, 'filehandle'],
      undefined,
      'services[5].filehandle: a service of route nfs needs filehandle',
    ],
    [
      ['services', 5, 'filehandle'],
      'ganehsa',
      'services[5].filehandle: expected one of ganesha, knfsd, unfs3, seed, not "ganehsa" (did you mean "ganesha"?)',
    ],
    [
      ['services', 0, 'scheduler'],
      'magleb',
      'services[0].scheduler: expected one of round-robin, weighted-round-robin, least-connections, source-hash, maglev, not "magleb" (did you mean "maglev"?)',
    ],
    [['services', 0, 'nodes'], [], 'services[0].nodes: expected nodes, a list of 1 or more'],
    [['services', 0, 'nodes'], 'alpha', 'services[0].nodes: expected nodes, a list, not "alpha"'],
    [
      ['services', 0, 'port'],
      70000,
      'services[0].port: expected a port, a whole number from 1 to 65535 such as 80, not 70000',
    ],
    [['services', 0, 'port'], 0, 'services[0].port: expected a port'],
    [['services', 0, 'port'], 80.5, 'services[0].port: expected a port'],
    [
      ['services', 0, 'port'],
      '80',
      'services[0].port: expected a port, a whole number from 1 to 65535 such as 80, not "80"',
    ],
    [
      ['services', 0, 'route'],
      'conection',
      'services[0].route: expected one of node, connection, mount, portmapper, nfs, not "conection" (did you mean "connection"?)',
    ],
    [['services', 0], 80, 'services[0]: expected a service, a mapping with route, not 80'],
    [['services'], {}, 'services: expected services, a list, not a mapping'],
    [['nodes'], {}, 'nodes: expected at least 1 of nodes'],
    [['networks'], [], 'networks: expected networks, a mapping by name, not a list'],
    [
      ['interconnect'],
      'oh-inter',
      'interconnect: expected the interconnect, a mapping with device, address, not "oh-inter"',
    ],
    [
      ['interconnect', 'mac'],
      '01:00:5e:00:00:01',
      'interconnect.mac: 01:00:5e:00:00:01 is a group address',
    ],
    [
      ['interconnect', 'mac'],
      '00:00:00:00:00:00',
      'interconnect.mac: 00:00:00:00:00:00 is no MAC address of a host',
    ],
    [['interconnect', 'mac'], 'zz', 'interconnect.mac: "zz" is not a MAC address'],
    [
      ['interconnect', 'mtu'],
      575,
      'interconnect.mtu: expected an MTU in bytes, a whole number from 576 to 65521',
    ],
    [['interconnect', 'mtu'], 65522, 'interconnect.mtu: expected an MTU in bytes'],
    [
      ['interconnect', 'device', 'tap'],
      'sixteen-letters-',
      'interconnect.device.tap: "sixteen-letters-" is not an interface name: 1 to 15 letters',
    ],
    [
      ['interconnect', 'device', 'tap'],
      'a/b',
      'interconnect.device.tap: "a/b" is not an interface name',
    ],
    [
      ['interconnect', 'device', 'tap'],
      '..',
      'interconnect.device.tap: ".." is not an interface name',
    ],
    [
      ['networks', 'campus', 'address'],
      '198.51.100.1',
      'networks.campus.address: "198.51.100.1" needs a prefix length',
    ],
    [
      ['networks', 'campus', 'address'],
      '198.51.100.0/24',
      "networks.campus.address: 198.51.100.0/24 is the address of the whole network: expected a host's in it, such as 198.51.100.1/24",
    ],
    [
      ['networks', 'campus', 'address'],
      '198.51.100.255/24',
      'networks.campus.address: 198.51.100.255/24 is the broadcast address',
    ],
    [
      ['networks', 'campus', 'address'],
      '127.0.0.1/8',
      'networks.campus.address: 127.0.0.1/8 is not an address that a host can have',
    ],
    [
      ['nodes', 'alpha', 'address'],
      10.77,
      'nodes.alpha.address: expected an IPv4 address such as 10.77.0.11, not 10.77',
    ],
    [
      ['nodes', 'alpha', 'address'],
      '224.0.0.1',
      'nodes.alpha.address: 224.0.0.1 is not an address that a host can have',
    ],
    [
      ['nodes', 'alpha', 'state'],
      'off',
      'nodes.alpha.state: expected one of active, drain, down, not "off"',
    ],
    [
      ['nodes', '7up'],
      { number: 7, address: '10.77.0.17' },
      'nodes.7up (key): "7up" is not a node\'s name: a letter, then',
    ],
    // The one spelling of each path, so that no two entries mean the same.
    [['exports', '/home/./ann'], 'beta', 'exports["/home/./ann"] (key): "/home/./ann" is not'],
    [['exports', '//home'], 'beta', 'exports["//home"] (key): "//home" is not an exported path'],
    [['exports', '/home/'], 'beta', 'exports["/home/"] (key): "/home/" is not an exported path'],
    [
      ['timeouts'],
      { tcpTransitory: 239 },
      'timeouts.tcpTransitory: expected a time in seconds, a whole number from 240 to 2592000 such as 240, not 239: RFC 5382',
    ],
    [
      ['timeouts'],
      { tcpEstablished: 7439 },
      'timeouts.tcpEstablished: expected a time in seconds, a whole number from 7440 to 2592000 such as 7440, not 7439: RFC 5382',
    ],
    [
      ['timeouts'],
      { udp: 119 },
      'timeouts.udp: expected a time in seconds, a whole number from 120 to 2592000 such as 120, not 119: RFC 4787',
    ],
    [
      ['timeouts'],
      { icmp: 59 },
      'timeouts.icmp: expected a time in seconds, a whole number from 60 to 2592000 such as 60, not 59: RFC 5508',
    ],
    [['unmatched'], 'reject', 'unmatched: expected one of refuse, drop, not "reject"'],
  ])('says what is wrong at %j with %j', (way, part, message) => {
    expect(changed(way, part).filter((problem) => problem.startsWith(message))).toHaveLength(1);
  });

  it('tells every problem at once, of shape and of meaning, also within one unsound part', () => {
    const value = {
      ...sample(),
      clutser: 'x',
      services: [
        { port: 80, protocol: 'icmp', route: 'connection', nodes: ['alpha', 'delta'] },
        { port: 0, protocol: 'udp', route: 'nod', node: 'epsilon' },
      ],
      nodes: {
        alpha: { number: 0, address: '10.78.0.1' },
        beta: { number: 2, address: '10.77.0.1', color: 'red' },
      },
      exports: {},
    };
    expect(problemsOf(value).map((line) => line.split(': ')[0])).toEqual([
      'clutser (key)',
      'nodes.alpha.number',
      'nodes.beta.color (key)',
      'services[0].protocol',
      'services[1].route',
      'services[1].port',
      'nodes.alpha.address',
      'nodes.beta.address',
      'services[0].nodes[1]',
      'services[1].node',
    ]);
  });

  it('never throws, whatever the value', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.array(fc.oneof(fc.string(), fc.constantFrom(...Object.keys(sample()), '__proto__')), {
          maxLength: 3,
        }),
        (value, way) => {
          expect(['Left', 'Right']).toContain(decodeConfig(value)._tag);
          expect(['Left', 'Right']).toContain(decodeConfig(having(sample(), way, value))._tag);
        },
      ),
    );
  });

  it.each([[null], [undefined], [7], ['text'], [[]]])('refuses %j as a whole', (value) => {
    expect(problemsOf(value)).toHaveLength(1);
    expect(problemsOf(value)[0]).toContain(
      'expected a configuration, a mapping with cluster, networks',
    );
  });
});
