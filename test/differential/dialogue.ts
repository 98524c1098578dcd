// Conversations without chance: one host's, a word at a time.

import type { Link } from '../../core/decision/topology.ts';
import { INTERCONNECT } from '../../core/decision/topology.ts';
import type { Kernels } from '../../adapters/gateway/kernels.ts';
import type { Output } from '../../core/simulate/simulate.ts';
import type { Item, Side, Twist } from '../arbitraries/conversations.ts';
import type { Talk } from '../arbitraries/talks.ts';
import { CAMPUS, CLUSTER, HOST } from '../core/switch/laboratory.ts';
import type { Both } from './both.ts';
import { makeBoth } from './both.ts';
import type { Roads } from './roads.ts';
import type { Scenario } from './scenarios.ts';
import { makeStations } from './stations.ts';

/** The host speaks to a port of the cluster. */
export const talk = (protocol: number, port: number): Talk => ({
  protocol,
  opener: 'host',
  host: HOST,
  hostPort: 1000 + port,
  network: CAMPUS,
  address: CLUSTER,
  port,
  node: 0,
  isNfs: false,
  sequence: 1000,
});

/** Who speaks, and the link that his frames come by. */
export const SIDES: readonly (readonly [Side, Link])[] = [
  ['hosts', CAMPUS],
  ['nodes', INTERCONNECT],
];

/** Goes on with a talk, or with all of them. */
export const say = (who: number | 'all', twist: Twist = {}): Item => ({
  kind: 'say',
  who,
  saying: 'go',
  times: 1,
  size: 5,
  call: {
    program: 0,
    version: 0,
    procedure: 0,
    handle: new Uint8Array(0),
    credential: 0,
    missing: 0,
    more: 0,
  },
  twist,
});

export interface Dialogue {
  readonly both: Both;
  /** What a side says comes in one batch; gives what leaves. */
  readonly deliver: (side: Side, link: Link, items: readonly Item[]) => readonly Output[];
}

/** Both gateways, which know all stations; and the stations. */
export const makeDialogue = (
  { variants }: Scenario,
  talks: readonly Talk[],
  roads?: Roads,
  kernels?: Kernels,
): Dialogue => {
  const both = makeBoth(variants, roads, kernels);
  const stations = makeStations(variants[0], talks);
  for (const { link, frame } of stations.greet())
    both.happen({ kind: 'frames', link, frames: [frame] });
  return {
    both,
    deliver: (side, link, items) => {
      const frames = items.flatMap((item) => stations.say(side, item)).map(({ frame }) => frame);
      const outputs = both.happen({ kind: 'frames', link, frames });
      stations.hear(outputs);
      return outputs;
    },
  };
};

/** Three times there and back: then every connection is established, and every datagram answered. */
export const becomeAcquainted = ({ deliver }: Dialogue): void => {
  for (let turn = 0; turn < 3; turn++)
    for (const [side, link] of SIDES) deliver(side, link, [say('all')]);
};
