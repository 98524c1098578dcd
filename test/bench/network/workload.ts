// What is done with each contestant: the same commands, for the same time.

import { setTimeout } from 'node:timers/promises';
import type { Host, Outcome } from '../../lab/host.ts';
import { outcomeOf } from '../../lab/host.ts';
import { until } from '../../lab/until.ts';
import { answersOf } from './answering.ts';
import type { Contestant, Standing } from './gateways/contestant.ts';
import { transferOf } from './iperf.ts';
import { isListening } from './listening.ts';
import type { MeasureId, Values } from './measure.ts';
import type { Place } from './place.ts';
import { PORTS } from './place.ts';
import { busy, resident, used, usedExactly } from './processor.ts';
import type { Site } from './site.ts';
import { said } from './native.ts';
import { connectionsOf } from './wrk.ts';

/** A contestant where it stands. */
export interface Stage {
  readonly contestant: Contestant;
  readonly site: Site;
  readonly place: Place;
  readonly standing: Standing;
}

export interface Workload {
  /** How it is named on the command line. */
  readonly id: string;
  readonly measures: readonly MeasureId[];
  readonly needs: readonly string[];
  /** Once, when all rounds are over: it leaves the gateway another than it was. */
  readonly isLast?: boolean;
  isFor(contestant: Contestant): boolean;
  /** Throws a sentence where it does not come to a figure. */
  run(stage: Stage, seconds: number): Promise<Values>;
}

const everybody = (): boolean => true;

/** What a program said that ended well. */
const spoken = ({ code, stdout, stderr }: Outcome, name: string): string => {
  if (code === 0) return stdout;
  throw new Error(`${name} ended with ${code ?? 'a signal'}: ${`${stdout}${stderr}`.trim()}`);
};

const talkOf = ({ programs }: Site): string => programs.path('talk');

const transfer =
  (streams: number, rate: MeasureId, whole: MeasureId, own: MeasureId): Workload['run'] =>
  async ({ site, place, standing: { pid } }, seconds) => {
    const argv = ['-c', place.cluster, '-p', String(PORTS.iperf), '-t', String(seconds)];
    const before = { busy: busy(), own: pid === null ? 0 : used(pid) };
    const timeout = ['--connect-timeout', '3000', '-P', String(streams), '-J'];
    const { stdout } = await site.client.run('iperf3', ...argv, ...timeout);
    const after = { busy: busy(), own: pid === null ? 0 : used(pid) };
    const { gigabits, seconds: lasted } = transferOf(stdout);
    return {
      [rate]: gigabits / lasted,
      [whole]: (after.busy - before.busy) / gigabits,
      ...(pid === null ? {} : { [own]: (after.own - before.own) / gigabits }),
    };
  };

/** After streams have begun, and before they end: milliseconds. */
const AMID = 500;

/** What is asked of a gateway that has all its hands full. */
const answer: Workload['run'] = async ({ site, place, standing: { control } }, seconds) => {
  if (control === undefined) throw new Error('nobody answers');
  const lasting = String(seconds + (2 * AMID) / 1000);
  const argv = ['-c', place.cluster, '-p', String(PORTS.iperf), '-t', lasting, '-P', '4', '-J'];
  const load = site.client.run('iperf3', ...argv);
  await setTimeout(AMID);
  const values = await answersOf(control, seconds);
  // Whatever was answered while nothing passed is no figure.
  transferOf((await load).stdout);
  return values;
};

const connect: Workload['run'] = async ({ site, place }, seconds) => {
  const argv = ['-t', '1', '-c', '64', '-d', `${seconds}s`, '-H', 'Connection: close'];
  const outcome = await site.client.run('wrk', ...argv, `http://${place.cluster}:${PORTS.http}/`);
  return { connections: connectionsOf(spoken(outcome, 'wrk')) / 1000 };
};

