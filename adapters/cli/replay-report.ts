// What `onehost replay` says of each frame and of all of them.

import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { differences } from '../../core/explain/difference.ts';
import { reasonOf } from '../../core/explain/account.ts';
import { counted } from '../../core/explain/counted.ts';
import { hopOf, leavingFrame, nodeOf } from '../../core/explain/leaving.ts';
import { outcomeOf } from '../../core/explain/outcome.ts';
import { summaryOf } from '../../core/explain/summary.ts';
import type { CounterName } from '../../core/decision/count.ts';
import { counterOf } from '../../core/decision/count.ts';
import { meaning } from '../../core/decision/reason.ts';
import type { Output, Step } from '../../core/simulate/simulate.ts';
import type { LinkSettings, Topology } from '../../core/decision/topology.ts';
import { linkSettings } from '../../core/decision/topology.ts';
import type { Decision } from '../../core/decision/verdict.ts';

/** A frame of a capture, in the order of all of them. */
export interface ReplayedFrame {
  /** From 1 over all captures; `fileNumber` is that in the file. */
  readonly number: number;
  readonly file: string;
  readonly fileNumber: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  readonly link: LinkSettings;
  readonly bytes: ReadonlyBytes;
}

/** The last time that a date can be made of. */
const LATEST = 8.64e15;

/** `2026-11-22T17:22:09.952103Z`: to the microsecond, as captures have it; seconds where that is no date. */
export const timeText = (time: number): string => {
  if (time < 0 || time > LATEST) return `${time / 1000}s`;
  const whole = Math.floor(time);
  const microseconds = Math.min(999, Math.round((time - whole) * 1000));
  return `${new Date(whole).toISOString().slice(0, -1)}${String(microseconds).padStart(3, '0')}Z`;
};

/** The line of one frame for programs. */
export const jsonLine = (
  topology: Topology,
  { number, file, fileNumber, time, link, bytes }: ReplayedFrame,
  { tables, decision, outputs }: Step,
): string => {
  const output = leavingFrame(bytes, decision);
  const egress = output === null ? null : linkSettings(topology, output.egress);
  const reason = reasonOf(decision.verdict);
  const hop = hopOf(tables, link.link, bytes, decision);
  const node = nodeOf(topology, link.link, bytes, output, hop);
  const changes =
    output === null || egress === null
      ? []
      : differences(bytes, link.framing, output.frame, egress.framing);
  return JSON.stringify({
    number,
    file,
    fileNumber,
    time: timeText(time),
    link: link.name,
    verdict: decision.verdict.kind,
    ...(reason === null ? {} : { reason }),
    ...(egress === null ? {} : { egress: egress.name }),
    path: decision.path,
    ...(node === null ? {} : { node }),
    changed: changes.map(({ field, offset, before, after }) => ({
      field,
      offset,
      before: before?.text ?? null,
      after: after?.text ?? null,
    })),
    sent: outputs.length,
  });
};

/** The line of one frame for people. */
export const textLine = (
  topology: Topology,
  { time, link, bytes }: ReplayedFrame,
  { tables, decision }: Step,
): string => {
  const width = Math.max(...topology.links.map((one) => one?.name.length ?? 0));
  const clock = timeText(time).replace(/^.*T(.*)Z$/, '$1');
  const what = summaryOf(bytes, link.framing);
  const hop = hopOf(tables, link.link, bytes, decision);
  const outcome = outcomeOf(topology, link.link, bytes, decision, hop);
  return `${clock} ${link.name.padEnd(width)}  ${what}  ${outcome}`;
};

/** What is counted over all frames: verdicts by their counters' names, frames sent by link. */
export interface Tally {
  readonly frames: Map<CounterName, number>;
  readonly sent: Map<string, number>;
}

export const emptyTally = (): Tally => ({ frames: new Map(), sent: new Map() });

const countOne = <K>(counts: Map<K, number>, name: K): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};

export const countFrame = ({ frames }: Tally, { verdict }: Decision): void =>
  countOne(frames, counterOf(verdict));

export const countSent = ({ sent }: Tally, topology: Topology, { egress }: Output): void =>
  countOne(sent, linkSettings(topology, egress).name);

const explained = (name: CounterName): string =>
  name === 'forwarded' || name === 'delivered' ? '' : `  ${meaning(name)}`;

/** The closing lines for people; `milliseconds` is the time from the first frame to the last. */
export const summaryLines = ({ frames, sent }: Tally, milliseconds: number): readonly string[] => {
  const all = [...frames.values()].reduce((sum, count) => sum + count, 0);
  const counts = [...frames].sort(([, a], [, b]) => b - a);
  const widest = Math.max(...counts.map(([name]) => name.length));
  const digits = String(all).length;
  const out = [...sent].map(([link, count]) => `${link} ${count}`).join(', ');
  return [
    '',
    `${counted(all, 'frame')}, ${(milliseconds / 1000).toFixed(3)} seconds; sent: ${out || 'none'}`,
    ...counts.map(([name, count]) =>
      `  ${String(count).padStart(digits)} ${name.padEnd(widest)}${explained(name)}`.trimEnd(),
    ),
  ];
};
