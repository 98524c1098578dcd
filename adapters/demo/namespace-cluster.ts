// The cluster of the demo from network namespaces: real hosts, real programs, and between them the
// gateway, in this process.

import * as E from 'fp-ts/lib/Either.js';
import { formatAddress, formatIpv4, formatIpv4Interface } from '../../core/wire/address.ts';
import type { Topology } from '../../core/decision/topology.ts';
import { FIRST_NETWORK, interconnect, linkSettings } from '../../core/decision/topology.ts';
import type { Device } from '../device.ts';
import { makeDeviceGateway } from '../gateway/device-gateway.ts';
import { descriptorsOf, startLoop } from '../gateway/loop.ts';
import { makeReadiness } from '../tap/readiness.ts';
import { makeSegment } from '../tap/segment.ts';
import type { Cluster, Question, Reply } from './cluster.ts';
import { CLIENT, ECHO_PORT, GATEWAY_NAME, HTTP_PORT, OWN_PORT, clock } from './cluster.ts';
import type { Program } from './program.ts';
import { startProgram } from './program.ts';
import type { HostSettings, World, WorldHost } from './world.ts';
import { makeWorld } from './world.ts';

/** The hosts: the client, the gateway's own stack, the nodes. */
const settingsOf = (topology: Topology): readonly HostSettings[] => {
  const inside = interconnect(topology);
  const prefix = inside.address.prefixLength;
  const nodes = topology.nodes.map((node) => ({
    name: node.name,
    address: `${formatAddress(node.address)}/${prefix}`,
    interface: 'eth0',
    defaultVia: formatIpv4(inside.address.address),
  }));
  return [
    { name: 'client', address: CLIENT, interface: 'eth0' },
    {
      name: GATEWAY_NAME,
      address: formatIpv4Interface(inside.address),
      interface: 'oh-local',
      kind: 'tun',
      // Its packets go by the TUN, where next hops mean nothing: any other address of the prefix does.
      defaultVia: formatAddress(topology.nodes[0]?.address ?? inside.address.address),
    },
    ...nodes,
  ];
};

/** The hosts' links in the places of those that the configuration names. */
const devicesOf = ({ hosts }: World): readonly (Device | null)[] => {
  const [client, gateway, ...nodes] = hosts.map(({ device }) => device);
  return [makeSegment('oh-inter', nodes), gateway ?? null, client ?? null];
};

/** What there is then, for people. */
const MADE: readonly string[] = [
  'Made: network namespaces client, gateway and each node; a TAP for each host, a',
  "TUN for the gateway's own stack; HTTP and UDP servers, plain Node.js programs.",
  'Held by this process alone: they are gone when it ends, however it ends.',
];

const startPrograms = (topology: Topology, hosts: readonly WorldHost[]): readonly Program[] => {
  const cluster = formatIpv4(linkSettings(topology, FIRST_NETWORK).address.address);
  return hosts.map((host, index) =>
    index === 0
      ? startProgram(host, 'client', [cluster])
      : startProgram(host, 'server', [
          host.name,
          String(host.name === GATEWAY_NAME ? OWN_PORT : HTTP_PORT),
          String(ECHO_PORT),
        ]),
  );
};

/** Has the client ask, and hears its answer. */
const askClient = async (client: Program, question: Question): Promise<Reply> => {
  client.tell(JSON.stringify(question));
  const line = await client.nextLine();
  return line === null
    ? { kind: 'failed', why: "the client's program has ended" }
    : (JSON.parse(line) as Reply);
};

/** The gateway over the world's links, running. */
const startGateway = (topology: Topology, world: World) => {
  const devices = devicesOf(world);
  const { descriptors, links } = descriptorsOf(devices);
  const gateway = makeDeviceGateway(topology, devices, clock);
  const readiness = makeReadiness(descriptors);
  const loop = startLoop(gateway, readiness, links);
  gateway.announce();
  const stop = async (): Promise<void> => {
    loop.stop();
    await loop.ended;
    readiness.close();
  };
  return { gateway, stop };
};

/**
 * Makes the cluster, and resolves when all its programs are ready. `stopped`: its programs end at once,
 * and what is asked of it fails. Fails with a sentence, and then leaves nothing behind.
 */
export const makeNamespaceCluster = async (
  topology: Topology,
  stopped: AbortSignal,
): Promise<E.Either<string, Cluster>> => {
  const settings = settingsOf(topology);
  const made = makeWorld(settings);
  if (E.isLeft(made)) return made;
  const world = made.right;
  const programs = startPrograms(topology, world.hosts);
  const endPrograms = (): void => programs.forEach((program) => program.end());
  stopped.addEventListener('abort', endPrograms);
  const { gateway, stop } = startGateway(topology, world);
  const close = async (): Promise<void> => {
    stopped.removeEventListener('abort', endPrograms);
    await stop();
    world.dispose();
  };
  const said = await Promise.all(programs.map((program) => program.nextLine()));
  const silent = said.findIndex((line) => line !== 'ready');
  const client = programs[0];
  if (silent >= 0 || client === undefined) {
    await close();
    return E.left(`the program of ${settings[silent]?.name ?? 'the client'} did not start`);
  }
  return E.right({
    gateway,
    made: MADE,
    ask: (question) => askClient(client, question),
    close,
  });
};
