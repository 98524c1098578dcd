import { describe, expect, it } from 'vitest';
import { chartOf } from './chart.ts';
import { resultOf } from './results.ts';

const KERNEL = 'kernel, nftables';

/** Heights of the bars, those of the legend left out. */
const heights = (chart: string): readonly number[] =>
  [...chart.matchAll(/<rect [^>]*height="([\d.]+)" rx="1\.5" fill="#\w+"\/>/g)]
    .map(([, height]) => Number(height))
    .filter((height) => height !== 11);

const texts = (chart: string): readonly string[] =>
  [...chart.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

describe('the chart', () => {
  it('shows by a bar twice as tall what is twice as fast, whether more or less is better', () => {
    const rate = resultOf('tcp1', { [KERNEL]: [10, 20], onehost: [20, 40] });
    const time = resultOf('p50', { [KERNEL]: [60, 80], onehost: [30, 40] });
    const [kernelRate = 0, onehostRate, kernelTime = 0, onehostTime] = heights(
      chartOf([rate, time], ''),
    );
    expect(kernelRate).toBeGreaterThan(10);
    expect(kernelTime).toBe(kernelRate);
    expect([onehostRate, onehostTime]).toEqual([2 * kernelRate, 2 * kernelRate]);
  });

  it('writes the figures at the bars, and a dash where there is none', () => {
    const tcp = resultOf('tcp1', { [KERNEL]: [26.04], 'Node.js, net': [10.4], onehost: [25] });
    const udp = resultOf('udp', { [KERNEL]: [179], onehost: [238] });
    const said = texts(chartOf([tcp, udp], 'a machine'));
    for (const figure of ['26.0', '10.4', '25.0', '179', '238', '–', 'a machine'])
      expect(said).toContain(figure);
    expect(heights(chartOf([tcp, udp], ''))).toHaveLength(5);
  });

  it('leaves out who stands aside, and measures that are none of speed', () => {
    const samples = { [KERNEL]: [26], 'kernel, no offloads': [3.3] };
    const tcp = resultOf('tcp1', samples, ['kernel, no offloads']);
    const chart = chartOf([tcp, resultOf('idle', { onehost: [0.3] })], '');
    expect(texts(chart)).not.toContain('kernel, no offloads');
    expect(texts(chart)).not.toContain('onehost');
    expect(heights(chart)).toHaveLength(1);
  });

  it('can be read on dark pages, and is sound XML whatever a machine is called', () => {
    const chart = chartOf([], '<CPU> & "more"');
    expect(chart).toContain('prefers-color-scheme: dark');
    expect(texts(chart)).toContain('&lt;CPU&gt; &amp; &quot;more&quot;');
  });
});