const converse: Workload['run'] = async ({ site, place }, seconds) => {
  const argv = ['ask', place.cluster, String(PORTS.echo), String(seconds)];
  const line = spoken(await site.client.run(talkOf(site), ...argv), 'talk');
  return { p50: said(line, 'p50') / 1000, p99: said(line, 'p99') / 1000 };
};

const counted = (node: Host): Promise<boolean> =>
  until('somebody who counts datagrams', () => isListening(node, 'udp', [PORTS.discard]));

/** Longer than is counted: it begins before, and must not end before. */
const FLOOD_MORE = 0.6;

const flood: Workload['run'] = async ({ site, place }, seconds) => {
  const { client, node } = site;
  const port = String(PORTS.discard);
  const counting = outcomeOf(node.start(talkOf(site), 'sink', port, String(seconds)));
  await counted(node);
  const lasting = String(seconds + FLOOD_MORE);
  spoken(await client.run(talkOf(site), 'flood', place.cluster, port, lasting), 'talk');
  const line = spoken(await counting, 'talk');
  const nanoseconds = said(line, 'nanoseconds');
  if (nanoseconds === 0) throw new Error('no datagram arrived');
  return { udp: (said(line, 'datagrams') * 1e6) / nanoseconds };
};

/** What is still to do after traffic is done by then. */
const SETTLED = 500;

const rest: Workload['run'] = async ({ standing: { pid } }, seconds) => {
  if (pid === null) throw new Error('the kernel is never idle by itself');
  await setTimeout(SETTLED);
  const [before, since] = [usedExactly(pid), performance.now()];
  await setTimeout(seconds * 1000);
  return { idle: (100 * (usedExactly(pid) - before)) / (performance.now() - since) };
};

const CONNECTIONS = 100_000;

/** Memory is looked at before the connections are counted, which needs some too. */
const remember: Workload['run'] = async ({ site, place, standing }) => {
  const { pid, connections } = standing;
  if (pid === null || connections === undefined) throw new Error('nobody counts its connections');
  const sink = site.node.start(talkOf(site), 'sink', String(PORTS.discard), '60');
  await counted(site.node);
  const argv = ['fan', place.cluster, String(PORTS.discard), String(CONNECTIONS)];
  try {
    return await until('100,000 connections', async () => {
      const outcome = await site.client.run(talkOf(site), ...argv, place.client, ...place.more);
      spoken(outcome, 'talk');
      const memory = resident(pid) / 1e6;
      return (await connections()) >= CONNECTIONS ? { memory } : null;
    });
  } finally {
    sink.kill();
  }
};

export const WORKLOADS: readonly Workload[] = [
  {
    id: 'tcp1',
    measures: ['tcp1', 'cpu1', 'own1'],
    needs: ['iperf3'],
    isFor: everybody,
    run: transfer(1, 'tcp1', 'cpu1', 'own1'),
  },
  {
    id: 'tcp4',
    measures: ['tcp4', 'cpu4', 'own4'],
    needs: ['iperf3'],
    isFor: everybody,
    run: transfer(4, 'tcp4', 'cpu4', 'own4'),
  },
  {
    id: 'connections',
    measures: ['connections'],
    needs: ['wrk', 'nginx'],
    isFor: everybody,
    run: connect,
  },
  { id: 'rtt', measures: ['p50', 'p99'], needs: ['talk'], isFor: everybody, run: converse },
  {
    id: 'udp',
    measures: ['udp'],
    needs: ['talk'],
    isFor: ({ carriesUdp }) => carriesUdp,
    run: flood,
  },
  {
    id: 'control',
    measures: ['ask50', 'ask99', 'askMost', 'scrape', 'reload'],
    needs: ['iperf3', 'curl'],
    isFor: ({ id }) => id === 'onehost',
    run: answer,
  },
  { id: 'idle', measures: ['idle'], needs: [], isFor: ({ id }) => id === 'onehost', run: rest },
  {
    id: 'memory',
    measures: ['memory'],
    needs: ['talk'],
    isLast: true,
    isFor: ({ id }) => id === 'onehost',
    run: remember,
  },
];
