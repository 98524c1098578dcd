import { describe, expect, it } from 'vitest';
import { busyOf, residentOf, used, usedExactly, usedOf } from './processor.ts';

describe('processor time', () => {
  it('of all is what they worked, without idling, waiting and what others were given', () => {
    const stat = 'cpu  100 20 3 9999 888 40 5 777 66 55\ncpu0 1 1 1 1 1 1 1 1 1 1\n';
    expect(busyOf(stat)).toBe((100 + 20 + 3 + 40 + 5) * 10);
    expect(() => busyOf('intr 1 2 3\n')).toThrow('/proc/stat');
  });

  it('of a process is that of its code and of the kernel for it, whatever its name is', () => {
    const stat = '42 (a) b (c) S 1 42 42 0 -1 4194560 1 2 3 4 250 50 7 8 20 0 1 0 99';
    expect(usedOf(stat)).toBe(3000);
  });

  it('of this process goes on, by both counts', () => {
    const before = usedExactly(process.pid);
    for (let turns = 0; usedExactly(process.pid) < before + 30; turns++) Math.sqrt(turns);
    expect(used(process.pid)).toBeGreaterThan(0);
  });
});

describe('memory', () => {
  it('of a process is what of it is resident, in bytes', () => {
    const status = 'Name:\tnode\nVmHWM:\t  900 kB\nVmRSS:\t   94000 kB\nRssAnon:\t 1 kB\n';
    expect(residentOf(status)).toBe(94000 * 1024);
  });

  it('of one that has ended is not there', () => {
    expect(() => residentOf('Name:\tnode\nState:\tZ (zombie)\n')).toThrow('no memory');
  });
});
