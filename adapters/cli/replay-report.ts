// What `onehost replay` says of each frame and of all of them.

import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { differences } from '../../core/explain/difference.ts';
import { leavingFrame, nodeOf } from '../../core/explain/leaving.ts';
import { summaryOf } from '../../core/explain/summary.ts';
import type { CounterName } from '../../core/switch/count.ts';
import { counterOf } from '../../core/switch/count.ts';
import { meaning } from '../../core/switch/reason.ts';
import type { Output, Step } from '../../core/switch/simulate.ts';
import type { LinkSettings, Topology } from '../../core/switch/topology.ts';
import { linkSettings } from '../../core/switch/topology.ts';
import type { Decision } from '../../core/switch/verdict.ts';

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

/** `2026-11-22T17:22:09.952103Z`: to the microsecond, as captures have it. */
export const timeText = (time: number): string => {
  const microseconds = Math.round(time * 1000);
  const date = new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, -1);
  return `${date}${String(microseconds % 1000).padStart(3, '0')}Z`;
};

/** The frame that goes on, and the link it leaves by; nulls when none does. */
const onward = (
  topology: Topology,
  frame: ReadonlyBytes,
  decision: Decision,
): { readonly output: Output | null; readonly egress: LinkSettings | null } => {
  const output = leavingFrame(frame, decision);
  return { output, egress: output === null ? null : linkSettings(topology, output.egress) };
};

const reasonIn = ({ verdict }: Decision) =>
  verdict.kind === 'forward' || verdict.kind === 'deliver' ? null : verdict.reason;

/** The line of one frame for programs. */
export const jsonLine = (
  topology: Topology,
  { number, file, fileNumber, time, link, bytes }: ReplayedFrame,
  { decision, outputs }: Step,
): string => {
  const { output, egress } = onward(topology, bytes, decision);
  const reason = reasonIn(decision);
  const node = nodeOf(topology, link.link, bytes, output);
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

/** Where it goes, or why not. */
export const outcome = (
  topology: Topology,
  link: LinkSettings,
  bytes: ReadonlyBytes,
  decision: Decision,
): string => {
  const { output, egress } = onward(topology, bytes, decision);
  const { kind } = decision.verdict;
  const reason = reasonIn(decision);
  const node = nodeOf(topology, link.link, bytes, output);
  const to = egress === null ? '' : ` > ${egress.name}`;
  const whose = node === null ? '' : `, node ${node}`;
  return `${kind}${to}${whose}${reason === null ? '' : ` ${reason}`}`;
};

/** The line of one frame for people. */
export const textLine = (
  topology: Topology,
  { time, link, bytes }: ReplayedFrame,
  { decision }: Step,
): string => {
  const width = Math.max(...topology.links.map((one) => one?.name.length ?? 0));
  const clock = timeText(time).slice(11, -1);
  const what = summaryOf(bytes, link.framing);
  return `${clock} ${link.name.padEnd(width)}  ${what}  ${outcome(topology, link, bytes, decision)}`;
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
    `${all} frame${all === 1 ? '' : 's'}, ${(milliseconds / 1000).toFixed(3)} seconds; sent: ${out || 'none'}`,
    ...counts.map(([name, count]) =>
      `  ${String(count).padStart(digits)} ${name.padEnd(widest)}${explained(name)}`.trimEnd(),
    ),
  ];
};
