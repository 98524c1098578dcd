// How the demo looks while it runs: from what is known to lines of at most 78 columns, without side effects.

import type { CounterName } from '../../core/decision/count.ts';
import type { NodeState } from '../../core/decision/topology.ts';
import { GATEWAY_NAME, OWN_PORT } from './cluster.ts';
import type { Question } from './cluster.ts';
import { answersOf } from './tally.ts';
import type { Asked } from './traffic.ts';

export const WIDTH = 78;
/** Lines that `frameOf` gives. */
export const HEIGHT = 22;
const SHOWN = 12;
const LONGEST_BAR = 12;

/** Gives the text its colour, an SGR number of ECMA-48; or leaves it as it is. */
export type Paint = (colour: number, text: string) => string;
export const plain: Paint = (_colour, text) => text;
export const coloured: Paint = (colour, text) => `\x1b[${colour}m${text}\x1b[0m`;

const RED = 31;
const DIM = 2;
const BOLD = 1;
const GATEWAY_COLOUR = 35;
const NODE_COLOURS = [32, 33, 36, 34];

export interface SceneNode {
  readonly name: string;
  readonly address: string;
  readonly state: NodeState;
}

/** All that is shown. */
export interface Scene {
  readonly client: string;
  readonly cluster: string;
  readonly nodes: readonly SceneNode[];
  readonly title: string;
  readonly asked: readonly Asked[];
  readonly counters: readonly (readonly [CounterName, number])[];
}

const colourOf = (nodes: readonly SceneNode[], name: string): number =>
  name === GATEWAY_NAME
    ? GATEWAY_COLOUR
    : (NODE_COLOURS[nodes.findIndex((node) => node.name === name) % NODE_COLOURS.length] ?? BOLD);

const branch = (index: number, count: number): string =>
  index === 0 ? '┬' : index === count - 1 ? '└' : '├';

/** The cluster, with what each node answered so far. */
export const pictureOf = (scene: Scene, paint: Paint): readonly string[] => {
  const { nodes, asked } = scene;
  const own = answersOf(asked, GATEWAY_NAME);
  const left = [
    `client ────── ${scene.cluster} ──`,
    `${scene.client.padEnd(14)}${GATEWAY_NAME}`,
    ' '.repeat(14) + (own === 0 ? '' : `by itself ${own}`),
  ];
  const answers = nodes.map(({ name }) => answersOf(asked, name));
  const most = Math.max(1, ...answers);
  return nodes.map(({ name, address, state }, index) => {
    const count = answers[index] ?? 0;
    const bar = '■'.repeat(Math.round((count / most) * LONGEST_BAR));
    const down = state === 'down';
    const colour = down ? DIM : colourOf(nodes, name);
    const row = `${name.padEnd(6)} ${address.padEnd(11)} ${state.padEnd(6)}`;
    const wire = `${branch(index, nodes.length)}${down ? '╌' : '─'} `;
    const start = (left[index] ?? '').padEnd(29);
    return `  ${start}${wire}${paint(colour, row)}${String(count).padStart(4)} ${paint(colour, bar)}`;
  });
};

const targetOf = (cluster: string, { kind, port }: Question): string => {
  if (kind === 'udp') return `${cluster}:${port}/udp`;
  return `http://${cluster}${port === 80 ? '' : `:${port}`}/`;
};

const wayOf = ({ kind, port, connection }: Question): string => {
  if (port === OWN_PORT) return 'no node has it';
  if (kind === 'kept') return `kept open, no. ${connection}`;
  return kind === 'http' ? 'new connection' : 'new source port';
};

const outcomeOf = ({ reply, lost }: Asked, nodes: readonly SceneNode[], paint: Paint): string => {
  if (reply.kind === 'answered') {
    const time = `${reply.milliseconds.toFixed(1)} ms`.padStart(9);
    return paint(colourOf(nodes, reply.node), reply.node.padEnd(8)) + time;
  }
  return paint(RED, lost ? 'lost with its node' : `FAILED ${reply.why}`.slice(0, 20));
};

/** A question: its number, kind, where it went, by what, and the node and the round trip, or what failed. */
export const askedLine = (
  asked: Asked,
  { cluster, nodes }: Pick<Scene, 'cluster' | 'nodes'>,
  paint: Paint,
): string => {
  const { number, question } = asked;
  const target = targetOf(cluster, question).padEnd(26);
  const start = `${String(number).padStart(5)}  ${question.kind.padEnd(5)} ${target}`;
  return `${start} ${wayOf(question).padEnd(17)} ${outcomeOf(asked, nodes, paint)}`;
};

/** The largest counters, as many as a line takes. */
const counterLine = (scene: Scene): string => {
  let line = '  gateway:';
  for (const [name, value] of [...scene.counters].sort(([, a], [, b]) => b - a)) {
    const longer = `${line} ${name} ${value} `;
    if (longer.length > WIDTH) break;
    line = longer;
  }
  return line.trimEnd();
};

/** The live view. */
export const frameOf = (scene: Scene, paint: Paint): readonly string[] => {
  const last = scene.asked.slice(-SHOWN).map((asked) => askedLine(asked, scene, paint));
  const lines = [
    '',
    ...pictureOf(scene, paint),
    '',
    `  ${paint(BOLD, scene.title)}`,
    '',
    ...last,
    ...Array.from({ length: SHOWN - last.length }, () => ''),
    '',
    counterLine(scene),
  ];
  return [...lines, ...Array.from({ length: HEIGHT - lines.length }, () => '')];
};
