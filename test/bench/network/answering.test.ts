import { describe, expect, it } from 'vitest';
import { answersOf } from './answering.ts';

const nothing = (): Promise<void> => Promise.resolve();

describe('answers', () => {
  it('are asked for one after another, with a reload between them, and each is timed', async () => {
    const done: string[] = [];
    let asking = 0;
    const values = await answersOf(
      {
        ask: async () => {
          asking++;
          expect(asking).toBe(1);
          await Promise.resolve();
          asking--;
          done.push('ask');
        },
        scrape: () => Promise.resolve(done.push('scrape') > 0 ? 7 : 0),
        reload: () => {
          done.push('reload');
          return Promise.resolve();
        },
      },
      0.1,
    );
    expect(done.filter((one) => one === 'reload')).toHaveLength(1);
    expect(done).toContain('ask');
    expect(values.scrape).toBe(7);
    const { ask50 = -1, ask99 = -1, askMost = -1, reload = -1 } = values;
    expect([ask50, ask99, askMost]).toEqual([ask50, ask99, askMost].toSorted((a, b) => a - b));
    expect(Math.min(ask50, reload)).toBeGreaterThanOrEqual(0);
  });

  it('that do not come are no figure', async () => {
    const silent = { ask: () => Promise.reject(new Error('silence')), reload: nothing };
    const control = { ...silent, scrape: () => Promise.resolve(1) };
    await expect(answersOf(control, 0.01)).rejects.toThrow('silence');
  });
});
