import { describe, expect, it } from 'vitest';
import type { Offline } from '../../../core/simulate/offline.ts';
import { offlineTopology, replayFrame, startOffline } from '../../../core/simulate/offline.ts';
import type { Sighting } from '../../../core/simulate/seeded-neighbours.ts';
import { madeUpMac, seededNeighbours } from '../../../core/simulate/seeded-neighbours.ts';
import type { NeighbourKey } from '../../../core/decision/tables.ts';
import { neighbourKey } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { formatMac, mac } from '../../../core/wire/address.ts';
import * as arp from '../../../core/wire/arp.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  INSIDE,
  NODES,
  UDP,
  address,
  frameOf,
  packetOf,
  topology,
} from '../switch/laboratory.ts';

const of = topology();
const [ALPHA = HOST, BETA = HOST, GAMMA = HOST] = NODES;
const STRANGER_MAC = mac(0x0a1122334455);

/** A message with MAC addresses of machines that the configuration does not know. */
const foreign = (link: number, message: Parameters<typeof packetOf>[0]): Sighting => ({
  link,
  frame: ethernet.encode({
    destination: mac(0x0e0000000001),
    source: STRANGER_MAC,
    etherType: 0x0800,
    payload: packetOf(message),
  }),
});

const query = { source: HOST, destination: CLUSTER, protocol: UDP, destinationPort: 53 };

describe('neighbours of a capture', () => {
  const macs = (frames: readonly Sighting[]): ReadonlyMap<NeighbourKey, string> =>
    new Map(
      [...seededNeighbours(offlineTopology(of), frames)].map(([key, { mac: known }]) => [
        key,
        known === null ? '' : formatMac(known),
      ]),
    );

  it('have the MAC address they send with; nodes, routers and who is only sent to a made-up one', () => {
    const silent = address('198.51.100.77');
    const known = macs([
      foreign(CAMPUS, query),
      foreign(INTERCONNECT, { source: ALPHA, destination: silent, protocol: UDP }),
    ]);
    expect(known.get(neighbourKey(CAMPUS, HOST))).toBe('0a:11:22:33:44:55');
    expect(known.get(neighbourKey(INTERCONNECT, ALPHA))).toBe('0a:11:22:33:44:55');
    expect(known.get(neighbourKey(INTERCONNECT, BETA))).toBe('02:00:0a:4d:00:0c');
    expect(known.get(neighbourKey(CAMPUS, address('198.51.100.254')))).toBe('02:00:c6:33:64:fe');
    expect(known.get(neighbourKey(CAMPUS, silent))).toBe('02:00:c6:33:64:4d');
    expect(known.has(neighbourKey(CAMPUS, CLUSTER))).toBe(false);
  });

  it('are not those whose frames a router passed on', () => {
    const far = address('203.0.113.7');
    const known = macs([foreign(CAMPUS, { ...query, source: far })]);
    const links = of.links.map((_, link) => link);
    expect(links.some((link) => known.has(neighbourKey(link, far)))).toBe(false);
    expect([...known.values()]).not.toContain('0a:11:22:33:44:55');
  });
});

describe('the switch without a network', () => {
  const run = (sightings: readonly Sighting[], times: readonly number[]) => {
    let state: Offline = startOffline(of, sightings);
    return sightings.map((sighting, index) => {
      const replayed = replayFrame(state, sighting, times[index] ?? 0);
      state = replayed.state;
      return replayed;
    });
  };

  it('takes frames to any MAC address, and asks for none in a capture of two years', () => {
    const year = 365 * 86_400_000;
    const frames = [0, 1, 2].map(() => foreign(CAMPUS, query));
    const replayed = run(frames, [year, 2 * year, 3 * year]);
    expect(replayed.map(({ step }) => step.decision.verdict.kind)).toEqual([
      'forward',
      'forward',
      'forward',
    ]);
    expect(replayed.flatMap(({ due, step }) => [...due, ...step.outputs])).toHaveLength(3);
  });

  it('believes an ARP packet of the capture, and does not ask again', () => {
    const moved = mac(0x0a0000000002);
    const announced = ethernet.encode({
      destination: mac(0x0e0000000001),
      source: moved,
      etherType: 0x0806,
      payload: arp.encode({
        operation: 1,
        senderMac: moved,
        senderAddress: GAMMA,
        targetMac: mac(0),
        targetAddress: INSIDE,
      }),
    });
    const toGamma = foreign(CAMPUS, { ...query, destinationPort: 123 });
    const replayed = run(
      [toGamma, { link: INTERCONNECT, frame: announced }, toGamma, toGamma],
      [0, 1, 2, 86_400_000],
    );
    const destinations = [2, 3].map((index) =>
      [...(replayed[index]?.step.outputs[0]?.frame.subarray(0, 6) ?? [])].join(),
    );
    expect(destinations).toEqual(['10,0,0,0,0,2', '10,0,0,0,0,2']);
    expect(replayed[3]?.step.outputs).toHaveLength(1);
    expect(madeUpMac(GAMMA)).not.toBe(moved);
  });

  it('forgets what was idle too long while the capture goes on', () => {
    const frames = Array.from({ length: 2000 }, (_, index) =>
      foreign(CAMPUS, {
        source: HOST,
        destination: CLUSTER,
        destinationPort: 80,
        flags: 0x02,
        sourcePort: 1000 + index,
      }),
    );
    // A second between frames: each entry lives 240 seconds, so about as many are there at the end.
    const state = run(
      frames,
      frames.map((_, index) => index * 1000),
    ).at(-1)?.state;
    const size = state?.tables.connections.size ?? 0;
    expect(size).toBeGreaterThanOrEqual(240);
    expect(size).toBeLessThan(270);
  });

  it('takes a frame for what it is on its own link', () => {
    const [replayed] = run([{ link: CAMPUS, frame: frameOf(of, CAMPUS, query) }], [0]);
    expect(replayed?.step.outputs[0]?.egress).toBe(INTERCONNECT);
  });
});
