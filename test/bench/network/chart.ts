// The chart that the README shows: for each measure, how many times as fast as the kernel everybody is, and the
// figure itself. SVG 1.1, readable on light and on dark pages.

import { kernel } from './gateways/kernel.ts';
import type { MeasureId } from './measure.ts';
import type { Result } from './samples.ts';
import { middleOf, ratioIn, seriesOf } from './samples.ts';
import { digits } from './table.ts';

const SHOWN: readonly MeasureId[] = ['tcp1', 'tcp4', 'connections', 'p50', 'udp'];

/** Pixels. */
const WIDTH = 860;
const MARGIN = { left: 44, right: 12, top: 62, bottom: 70 };
const HEIGHT = 400;
const PLOT = {
  width: WIDTH - MARGIN.left - MARGIN.right,
  height: HEIGHT - MARGIN.top - MARGIN.bottom,
};
/** Of a group's width, what is left free beside its bars. */
const GAP = 0.22;
const TICK = 0.5;

/** In the order of the contestants; none is too light for white or too dark for black. */
const COLOURS = ['#8b929c', '#d9822b', '#4c9f70', '#3f7fe0', '#b05fc0'];

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #24292f; }
.title { font-size: 15px; font-weight: 600; }
.group { font-weight: 600; }
.figure { font-size: 11px; }
.quiet { fill: #57606a; }
.line { stroke: #d0d7de; }
.one { stroke: #57606a; stroke-dasharray: 4 3; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .quiet { fill: #9198a1; }
  .line { stroke: #3d444d; }
  .one { stroke: #9198a1; }
}
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => ENTITIES[one] ?? one);

const round = (value: number): string => value.toFixed(1);

interface Bar {
  readonly colour: string;
  /** How many times as fast as the kernel; null: it does not do this. */
  readonly speed: number | null;
  readonly figure: string;
}

interface Group {
  readonly name: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

const groupOf = (result: Result, subjects: readonly string[]): Group => {
  const { measure } = result;
  const bars = subjects.map((subject, at): Bar => {
    const series = seriesOf([result], measure.id, subject);
    const middle = series === undefined ? null : middleOf(series);
    const ratio = ratioIn([result], measure.id, subject, kernel.name);
    const speed = ratio === null || measure.better === 'more' ? ratio : 1 / ratio;
    const colour = COLOURS[at % COLOURS.length] ?? '';
    return { colour, speed, figure: middle === null ? '–' : digits(middle) };
  });
  return { name: measure.name, unit: measure.unit, bars };
};

const text = (x: number, y: number, of: string, kind = '', anchor = 'middle'): string =>
  `<text x="${round(x)}" y="${round(y)}" class="${kind}" text-anchor="${anchor}">${escaped(of)}</text>`;

const line = (y: number, kind: string): string =>
  `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${round(y)}" y2="${round(y)}" class="${kind}"/>`;

const groupParts = (
  group: Group,
  left: number,
  width: number,
  heightOf: (speed: number) => number,
): readonly string[] => {
  const floor = MARGIN.top + PLOT.height;
  const step = (width * (1 - GAP)) / group.bars.length;
  const bars = group.bars.flatMap(({ colour, speed, figure }, at) => {
    const x = left + (width * GAP) / 2 + at * step;
    const height = speed === null ? 0 : heightOf(speed);
    const label = text(x + step / 2, floor - height - 4, figure, 'figure');
    if (height === 0) return [label];
    const place = `x="${round(x + 1)}" y="${round(floor - height)}"`;
    const size = `width="${round(step - 2)}" height="${round(height)}"`;
    return [`<rect ${place} ${size} rx="1.5" fill="${colour}"/>`, label];
  });
  const middle = left + width / 2;
  return [
    ...bars,
    text(middle, floor + 18, group.name, 'group'),
    text(middle, floor + 34, group.unit, 'quiet'),
  ];
};

const legendParts = (subjects: readonly string[]): readonly string[] =>
  subjects.flatMap((subject, at) => {
    const x = MARGIN.left + at * 150;
    const colour = COLOURS[at % COLOURS.length] ?? '';
    return [
      `<rect x="${x}" y="34" width="11" height="11" rx="1.5" fill="${colour}"/>`,
      text(x + 16, 44, subject, '', 'start'),
    ];
  });

/** The chart of what was compared with the kernel; `about` says of what it is, in one line. */
export const chartOf = (results: readonly Result[], about: string): string => {
  const shown = results.filter(({ measure }) => SHOWN.includes(measure.id));
  const series = shown.flatMap((result) => result.series);
  const subjects = [...new Set(series.filter(({ aside }) => !aside).map((one) => one.subject))];
  const groups = shown.map((result) => groupOf(result, subjects));
  const speeds = groups.flatMap(({ bars }) => bars.map(({ speed }) => speed ?? 0));
  const top = Math.max(1, Math.ceil(Math.max(0, ...speeds) / TICK + 0.2) * TICK);
  const heightOf = (speed: number): number => (speed / top) * PLOT.height;
  const floor = MARGIN.top + PLOT.height;
  const ticks = Array.from({ length: top / TICK + 1 }, (_, at) => at * TICK);
  const width = PLOT.width / Math.max(1, groups.length);
  const parts = [
    `<style>${STYLE}</style>`,
    text(MARGIN.left, 22, 'How many times as fast as the kernel’s NAT', 'title', 'start'),
    ...legendParts(subjects),
    ...ticks.flatMap((tick) => [
      line(floor - heightOf(tick), tick === 1 ? 'one' : 'line'),
      text(MARGIN.left - 6, floor - heightOf(tick) + 4, tick.toFixed(1), 'quiet', 'end'),
    ]),
    ...groups.flatMap((group, at) => groupParts(group, MARGIN.left + at * width, width, heightOf)),
    text(MARGIN.left, HEIGHT - 12, about, 'quiet figure', 'start'),
  ];
  const size = `width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">\n${parts.join('\n')}\n</svg>\n`;
};
