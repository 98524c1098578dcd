import { afterEach, describe, expect, it, vi } from 'vitest';
import { CHART, optionsOf } from './options.ts';

afterEach(() => vi.restoreAllMocks());

describe('the options', () => {
  it('are everything, five rounds of two seconds, unless said', () => {
    expect(optionsOf([])).toEqual({
      contestants: ['kernel', 'kernel-plain', 'haproxy', 'node', 'c', 'onehost'],
      workloads: ['tcp1', 'tcp4', 'connections', 'rtt', 'udp', 'control', 'idle', 'memory'],
      rounds: 5,
      seconds: 2,
      isWhole: true,
      json: null,
      svg: null,
    });
  });

  it('name contestants and workloads', () => {
    const argv = ['--only', 'onehost', '--against', 'kernel', '--workload', 'rtt,tcp1'];
    expect(optionsOf([...argv, '--seconds', '3', '--rounds', '1'])).toMatchObject({
      contestants: ['kernel', 'onehost'],
      workloads: ['tcp1', 'rtt'],
      rounds: 1,
      seconds: 3,
      isWhole: false,
    });
  });

  it.each([
    [['--quick'], { rounds: 3, seconds: 1 }],
    [['--rounds', '4'], { rounds: 4 }],
    [['--seconds', '1'], { seconds: 1 }],
    [['--workload', 'udp'], { workloads: ['udp'] }],
  ])('%j make no line of the history', (argv, expected) => {
    expect(optionsOf(argv)).toMatchObject({ ...expected, isWhole: false });
  });

  it('that ask for more are whole', () => {
    expect(optionsOf(['--rounds', '15', '--seconds', '5'])).toMatchObject({ isWhole: true });
  });

  it('draw the chart of the README, or another', () => {
    expect(optionsOf(['--svg'])).toMatchObject({ svg: CHART });
    expect(optionsOf(['--svg', 'own.svg'])).toMatchObject({ svg: 'own.svg' });
  });

  it.each([
    [['--only', 'squid']],
    [['--workload', 'tcp2']],
    [['--rounds', '0']],
    [['--seconds', '1.5']],
    [['--fast']],
  ])('%j are refused with 2', (argv) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(optionsOf(argv)).toBe(2);
    expect(write).toHaveBeenCalled();
  });

  it('are explained', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(optionsOf(['--help'])).toBe(0);
    expect(String(write.mock.calls[0]?.[0])).toContain('--workload <names>');
  });
});
