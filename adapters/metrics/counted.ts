// Metrics of what the gateway counts, from the rows of `show counters` (D7).

import { counterMeaning } from '../../core/decision/count.ts';
import type { Row } from '../control/views.ts';
import { LOSSES, LOSS_NAMES } from '../gateway/counters.ts';
import type { Metric, Sample } from './metric.ts';

interface Counted {
  /** A link, or what is counted besides links. */
  readonly of: string;
  readonly name: string;
  readonly value: number;
  readonly meaning: string;
}

const countedIn = (row: Row): Counted => ({
  of: String(row['of']),
  name: String(row['name']),
  value: Number(row['value']),
  meaning: String(row['meaning'] ?? ''),
});

/** How much passed a link, by the names of its counters. */
const TRAFFIC: Readonly<Record<string, readonly [what: 'frames' | 'bytes', direction: string]>> = {
  framesIn: ['frames', 'in'],
  framesOut: ['frames', 'out'],
  bytesIn: ['bytes', 'in'],
  bytesOut: ['bytes', 'out'],
};

/** Those of a link together: the reasons are told one by one. */
const LOST = 'lost';

const isOfLink = ({ name }: Counted): boolean =>
  name === LOST ||
  Object.hasOwn(TRAFFIC, name) ||
  LOSSES.some((loss) => LOSS_NAMES[loss][0] === name);

const isOfHandling = ({ of }: Counted): boolean => of === 'handled';

const traffic = (rows: readonly Counted[], what: 'frames' | 'bytes'): readonly Sample[] =>
  rows.flatMap(({ of, name, value }) => {
    const [counted, direction = ''] = TRAFFIC[name] ?? [];
    return counted === what ? [{ labels: { link: of, direction }, value }] : [];
  });

/** Those that did not happen yet, too: a rate begins at nothing. */
const losses = (rows: readonly Counted[]): readonly Sample[] =>
  [...new Set(rows.map(({ of }) => of))].flatMap((link) =>
    LOSSES.map((reason) => {
      const row = rows.find(({ of, name }) => of === link && name === LOSS_NAMES[reason][0]);
      return { labels: { link, reason }, value: row?.value ?? 0 };
    }),
  );

const meaningOfLoss = (text: string): string => text.replace(/^lost: /, '');

/** `rows` as `show counters` has them. */
export const countedMetrics = (rows: readonly Row[]): readonly Metric[] => {
  const all = rows.map(countedIn);
  const ofLinks = all.filter(isOfLink);
  const others = all.filter((row) => !isOfLink(row));
  const handling = others.filter(isOfHandling);
  return [
    {
      name: 'onehost_frames_total',
      kind: 'counter',
      help: `Frames by what became of them: forwarded, ${counterMeaning('forwarded')}; delivered, ${counterMeaning('delivered')}; else the reason why not, as onehost show counters explains.`,
      labels: ['verdict'],
      samples: others
        .filter((row) => !isOfHandling(row))
        .map(({ name, value }) => ({ labels: { verdict: name }, value })),
    },
    {
      name: 'onehost_handled_frames_total',
      kind: 'counter',
      help: `Frames by how they were handled: ${handling.map(({ name, meaning }) => `${name}, ${meaning}`).join('; ')}.`,
      labels: ['how'],
      samples: handling.map(({ name, value }) => ({ labels: { how: name }, value })),
    },
    {
      name: 'onehost_link_frames_total',
      kind: 'counter',
      help: 'Frames that passed the device of a link; one that a device left to be cut is one.',
      labels: ['link', 'direction'],
      samples: traffic(ofLinks, 'frames'),
    },
    {
      name: 'onehost_link_bytes_total',
      kind: 'counter',
      help: 'Bytes of the frames that passed the device of a link.',
      labels: ['link', 'direction'],
      samples: traffic(ofLinks, 'bytes'),
    },
    {
      name: 'onehost_link_lost_frames_total',
      kind: 'counter',
      help: `Frames that the device of a link did not take: ${LOSSES.map((loss) => `${loss}, ${meaningOfLoss(LOSS_NAMES[loss][1])}`).join('; ')}.`,
      labels: ['link', 'reason'],
      samples: losses(ofLinks),
    },
  ];
};
