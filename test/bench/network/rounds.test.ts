import { describe, expect, it } from 'vitest';
import type { Host } from '../../lab/host.ts';
import type { Contestant } from './gateways/contestant.ts';
import { kernel, plainKernel } from './gateways/kernel.ts';
import { onehost } from './gateways/onehost.ts';
import { placeOf } from './place.ts';
import { programsOf } from './programs.ts';
import type { Plan, Turn } from './rounds.ts';
import { race, resultsOf } from './rounds.ts';
import type { Stage, Workload } from './workload.ts';

const nowhere = (): never => {
  throw new Error('nobody goes anywhere here');
};
const host: Host = {
  ...{ name: 'nowhere', path: '', inside: nowhere, ip: nowhere },
  ...{ run: nowhere, start: nowhere, startWith: nowhere, dispose: nowhere },
};
const site = {
  ...{ client: host, node: host, folder: '', programs: programsOf({}) },
  ...{ host: nowhere, dispose: nowhere },
};

const stageOf = (contestant: Contestant, at: number): Stage => ({
  contestant,
  site,
  place: placeOf(at, contestant.id),
  standing: { pid: null },
});
const stages = [kernel, plainKernel, onehost].map(stageOf);

const workload = (changes: Partial<Workload>): Workload => ({
  id: 'tcp1',
  measures: ['tcp1'],
  needs: [],
  isFor: () => true,
  run: (_, seconds) => Promise.resolve({ tcp1: seconds }),
  ...changes,
});

const turnsOf = async (changes: Partial<Plan>): Promise<readonly Turn[]> => {
  const plan: Plan = {
    stages,
    workloads: [workload({})],
    ...{ rounds: 2, seconds: 5, warmUps: 0, before: () => Promise.resolve() },
    ...changes,
  };
  const turns: Turn[] = [];
  for await (const turn of race(plan)) turns.push(turn);
  return turns;
};

const written = ({ round, workload: { id }, stage }: Turn): string =>
  `${round} ${id} ${stage.contestant.id}`;

describe('rounds', () => {
  it('have all take turns within each workload, and each begin in turn', async () => {
    const workloads = [workload({}), workload({ id: 'udp', isFor: ({ id }) => id === 'onehost' })];
    expect((await turnsOf({ workloads })).map(written)).toEqual([
      ...['0 tcp1 kernel', '0 tcp1 kernel-plain', '0 tcp1 onehost', '0 udp onehost'],
      ...['1 tcp1 kernel-plain', '1 tcp1 onehost', '1 tcp1 kernel', '1 udp onehost'],
    ]);
  });

  it('come after those that warm up, a second each, which do not count', async () => {
    const heard: string[] = [];
    const before = (): Promise<void> => Promise.resolve(void heard.push('before'));
    const turns = await turnsOf({ warmUps: 1, rounds: 1, before });
    expect(turns.map(({ round, values }) => [round, values])).toEqual([
      ...Array.from({ length: 3 }, () => [-1, { tcp1: 1 }]),
      ...Array.from({ length: 3 }, () => [0, { tcp1: 5 }]),
    ]);
    expect(heard).toEqual(['before']);
    const [result] = resultsOf(turns, stages, 1);
    expect(result?.series.map(({ samples }) => samples)).toEqual([[5], [5], [5]]);
  });

  it('end with what leaves the gateway another, once', async () => {
    const workloads = [workload({ id: 'memory', isLast: true }), workload({})];
    const turns = await turnsOf({ workloads, stages: stages.slice(0, 1) });
    expect(turns.map(written)).toEqual(['0 tcp1 kernel', '1 tcp1 kernel', '0 memory kernel']);
  });

  it('go on when somebody comes to no figure', async () => {
    const run: Workload['run'] = ({ contestant }, seconds) =>
      contestant.id === 'onehost'
        ? Promise.reject(new Error('nothing was received'))
        : Promise.resolve({ tcp1: seconds });
    const turns = await turnsOf({ workloads: [workload({ run })] });
    expect(turns.filter(({ values }) => values instanceof Error)).toHaveLength(2);
    const [result] = resultsOf(turns, stages, 2);
    expect(result?.series.map(({ subject }) => subject)).toEqual([kernel.name, plainKernel.name]);
  });

  it('keep their places where one of them came to no figure', async () => {
    let calls = 0;
    const run: Workload['run'] = () =>
      calls++ === 0 ? Promise.reject(new Error('late')) : Promise.resolve({ tcp1: 7 });
    const turns = await turnsOf({ workloads: [workload({ run })], stages: stages.slice(0, 1) });
    const [result] = resultsOf(turns, stages, 2);
    expect(result?.series.map(({ samples }) => samples)).toEqual([[null, 7]]);
  });
});
