// The cluster of the demo in memory: the same gateway and the same configuration, with simulated hosts
// around it. Every frame is a real one; only its hosts' kernels, and the cables, are not.

import * as E from 'fp-ts/lib/Either.js';
import { mac, parseIpv4Interface } from '../../../core/wire/address.ts';
import type { Ipv4Address, Ipv4Interface } from '../../../core/wire/address.ts';
import { TICK_EVERY } from '../../../core/switch/tick.ts';
import type { Link, Topology } from '../../../core/decision/topology.ts';
import {
  FIRST_NETWORK,
  INTERCONNECT,
  LOCAL,
  interconnect,
  linkSettings,
} from '../../../core/decision/topology.ts';
import { asIpv4 } from '../../../core/switch/translate.ts';
import { makeDeviceGateway } from '../../gateway/device-gateway.ts';
import type { MemoryLink } from '../../memory/link.ts';
import { memoryLink } from '../../memory/link.ts';
import type { Cluster, Question, Reply } from '../cluster.ts';
import { CLIENT, ECHO_PORT, GATEWAY_NAME, HTTP_PORT, OWN_PORT, clock } from '../cluster.ts';
import { makeClient } from './client.ts';
import { answerOf } from './server.ts';
import type { Message, Station } from './station.ts';
import { makeStation } from './station.ts';

/** A host on a link: its network layers, and what its programs do with a message. */
interface Host {
  readonly link: Link;
  readonly station: Station;
  readonly deliver: (message: Message) => void;
}

/** Of the hosts' MAC addresses, which are locally administered: the address follows. */
const MAC_PREFIX = 0x02_00_00_00_00_00;

const stationOn = (device: MemoryLink, link: Ipv4Interface, router: Ipv4Address | null): Station =>
  makeStation({
    link,
    mac: device.framing === 'ip' ? null : mac(MAC_PREFIX + link.address),
    router,
    transmit: (frame) => device.push(frame),
  });

const serverOn = (link: Link, station: Station, name: string, httpPort: number): Host => ({
  link,
  station,
  deliver: (message) => {
    const answer = answerOf({ name, httpPort, udpPort: ECHO_PORT }, message);
    if (answer !== null) station.send(answer);
  },
});

const clientLink = (): Ipv4Interface => {
  const link = parseIpv4Interface(CLIENT);
  if (E.isLeft(link)) throw new Error(link.left);
  return link.right;
};

/** The nodes and the gateway's own stack, on their links. */
const serversOn = (topology: Topology, devices: readonly MemoryLink[]): readonly Host[] => {
  const inside = interconnect(topology).address;
  const [inter, local] = devices;
  if (inter === undefined || local === undefined) return [];
  const nodes = topology.nodes.map(({ name, address }) => {
    const link = { ...inside, address: asIpv4(address) };
    return serverOn(INTERCONNECT, stationOn(inter, link, inside.address), name, HTTP_PORT);
  });
  return [serverOn(LOCAL, stationOn(local, inside, null), GATEWAY_NAME, OWN_PORT), ...nodes];
};

/** What there is then, for people. */
const MADE: readonly string[] = [
  'Made, in memory: the same gateway, over links without a kernel, and simulated',
  'hosts that speak ARP, TCP, UDP and HTTP. The frames are real ones.',
];

/** Makes the cluster. */
export const makeMemoryCluster = (topology: Topology): Cluster => {
  const devices = topology.links.map((settings) =>
    memoryLink(settings?.name ?? '', settings?.framing ?? 'ip', settings?.mtu ?? 0),
  );
  const gateway = makeDeviceGateway(topology, devices, clock);
  const campus = devices[FIRST_NETWORK];
  if (campus === undefined) throw new RangeError('a cluster has a network');
  const station = stationOn(campus, clientLink(), null);
  const client = makeClient(station, linkSettings(topology, FIRST_NETWORK).address.address);
  const hosts: readonly Host[] = [
    { link: FIRST_NETWORK, station, deliver: client.receive },
    ...serversOn(topology, devices),
  ];

  /** Hands every host of the link what the gateway wrote there. */
  const handOut = (link: Link, frame: Uint8Array): void => {
    for (const host of hosts) {
      if (host.link !== link) continue;
      const message = host.station.receive(frame);
      if (message !== null) host.deliver(message);
    }
  };

  /** Until no frame is under way. Hosts of the interconnect speak to the gateway only. */
  const settle = (): void => {
    let moved = true;
    while (moved) {
      moved = false;
      for (const [link, device] of devices.entries()) {
        const written = device.taken();
        for (const frame of written) handOut(link, frame);
        moved ||= written.length > 0 || device.waiting > 0;
        if (device.waiting > 0) gateway.take(link);
      }
    }
  };

  const ask = (question: Question): Promise<Reply> => {
    const asked = clock();
    const sourcePort = client.ask(question);
    settle();
    const node = client.answerAt(sourcePort);
    const milliseconds = clock() - asked;
    return Promise.resolve(
      node === null
        ? { kind: 'failed', why: 'no answer' }
        : { kind: 'answered', node, sourcePort, milliseconds },
    );
  };

  const ticking = setInterval(() => {
    while (gateway.age());
    gateway.tick();
    settle();
  }, TICK_EVERY);
  gateway.announce();
  settle();
  return {
    gateway,
    made: MADE,
    ask,
    close: () => {
      clearInterval(ticking);
      return Promise.resolve();
    },
  };
};
