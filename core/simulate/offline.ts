// The switch without a network, for `replay` and `explain`: captures bear the MAC addresses of another
// gateway, and time passes as their time stamps say.

import type { Output, Step } from './simulate.ts';
import { elapse, step } from './simulate.ts';
import type { Sighting } from './seeded-neighbours.ts';
import { lasting, seededNeighbours } from './seeded-neighbours.ts';
import { emptyTablesInPlace } from '../switch/start.ts';
import type { Tables } from '../decision/tables.ts';
import { TICK_EVERY } from '../switch/tick.ts';
import type { Topology } from '../decision/topology.ts';

/** The topology for captures: frames to any MAC address are taken. */
export const offlineTopology = (topology: Topology): Topology => ({
  ...topology,
  links: topology.links.map((link) => (link === null ? null : { ...link, filtersMac: false })),
});

/** A switch that captures go through. Its tables change in place: of two states only the later one counts. */
export interface Offline {
  readonly tables: Tables;
  /** When time was last let pass, and the frames since. */
  readonly elapsedAt: number;
  readonly framesSince: number;
}

/**
 * A switch to replay `frames`, in which no frame waits for ARP: every next hop that they can lead to is
 * known from the start, and stays known.
 */
export const startOffline = (topology: Topology, frames: Iterable<Sighting>): Offline => {
  const offline = offlineTopology(topology);
  const tables = emptyTablesInPlace(offline);
  let { neighbours } = tables;
  for (const [key, neighbour] of seededNeighbours(offline, frames))
    neighbours = neighbours.set(key, neighbour);
  return {
    tables: { ...tables, neighbours: lasting(neighbours) },
    elapsedAt: Number.NEGATIVE_INFINITY,
    framesSince: 0,
  };
};

/** Entries that may be looked at for their age for each frame: the work stays linear in the frames. */
const AGED_PER_FRAME = 32;

/**
 * Lets time pass up to `now`, when that is due: after `TICK_EVERY`, and in large tables after some frames
 * more. (What is idle too long is as good as gone before it is removed.)
 */
export const passTime = (
  state: Offline,
  now: number,
): { readonly state: Offline; readonly outputs: readonly Output[] } => {
  const { tables, elapsedAt, framesSince } = state;
  const entries = tables.connections.size + tables.neighbours.size;
  if (now - elapsedAt < TICK_EVERY || framesSince * AGED_PER_FRAME < entries)
    return { state, outputs: [] };
  const passed = elapse(tables, now);
  return {
    state: { tables: passed.tables, elapsedAt: now, framesSince: 0 },
    outputs: passed.outputs,
  };
};

/** One frame of a capture at `now`: what was due before it, and its step. */
export interface Replayed {
  readonly state: Offline;
  readonly due: readonly Output[];
  readonly step: Step;
}

/** A captured frame through the switch. `now` in milliseconds, never going back from frame to frame. */
export const replayFrame = (state: Offline, { link, frame }: Sighting, now: number): Replayed => {
  const passed = passTime(state, now);
  const stepped = step(passed.state.tables, frame, link, now);
  return {
    state: {
      ...passed.state,
      tables: stepped.tables,
      framesSince: passed.state.framesSince + 1,
    },
    due: passed.outputs,
    step: stepped,
  };
};
