// What the gateway's pipeline passes on without a decision, and what it leaves to `decide`.

import { describe, expect, it } from 'vitest';
import type { DeviceGateway } from '../../../adapters/gateway/device-gateway.ts';
import { makeDeviceGateway } from '../../../adapters/gateway/device-gateway.ts';
import { memoryLink } from '../../../adapters/memory/link.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  NODES,
  UDP,
  frameOf,
  tablesOf,
  topology,
} from '../../core/switch/laboratory.ts';

const of = topology();
const [ALPHA = HOST, BETA = HOST] = NODES;

const started = () => {
  const devices = of.links.map((link) =>
    link === null ? null : memoryLink(link.name, link.framing, link.mtu),
  );
  const gateway = makeDeviceGateway(of, devices, () => 0);
  gateway.change(
    [...tablesOf(of).neighbours.values()].map((neighbour) => ({ kind: 'neighbour', neighbour })),
  );
  /** Frames from the hosts, or from the nodes, in one batch; gives how many left. */
  const take = (link: number, ...frames: readonly Uint8Array[]): number => {
    for (const frame of frames) devices[link]?.push(frame);
    gateway.take(link);
    return devices.reduce((sum, device) => sum + (device?.taken().length ?? 0), 0);
  };
  return { gateway, take };
};

const handled = ({ counters }: DeviceGateway): readonly [repeated: number, decided: number] => [
  counters.handled.repeated,
  counters.handled.decided,
];

const datagram = frameOf(of, CAMPUS, {
  protocol: UDP,
  source: HOST,
  destination: CLUSTER,
  sourcePort: 4000,
  destinationPort: 53,
});
const answer = frameOf(of, INTERCONNECT, {
  protocol: UDP,
  source: BETA,
  destination: HOST,
  sourcePort: 53,
  destinationPort: 4000,
});

describe('the pipeline of the running gateway', () => {
  it('A7 A11 C2: repeats a service of one node once it knows the next hops', () => {
    const { gateway, take } = started();
    expect(take(CAMPUS, datagram, datagram, datagram)).toBe(3);
    expect(handled(gateway)).toEqual([2, 1]);
    expect(take(INTERCONNECT, answer, answer)).toBe(2);
    expect(handled(gateway)).toEqual([3, 2]);
    expect(gateway.counters.verdicts.get('forwarded')).toBe(5);
  });

  it('A19 C2: decides a connection until it is established, and repeats it from then on', () => {
    const { gateway, take } = started();
    const ends = { source: HOST, destination: CLUSTER, sourcePort: 4001, destinationPort: 80 };
    const back = { source: ALPHA, destination: HOST, sourcePort: 80, destinationPort: 4001 };
    take(CAMPUS, frameOf(of, CAMPUS, { ...ends, flags: 0x02 }));
    take(INTERCONNECT, frameOf(of, INTERCONNECT, { ...back, flags: 0x12 }));
    const proof = { ...ends, flags: 0x10 };
    take(CAMPUS, frameOf(of, CAMPUS, proof), frameOf(of, CAMPUS, proof));
    expect(handled(gateway)).toEqual([1, 3]);
    const data = frameOf(of, INTERCONNECT, { ...back, flags: 0x10 });
    take(INTERCONNECT, data, data, data);
    expect(handled(gateway)).toEqual([3, 4]);
    take(CAMPUS, frameOf(of, CAMPUS, { ...ends, flags: 0x11 }));
    expect(handled(gateway)).toEqual([3, 5]);
  });

  it('A21: decides again what a change of the topology may have another answer to', () => {
    const { gateway, take } = started();
    take(CAMPUS, datagram, datagram);
    expect(handled(gateway)).toEqual([1, 1]);
    const services = new Map(of.services);
    gateway.change([{ kind: 'topology', topology: { ...of, services } }]);
    take(CAMPUS, datagram, datagram);
    expect(handled(gateway)).toEqual([2, 2]);
  });
});
