// What the demo says at its end: who answered how much, what the gateway counted, how to go on by hand.

import { counterMeaning } from '../../core/decision/count.ts';
import { tableOf } from '../cli/table.ts';
import { GATEWAY_NAME } from './cluster.ts';
import { AWAY } from './script.ts';
import { KINDS, answersOf } from './tally.ts';
import type { Scene } from './view.ts';
import { WIDTH } from './view.ts';

const cut = (line: string): string => (line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line);

const indented = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => cut(`  ${line}`.trimEnd()));

const verdictOf = ({ asked }: Scene, faults: readonly string[]): string => {
  const answered = asked.filter(({ reply }) => reply.kind === 'answered').length;
  const lost = asked.filter((one) => one.lost).length;
  const sum = `${asked.length} requests to one address: ${answered} answered`;
  if (faults.length > 0) return `${sum}. This is not as it must be:`;
  return lost === 0 ? `${sum}.` : `${sum}, ${lost} lost with ${AWAY}, as it must be.`;
};

const tallyOf = ({ asked, nodes }: Scene): readonly string[] =>
  tableOf(
    [...nodes.map(({ name }) => name), GATEWAY_NAME].map((name) => ({
      'answered by': name,
      ...Object.fromEntries(KINDS.map((kind) => [kind, answersOf(asked, name, kind)])),
      all: answersOf(asked, name),
    })),
  );

const countersOf = ({ counters }: Scene): readonly string[] =>
  tableOf(
    [...counters]
      .sort(([, a], [, b]) => b - a)
      .map(([name, value]) => ({ frames: value, counted: name, meaning: counterMeaning(name) })),
  );

/** `onehost` is how the command is called here, `file` the configuration as one names it from here. */
export const summaryOf = (
  scene: Scene,
  faults: readonly string[],
  onehost: string,
  file: string,
): readonly string[] => [
  '',
  `  ${verdictOf(scene, faults)}`,
  ...faults.map((fault) => `    ${fault}`),
  '',
  ...indented(tallyOf(scene)),
  '',
  ...indented(countersOf(scene)),
  '',
  `  By hand, as root (onehost here is ${onehost}):`,
  ...[
    `onehost run -c ${file}`,
    'onehost show connections',
    `onehost set node ${AWAY} drain`,
    `onehost explain -c ${file} --on campus CAPTURE.pcap`,
  ].map((line) => `    ${line}`),
];
