// The running gateway and the pure core side by side, told the same; whatever differs is an error: frames, link
// by link in their order, counters, tables.

import { expect } from 'vitest';
import type { LinkCounters } from '../../adapters/gateway/counters.ts';
import type { DeviceGateway } from '../../adapters/gateway/device-gateway.ts';
import type { Kernels } from '../../adapters/gateway/kernels.ts';
import { loadKernels } from '../../adapters/gateway/kernels.ts';
import { counterOf } from '../../core/decision/count.ts';
import type { Change, Tables } from '../../core/decision/tables.ts';
import { apply } from '../../core/decision/tables.ts';
import type { Link, NodeIndex, NodeState, Topology } from '../../core/decision/topology.ts';
import type { Decision, Verdict } from '../../core/decision/verdict.ts';
import type { Output } from '../../core/simulate/simulate.ts';
import { outputOf, step } from '../../core/simulate/simulate.ts';
import { adopt, setNode, setService } from '../../core/switch/administration.ts';
import { emptyTables } from '../../core/switch/start.ts';
import { ageing, tick } from '../../core/switch/tick.ts';
import { contents, glance } from './contents.ts';
import type { Roads } from './roads.ts';
import type { MakeRunning } from './running.ts';
import { overMemory } from './running.ts';
import { BEHIND, roadOf, tally, watched } from './roads.ts';

/** What can happen to a gateway. */
export type Happening =
  /** Frames that a link has ready at once. */
  | { readonly kind: 'frames'; readonly link: Link; readonly frames: readonly Uint8Array[] }
  | { readonly kind: 'time'; readonly milliseconds: number }
  | { readonly kind: 'tick' }
  | { readonly kind: 'node'; readonly node: NodeIndex; readonly state: NodeState }
  /** A service gets the entry that it has in another configuration, if the nodes there are the same. */
  | { readonly kind: 'service'; readonly variant: number; readonly service: number }
  /** The file is another one, and loaded again. */
  | { readonly kind: 'reload'; readonly variant: number };

export interface Both {
  /** Does the same to both; gives the frames that leave. Throws where they differ. */
  happen(happening: Happening): readonly Output[];
  /** The pure core's. */
  readonly tables: Tables;
  readonly gateway: DeviceGateway;
  readonly close: () => void;
}

const hex = (frame: Uint8Array): string => Buffer.from(frame).toString('hex');

const noTraffic = (): LinkCounters => ({
  framesIn: 0,
  bytesIn: 0,
  framesOut: 0,
  bytesOut: 0,
  lost: 0,
  losses: { full: 0, down: 0, refused: 0, gone: 0 },
});

const counted = (verdicts: ReadonlyMap<string, number>, links: readonly LinkCounters[]): string =>
  JSON.stringify([[...verdicts].sort(), links]);

/**
 * Both, before the first frame. `variants`: configurations with the same links, of which the first is the one
 * they start with. `roads` gets what the pipeline passes on. `make`: what carries the running one's frames.
 */
export const makeBoth = (
  variants: readonly [Topology, ...(readonly Topology[])],
  roads: Roads = new Map(),
  kernels: Kernels = loadKernels(),
  make: MakeRunning = overMemory,
): Both => {
  const [start] = variants;
  const traffic = start.links.map(noTraffic);
  const counts = new Map<string, number>();
  let tables = emptyTables(start);
  let now = 0;
  let configured = start;
  /** What the core decided about the frames of a batch, in their order. */
  let decided: readonly Decision[] = [];

  const passed = (from: number, to: number): void => {
    const ports = tables.topology.nonSpecificPorts;
    for (const decision of decided.slice(from, to)) tally(roads, roadOf(decision, ports));
    if (from > 0 && to > from) tally(roads, BEHIND, to - from);
  };
  const { gateway, devices, close } = make(start, () => now, watched(kernels, passed));

  const count = (verdict: Verdict): void => {
    const name = counterOf(verdict);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };

  /** What left by each link, in its order. */
  const expectedFrames = (outputs: readonly Output[]): readonly (readonly string[])[] => {
    const expected: string[][] = devices.map(() => []);
    for (const { egress, frame } of outputs) {
      expected[egress]?.push(hex(frame));
      const counted = traffic[egress] ?? noTraffic();
      counted.framesOut++;
      counted.bytesOut += frame.length;
    }
    return expected;
  };

  const compare = (outputs: readonly Output[]): void => {
    const written = devices.map((device) => device?.taken().map(hex) ?? []);
    const expected = expectedFrames(outputs);
    // Most of the time all is the same, and that is quicker said.
    if (String(written) !== String(expected)) expect(written).toEqual(expected);
    if (glance(gateway.tables) !== glance(tables))
      expect(contents(gateway.tables)).toEqual(contents(tables));
    if (counted(gateway.counters.verdicts, gateway.counters.links) === counted(counts, traffic))
      return;
    expect(gateway.counters.verdicts).toEqual(counts);
    expect(gateway.counters.links).toEqual(traffic);
  };

  const take = (link: Link, frames: readonly Uint8Array[]): readonly Output[] => {
    const counted = traffic[link] ?? noTraffic();
    const outputs: Output[] = [];
    const decisions: Decision[] = [];
    const before = counted.framesIn;
    for (const frame of frames) {
      const one = step(tables, frame, link, now);
      tables = one.tables;
      count(one.decision.verdict);
      decisions.push(one.decision);
      outputs.push(...one.outputs);
      devices[link]?.push(frame);
      counted.framesIn++;
      counted.bytesIn += frame.length;
    }
    do decided = decisions.slice((gateway.counters.links[link]?.framesIn ?? 0) - before);
    while (gateway.take(link) === 'full');
    return outputs;
  };

  const elapse = (): readonly Output[] => {
    tables = apply(tables, ageing(tables, tables.connections.values(), now));
    const due = tick(tables, now);
    tables = apply(tables, due.changes);
    for (const { verdict } of due.decisions) count(verdict);
    // Time brings it about a little at a time, between batches.
    while (gateway.age());
    gateway.tick();
    return due.sends.map(outputOf);
  };

  const change = (changes: (to: Tables) => readonly Change[]): void => {
    tables = apply(tables, changes(tables));
    gateway.change(changes(gateway.tables));
  };

  /** What people change. */
  const alter = (happening: Exclude<Happening, { kind: 'frames' | 'time' | 'tick' }>): void => {
    const { nodes } = tables.topology;
    const { kind } = happening;
    if (kind === 'node') {
      const { node, state } = happening;
      if (node < nodes.length) change((to) => setNode(to, node, state));
      return;
    }
    const next = variants[happening.variant] ?? start;
    if (kind === 'reload') {
      change((to) => adopt(to, configured, next));
      configured = next;
      return;
    }
    const service = [...next.services.values()][happening.service];
    const isSame = next.nodes.every(({ address }, index) => nodes[index]?.address === address);
    if (service !== undefined && isSame) change((to) => setService(to, service));
  };

  return {
    get tables() {
      return tables;
    },
    gateway,
    close,
    happen: (happening) => {
      if (happening.kind === 'time') {
        now += happening.milliseconds;
        return [];
      }
      let outputs: readonly Output[] = [];
      if (happening.kind === 'frames') outputs = take(happening.link, happening.frames);
      else if (happening.kind === 'tick') outputs = elapse();
      else alter(happening);
      compare(outputs);
      return outputs;
    },
  };
};
