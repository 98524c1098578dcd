// `onehost explain`: why a frame goes where it goes, offline and without privileges.

import * as E from 'fp-ts/lib/Either.js';
import { counted } from '../../core/explain/counted.ts';
import type { Explanation } from '../../core/explain/explanation.ts';
import { explain as explainFrame } from '../../core/explain/explanation.ts';
import { passTime, replayFrame, startOffline } from '../../core/simulate/offline.ts';
import type { LinkSettings, Topology } from '../../core/decision/topology.ts';
import type { CapturedFrame } from '../pcap/capture.ts';
import { loadCapture } from './capture-file.ts';
import { loadConfig } from './config-file.ts';
import { explanationLines } from './explain-text.ts';
import { parseFrameHex } from './frame-hex.ts';
import { linkNamed } from './link-named.ts';
import { timeText } from './replay-report.ts';

export interface ExplainOptions {
  readonly config: string;
  /** The network that the frame arrives on; `interconnect` and `local` are networks too. */
  readonly on: string;
  readonly hex?: string;
  readonly pcap?: string;
  /** Which frame of the capture, from 1. */
  readonly number?: number;
  readonly json?: boolean;
}

type Line = (line: string) => void;

/** The frame that is asked about, those that went before it, and what to say of it. */
interface Question {
  readonly frames: readonly Pick<CapturedFrame, 'bytes' | 'time'>[];
  readonly about: readonly string[];
  readonly warnings: readonly string[];
}

/** A sentence, and the exit code: 1 a file cannot be used, 2 the command line cannot. */
interface Refusal {
  readonly sentence: string;
  readonly code: 1 | 2;
}

const refused = (code: 1 | 2, sentence: string): E.Either<Refusal, never> =>
  E.left({ sentence, code });

const fromHex = (text: string, link: LinkSettings): E.Either<Refusal, Question> => {
  const bytes = parseFrameHex(text);
  if (E.isLeft(bytes)) return refused(2, `--hex: ${bytes.left}`);
  const about = [
    `a frame of ${counted(bytes.right.length, 'byte')} on ${link.name}; no frame went before it`,
  ];
  return E.right({ frames: [{ bytes: bytes.right, time: 0 }], about, warnings: [] });
};

const fromCapture = (
  path: string,
  number: number,
  link: LinkSettings,
): E.Either<Refusal, Question> => {
  if (!Number.isSafeInteger(number) || number < 1)
    return refused(2, 'the number of a frame is a whole number from 1 on');
  const capture = loadCapture(path, link);
  if (E.isLeft(capture)) return refused(1, capture.left);
  const { frames, warnings, isCut } = capture.right;
  const asked = frames[number - 1];
  if (asked === undefined) {
    const has = frames.length === 0 ? 'no frames' : `only ${counted(frames.length, 'frame')}`;
    const cut = isCut ? ', as it is cut off' : '';
    return refused(1, `${path}: has ${has}${cut}; there is no frame ${number}`);
  }
  const before = number - 1;
  const went =
    before === 0
      ? 'no frame went before it'
      : `the ${counted(before, 'frame')} before it went through the switch first, by ${link.name}`;
  const about = `frame ${number} of ${path}, on ${link.name} at ${timeText(asked.time)}: ${went}`;
  return E.right({ frames: frames.slice(0, number), about: [about], warnings });
};

const questionOf = (options: ExplainOptions, link: LinkSettings): E.Either<Refusal, Question> => {
  const { hex, pcap, number = 1 } = options;
  if (hex !== undefined && pcap !== undefined)
    return refused(2, 'expected a capture or --hex, not both');
  if (hex !== undefined) return fromHex(hex, link);
  return pcap === undefined
    ? refused(2, 'expected a capture, or --hex and the frame')
    : fromCapture(pcap, number, link);
};

/** Explains the last of `frames`, after the others went through the switch. */
const explainLast = (
  topology: Topology,
  { link }: LinkSettings,
  { frames }: Question,
): Explanation | null => {
  const asked = frames.at(-1);
  if (asked === undefined) return null;
  let state = startOffline(
    topology,
    frames.map(({ bytes }) => ({ link, frame: bytes })),
  );
  let now = Number.NEGATIVE_INFINITY;
  for (const { bytes, time } of frames.slice(0, -1)) {
    // Frames of several interfaces may stand a little out of order; the switch's clock never goes back.
    now = Math.max(now, time);
    state = replayFrame(state, { link, frame: bytes }, now).state;
  }
  now = Math.max(now, asked.time);
  const { tables } = passTime(state, now).state;
  return explainFrame(tables, asked.bytes, link, now).explanation;
};

/** Explains one frame. Exit code: 0 done, 1 not, 2 usage. */
export const explain = (options: ExplainOptions, out: Line, err: Line): number => {
  const loaded = loadConfig(options.config);
  if (E.isLeft(loaded)) {
    loaded.left.forEach(err);
    return 1;
  }
  const { topology, warnings } = loaded.right;
  warnings.forEach((warning) => err(`warning: ${warning}`));
  const link = linkNamed(topology, options.on);
  if (E.isLeft(link)) {
    err(`--on: ${link.left}`);
    return 2;
  }
  const question = questionOf(options, link.right);
  if (E.isLeft(question)) {
    err(question.left.sentence);
    return question.left.code;
  }
  const { about, warnings: remarks } = question.right;
  remarks.forEach(err);
  const explanation = explainLast(topology, link.right, question.right);
  if (explanation === null) return 1;
  if (options.json === true) out(JSON.stringify({ about: about.join(' '), ...explanation }));
  else explanationLines(about, explanation).forEach(out);
  return 0;
};
