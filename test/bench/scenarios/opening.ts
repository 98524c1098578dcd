// New connections through the running gateway, over devices in memory: three frames each.

import { makeDeviceGateway } from '../../../adapters/gateway/device-gateway.ts';
import type { Device } from '../../../adapters/device.ts';
import { putFrame } from '../../../adapters/memory/slots.ts';
import type { Topology } from '../../../core/decision/topology.ts';
import { FIRST_NETWORK } from '../../../core/decision/topology.ts';
import type { Contestant } from '../contestant.ts';
import { NOW } from '../contestant.ts';
import { NEW, handshakes } from '../handshakes.ts';
import { race } from '../rounds.ts';
import { immutableTables, topologyFor } from '../world.ts';
import { stepping } from './deciding.ts';
import type { Scenario } from './scenario.ts';

interface Source extends Device {
  /** Has it give these frames out. */
  fill(frames: readonly Uint8Array[]): void;
}

/** A device that swallows what it gets. */
const source = (name: string): Source => {
  let frames: readonly Uint8Array[] = [];
  let next = 0;
  return {
    ...{ name, framing: 'ethernet', mtu: 1500, offloads: false, descriptors: [] },
    fill: (more) => {
      frames = more;
      next = 0;
    },
    read: (slots) => {
      const some = frames.slice(next, next + slots.capacity);
      for (const [slot, frame] of some.entries()) putFrame(slots, slot, 'ethernet', frame);
      next += some.length;
      return some.length;
    },
    write: () => 'sent',
    close: () => undefined,
  };
};

const running = (
  of: Topology,
): { readonly contestant: Contestant; readonly forget: () => void } => {
  const devices = of.links.map((link) => (link === null ? null : source(link.name)));
  const gateway = makeDeviceGateway(of, devices, () => NOW);
  const { neighbours } = immutableTables(of, 0);
  gateway.change([...neighbours.values()].map((one) => ({ kind: 'neighbour', neighbour: one })));
  const shakes = handshakes(of);
  const steps = ([0, 1, 2] as const).map((which) => ({
    ingress: shakes[0]?.[which].ingress ?? FIRST_NETWORK,
    frames: shakes.map((shake) => shake[which].frame),
  }));
  const forwarded = (): number => gateway.counters.verdicts.get('forwarded') ?? 0;
  return {
    contestant: {
      name: 'running gateway',
      run: () => {
        const before = forwarded();
        for (const { ingress, frames } of steps) {
          devices[ingress]?.fill(frames);
          while (gateway.take(ingress) === 'full');
        }
        return { items: (forwarded() - before) / steps.length };
      },
    },
    forget: () => {
      const all = [...gateway.tables.connections.values()];
      gateway.change(all.map((connection) => ({ kind: 'connection-gone', connection })));
    },
  };
};

const name = 'new connections: SYN, its answer, ACK';

export const OPENING: readonly Scenario[] = [
  {
    name,
    run: (_, rounds) => {
      const of = topologyFor(2 * NEW);
      const { contestant, forget } = running(of);
      const core = stepping('pure core', immutableTables(of, 0), handshakes(of).flat());
      // A step of it is a frame, of which a connection has three.
      const threeSteps = { ...core, run: () => ({ items: core.run().items / 3 }) };
      const figures = race([contestant, threeSteps], rounds, forget);
      return { scenario: name, item: 'connection', figures, notes: [] };
    },
  },
];
