// `onehost replay`: captured frames go through the switch, offline and without privileges.

import * as E from 'fp-ts/lib/Either.js';
import type { Offline } from '../../core/simulate/offline.ts';
import { replayFrame, startOffline } from '../../core/simulate/offline.ts';
import type { LinkSettings, Topology } from '../../core/decision/topology.ts';
import type { CaptureFile } from './capture-file.ts';
import { loadCapture } from './capture-file.ts';
import { loadConfig } from './config-file.ts';
import { linkNamed } from './link-named.ts';
import type { OutputFile } from './output-file.ts';
import { openOutput } from './output-file.ts';
import type { ReplayedFrame } from './replay-report.ts';
import {
  countFrame,
  countSent,
  emptyTally,
  jsonLine,
  summaryLines,
  textLine,
} from './replay-report.ts';

export interface ReplayOptions {
  readonly config: string;
  /** `NETWORK=FILE` each; `interconnect` and `local` are networks too. */
  readonly in: readonly string[];
  /** A pcapng file that gets what the gateway sends. */
  readonly out?: string;
  readonly json?: boolean;
}

type Line = (line: string) => void;

interface Input {
  readonly link: LinkSettings;
  readonly capture: CaptureFile;
}

/** A sentence, and the exit code: 1 a file cannot be used, 2 the command line cannot. */
interface Refusal {
  readonly sentence: string;
  readonly code: 1 | 2;
}

const readInput = (topology: Topology, given: string): E.Either<Refusal, Input> => {
  const at = given.indexOf('=');
  if (at < 1 || at === given.length - 1)
    return E.left({
      sentence: `--in ${given}: expected NETWORK=FILE, as in campus=c.pcap`,
      code: 2,
    });
  const link = linkNamed(topology, given.slice(0, at));
  if (E.isLeft(link)) return E.left({ sentence: `--in ${given}: ${link.left}`, code: 2 });
  const capture = loadCapture(given.slice(at + 1), link.right);
  if (E.isLeft(capture)) return E.left({ sentence: capture.left, code: 1 });
  return E.right({ link: link.right, capture: capture.right });
};

/** The frames of all captures by time; those of one time in the order of the captures. */
const merged = (inputs: readonly Input[]): readonly ReplayedFrame[] =>
  inputs
    .flatMap(({ link, capture }) =>
      capture.frames.map(({ number, time, bytes }) => ({
        number: 0,
        file: capture.path,
        fileNumber: number,
        time,
        link,
        bytes,
      })),
    )
    .sort((a, b) => a.time - b.time)
    .map((frame, index) => ({ ...frame, number: index + 1 }));

const sightings = (frames: readonly ReplayedFrame[]) =>
  frames.map(({ link, bytes }) => ({ link: link.link, frame: bytes }));

/** All frames through the switch, told to `out`; a sentence when the output file fails. */
const replayAll = (
  topology: Topology,
  frames: readonly ReplayedFrame[],
  file: OutputFile | null,
  json: boolean,
  out: Line,
): string | null => {
  const tally = emptyTally();
  let state: Offline = startOffline(topology, sightings(frames));
  for (const frame of frames) {
    const sighting = { link: frame.link.link, frame: frame.bytes };
    const { state: next, due, step } = replayFrame(state, sighting, frame.time);
    state = next;
    countFrame(tally, step.decision);
    out((json ? jsonLine : textLine)(topology, frame, step));
    for (const output of [...due, ...step.outputs]) {
      countSent(tally, topology, output);
      const failure = file?.write(output, frame.time) ?? null;
      if (failure !== null) return failure;
    }
  }
  const milliseconds = (frames.at(-1)?.time ?? 0) - (frames[0]?.time ?? 0);
  if (!json && frames.length > 0) summaryLines(tally, milliseconds).forEach(out);
  return null;
};

/** Replays the captures. Exit code: 0 all of them, 1 failed, or not all could be read, 2 usage. */
export const replay = (options: ReplayOptions, out: Line, err: Line): number => {
  const loaded = loadConfig(options.config);
  if (E.isLeft(loaded)) {
    loaded.left.forEach(err);
    return 1;
  }
  const { topology, warnings } = loaded.right;
  warnings.forEach((warning) => err(`warning: ${warning}`));
  if (options.in.length === 0) {
    err('--in is missing: expected NETWORK=FILE, as in campus=c.pcap');
    return 2;
  }
  const read = options.in.map((given) => readInput(topology, given));
  const refusals = read.flatMap((input) => (E.isLeft(input) ? [input.left] : []));
  if (refusals.length > 0) {
    refusals.forEach(({ sentence }) => err(sentence));
    return Math.max(...refusals.map(({ code }) => code));
  }
  const inputs = read.flatMap((input) => (E.isRight(input) ? [input.right] : []));
  for (const { capture } of inputs) capture.warnings.forEach(err);

  const paths = inputs.map(({ capture }) => capture.path);
  const file = options.out === undefined ? null : openOutput(options.out, topology, paths);
  if (file !== null && E.isLeft(file)) {
    err(file.left);
    return 1;
  }
  const output = file?.right ?? null;
  const frames = merged(inputs);
  const failed = replayAll(topology, frames, output, options.json === true, out);
  const unclosed = output?.close() ?? null;
  const failure = failed ?? unclosed;
  if (failure !== null) err(failure);
  const isWhole = failure === null && !inputs.some(({ capture }) => capture.isCut);
  return isWhole && frames.length > 0 ? 0 : 1;
};
