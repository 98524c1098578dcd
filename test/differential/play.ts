// A script played to both gateways, with stations that answer what they hear.

import type { Kernels } from '../../adapters/gateway/kernels.ts';
import { INTERCONNECT } from '../../core/decision/topology.ts';
import type { Link } from '../../core/decision/topology.ts';
import type { Script, Turn } from '../arbitraries/conversations.ts';
import { u32 } from '../../core/wire/bytes.ts';
import { NODES } from '../core/switch/laboratory.ts';
import { expectSound } from '../core/switch/recount.ts';
import type { Happening } from './both.ts';
import { makeBoth } from './both.ts';
import { isQuestion, portmapperAnswer } from './portmapper-answer.ts';
import type { Roads } from './roads.ts';
import type { MakeRunning } from './running.ts';
import type { Scenario } from './scenarios.ts';
import { makeStations } from './stations.ts';
import { writtenDown } from './written-down.ts';

/** Where the destination of an IP packet in a frame is. */
const DESTINATION = 30;
/** Frames that are read at once, at most. */
const BATCH = 64;

/** Plays it; throws where the two differ, and says what had happened. */
export const play = (
  { variants }: Scenario,
  script: Script,
  roads?: Roads,
  kernels?: Kernels,
  make?: MakeRunning,
): void => {
  const [of] = variants;
  const both = makeBoth(variants, roads, kernels, make);
  const stations = makeStations(of, script.talks);
  const happened: Happening[] = [];
  const questions = new Map<number, Uint8Array>();

  const happen = (happening: Happening): void => {
    happened.push(happening);
    try {
      const outputs = both.happen(happening);
      stations.hear(outputs);
      for (const one of happening.kind === 'tick' ? outputs.filter(isQuestion) : [])
        questions.set(u32(one.frame, DESTINATION), one.frame);
    } catch (cause) {
      throw new Error(`after\n${writtenDown(happened)}`, { cause });
    }
  };

  const deliver = (link: Link, frames: readonly Uint8Array[], answersAt: number): void => {
    const answers = stations.answers(link);
    const all = frames.toSpliced(Math.min(answersAt, frames.length), 0, ...answers);
    if (all.length > 0) happen({ kind: 'frames', link, frames: all.slice(0, BATCH) });
  };

  const take = (turn: Turn): void => {
    if (turn.kind === 'batch') {
      const arriving = turn.items.flatMap((item) => stations.say(turn.side, item));
      for (const link of of.links.keys())
        deliver(
          link,
          arriving.filter((one) => one.link === link).map(({ frame }) => frame),
          turn.answersAt,
        );
    } else if (turn.kind === 'tell') {
      const question = questions.get(NODES[turn.node] ?? 0);
      if (question !== undefined) deliver(INTERCONNECT, [portmapperAnswer(question, turn.port)], 0);
    } else if (turn.kind === 'outage') {
      happen({ ...turn, kind: 'node', state: 'down' });
      happen({ kind: 'tick' });
      happen({ ...turn, kind: 'node', state: 'active' });
    } else happen(turn);
  };

  try {
    if (script.known)
      for (const { link, frame } of stations.greet())
        happen({ kind: 'frames', link, frames: [frame] });
    script.turns.forEach(take);
    expectSound(both.tables);
  } finally {
    both.close();
  }
};
