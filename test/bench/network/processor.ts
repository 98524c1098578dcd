// Processor time that was used: proc(5).

import { readFileSync, readdirSync } from 'node:fs';

/** Ticks of USER_HZ, in which /proc counts: 100 a second on every Linux. */
const MILLISECONDS_PER_TICK = 10;

/** Milliseconds that all processors together have worked since the start, from the text of /proc/stat. */
export const busyOf = (stat: string): number => {
  const [, user, nice, system, , , irq, softirq] = (stat.split('\n')[0] ?? '').split(/\s+/);
  const ticks = [user, nice, system, irq, softirq].map(Number).reduce((sum, one) => sum + one, 0);
  if (!Number.isFinite(ticks)) throw new Error('/proc/stat does not begin with the processors');
  return ticks * MILLISECONDS_PER_TICK;
};

export const busy = (): number => busyOf(readFileSync('/proc/stat', 'utf8'));

/** Milliseconds that a process has used, ended threads too, from the text of /proc/PID/stat. */
export const usedOf = (stat: string): number => {
  // The name, in parentheses, may hold anything; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MILLISECONDS_PER_TICK;
};

export const used = (pid: number): number => usedOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** Nanoseconds that a thread has run; none where the kernel keeps no scheduler statistics. */
const ran = (pid: number, thread: string): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  } catch {
    return 0;
  }
};

/**
 * The same of the threads that it has now, and to the nanosecond where the kernel tells: an idle process
 * has not many ticks that could be counted.
 */
export const usedExactly = (pid: number): number => {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.reduce((sum, thread) => sum + ran(pid, thread), 0);
  return nanoseconds === 0 ? used(pid) : nanoseconds / 1e6;
};

/** Bytes of memory that the process has, from the text of /proc/PID/status. */
export const residentOf = (status: string): number => {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (found === undefined) throw new Error('the process has no memory any more');
  return Number(found) * 1024;
};

export const resident = (pid: number): number =>
  residentOf(readFileSync(`/proc/${pid}/status`, 'utf8'));
