import { describe, expect, it } from 'vitest';
import { having, problemsOf, sample } from './sample.ts';

const annex = { device: { tap: 'oh-annex' }, address: '203.0.113.1/24' };
const service = { port: 8080, protocol: 'tcp', route: 'node', node: 'alpha' };

const changed = (...changes: readonly (readonly [readonly (string | number)[], unknown])[]) =>
  problemsOf(changes.reduce<unknown>((value, [way, part]) => having(value, way, part), sample()));

describe('what a configuration must mean', () => {
  it.each([
    [
      'a network called interconnect',
      ['networks', 'interconnect'],
      annex,
      'networks.interconnect (key): a network cannot be called "interconnect"',
    ],
    [
      'a network called local',
      ['networks', 'local'],
      annex,
      'networks.local (key): a network cannot be called "local"',
    ],
    [
      'a cluster address used twice',
      ['networks', 'annex'],
      { ...annex, address: '198.51.100.1/25' },
      'networks.annex.address: 198.51.100.1 is already the address of the gateway on network campus',
    ],
    [
      'metrics at the cluster address',
      ['metrics'],
      { listen: '198.51.100.1:9464' },
      'metrics.listen: 198.51.100.1 is the cluster address on network campus: the switch has what comes to it',
    ],
    [
      'networks that overlap',
      ['networks', 'annex'],
      { ...annex, address: '198.51.0.9/16' },
      'networks.annex.address: 198.51.0.0/16 of network annex overlaps 198.51.100.0/24 of network campus',
    ],
    [
      'a network that overlaps the interconnect',
      ['networks', 'annex'],
      { ...annex, address: '10.1.1.1/8' },
      'interconnect.address: 10.77.0.0/24 of the interconnect overlaps 10.0.0.0/8 of network annex',
    ],
    [
      'a router elsewhere',
      ['networks', 'campus', 'router'],
      '203.0.113.1',
      'networks.campus.router: 203.0.113.1 lies outside 198.51.100.0/24',
    ],
    [
      'a router that is the gateway',
      ['networks', 'campus', 'router'],
      '198.51.100.1',
      'networks.campus.router: 198.51.100.1 is the cluster address itself',
    ],
    [
      'a router that is no host',
      ['networks', 'campus', 'router'],
      '198.51.100.255',
      'networks.campus.router: 198.51.100.255 is the broadcast address',
    ],
    [
      'a device named twice',
      ['interconnect', 'device', 'tap'],
      'oh-campus',
      'interconnect.device.tap: device oh-campus is already named by networks.campus.device.tap',
    ],
    [
      'a local device named before',
      ['local', 'tun'],
      'oh-inter',
      'local.tun: device oh-inter is already named by interconnect.device.tap',
    ],
    [
      'a node elsewhere',
      ['nodes', 'beta', 'address'],
      '10.78.0.12',
      'nodes.beta.address: 10.78.0.12 lies outside 10.77.0.0/24 of the interconnect',
    ],
    [
      'a node that is the gateway',
      ['nodes', 'beta', 'address'],
      '10.77.0.1',
      "nodes.beta.address: 10.77.0.1 is the gateway's internal address itself",
    ],
    [
      'a node at the network address',
      ['nodes', 'beta', 'address'],
      '10.77.0.0',
      'nodes.beta.address: 10.77.0.0 is the network address of 10.77.0.0/24',
    ],
    [
      'a node at the broadcast address',
      ['nodes', 'beta', 'address'],
      '10.77.0.255',
      'nodes.beta.address: 10.77.0.255 is the broadcast address of 10.77.0.0/24',
    ],
    [
      'a node address used twice',
      ['nodes', 'beta', 'address'],
      '10.77.0.11',
      'nodes.beta.address: 10.77.0.11 is already the address of node alpha',
    ],
    [
      'a node number used twice',
      ['nodes', 'beta', 'number'],
      1,
      'nodes.beta.number: 1 is already the number of node alpha',
    ],
    [
      'an entry that is there',
      ['services', 6],
      { ...service, port: 80 },
      'services[6].port: services[0] already takes 80/tcp',
    ],
    [
      'a service of no node',
      ['services', 2, 'node'],
      'betta',
      'services[2].node: there is no node "betta" (did you mean "beta"?); the nodes are alpha, beta, gamma',
    ],
    [
      'a service of no number',
      ['services', 2, 'node'],
      9,
      'services[2].node: there is no node number 9; the nodes are alpha, beta, gamma',
    ],
    [
      'a list with no node',
      ['services', 0, 'nodes', 1],
      'x',
      'services[0].nodes[1]: there is no node "x"',
    ],
    [
      'a list with a node twice',
      ['services', 0, 'nodes', 2],
      'alpha',
      'services[0].nodes[2]: node alpha is already in this list',
    ],
    [
      'a list with a node by name and number',
      ['services', 0, 'nodes', 2],
      1,
      'services[0].nodes[2]: node alpha is already in this list',
    ],
    [
      'an export of no node',
      ['exports', '/projects'],
      'delta',
      'exports["/projects"]: there is no node "delta"',
    ],
    [
      'a mount port of no node',
      ['mountPorts', 'delta'],
      20048,
      'mountPorts.delta (key): there is no node "delta"',
    ],
    ['mount ports of a node twice', ['mountPorts', '1'], 20049, 'already has a mount port here'],
    [
      'non-specific ports upside down',
      ['nonSpecificPorts', 'to'],
      1024,
      'nonSpecificPorts.to: to: 1024 is below from: 32768',
    ],
    [
      'fewer ports than nodes',
      ['nonSpecificPorts', 'to'],
      32769,
      'nonSpecificPorts: 32768 to 32769 is 2 ports for 3 nodes',
    ],
    [
      'a backup that there is not',
      ['nodes', 'alpha', 'backup'],
      'bet',
      'nodes.alpha.backup: there is no node "bet" (did you mean "beta"?)',
    ],
    [
      'a backup of no number',
      ['nodes', 'alpha', 'backup'],
      4,
      'nodes.alpha.backup: there is no node number 4',
    ],
    [
      'a node as its own backup',
      ['nodes', 'beta', 'backup'],
      'beta',
      'nodes.beta.backup: beta cannot be its own backup',
    ],
    [
      'a node as its own backup, by number',
      ['nodes', 'beta', 'backup'],
      2,
      'nodes.beta.backup: beta cannot be its own backup',
    ],
    [
      'a filehandle field past its end',
      ['services', 5, 'filehandle'],
      { offset: 62, size: 4, order: 'big' },
      'services[5].filehandle.size: offset 62 and size 4 reach past 64 bytes',
    ],
  ])('refuses %s', (_, way, part, message) => {
    const problems = changed([way, part]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it('refuses a node number that a filehandle field does not hold', () => {
    const field = { offset: 2, size: 1, order: 'big' };
    expect(
      changed([['nodes', 'gamma', 'number'], 256], [['services', 5, 'filehandle'], field]),
    ).toEqual([
      'services[5].filehandle.size: number 256 of node gamma does not fit in 1 byte of a filehandle; expected 1 to 255, or a larger field',
    ]);
  });

  it('A9: refuses two services that give the same port of the same node', () => {
    expect(changed([['services', 6], { ...service, nodePort: 80 }])).toEqual([
      'services[6].nodePort: services[0] (port 80) also leads to port 80/tcp of node alpha; a reply from there could not be told apart',
    ]);
    expect(changed([['services', 6], { ...service, nodePort: 80, protocol: 'udp' }])).toEqual([]);
    expect(changed([['services', 6], { ...service, nodePort: 53, protocol: 'udp' }])).toEqual([]);
  });

  it('A5: allows a service port among the non-specific ports, and as many ports as nodes', () => {
    expect(changed([['services', 6], { ...service, port: 40000 }])).toEqual([]);
    expect(changed([['nonSpecificPorts', 'to'], 32770])).toEqual([]);
  });

  it('A13: takes several networks', () => {
    expect(changed([['networks', 'annex'], annex])).toEqual([]);
  });

  it('A21: counts the ports of a backup as those of the node it stands in for', () => {
    const other = { port: 8080, protocol: 'tcp', route: 'node', node: 'gamma', nodePort: 22 };
    const shell = { port: 22, protocol: 'tcp', route: 'node', node: 'beta' };
    expect(changed([['services', 6], other], [['services', 7], shell])).toEqual([]);
    expect(
      changed(
        [['services', 6], other],
        [['services', 7], shell],
        [['nodes', 'beta', 'backup'], 'gamma'],
      ),
    ).toEqual([
      'services[7].port: services[6] (port 8080) also leads to port 22/tcp of node gamma; a reply from there could not be told apart',
    ]);
  });

  it('A18: counts the port of NFS on every node', () => {
    const other = { port: 8049, protocol: 'udp', route: 'node', node: 'gamma', nodePort: 2049 };
    expect(changed([['services', 6], other])).toEqual([
      expect.stringContaining('services[6].nodePort: services[5] (port 2049) also leads to'),
    ]);
    expect(changed([['services', 6], { ...other, protocol: 'tcp' }])).toEqual([]);
  });

  it('A15: counts the port of MOUNT over TCP on the nodes that export', () => {
    const mount = { port: 20048, protocol: 'tcp', route: 'mount' };
    const on = (node: string) =>
      changed(
        [['services', 6], mount],
        [['services', 7], { port: 8048, protocol: 'tcp', route: 'node', node, nodePort: 20048 }],
      );
    expect(on('gamma')).toEqual([]);
    expect(on('beta')).toEqual([
      expect.stringContaining('services[7].nodePort: services[6] (port 20048) also leads to'),
    ]);
  });

  it('a device named twice: by the name and by the path of its namespace, or by its descriptor', () => {
    const blue = { interface: 'oh-inter', netns: '/run/netns/blue' };
    expect(
      changed(
        [['networks', 'annex'], { ...annex, device: blue }],
        [['interconnect', 'device', 'netns'], 'blue'],
      ),
    ).toEqual([
      'interconnect.device.tap: device oh-inter is already named by networks.annex.device.interface; each link needs its own',
    ]);
    expect(changed([['local'], { fd: 3 }], [['interconnect', 'device'], { fd: 3 }])).toEqual([
      'local.fd: descriptor 3 is already named by interconnect.device.fd; each link needs its own',
    ]);
  });

  it('devices of one name in two namespaces are two', () => {
    expect(
      changed([['networks', 'annex'], { ...annex, device: { tap: 'oh-inter', netns: 'blue' } }]),
    ).toEqual([]);
  });
});
