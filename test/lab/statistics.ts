// What the stack of a host has counted: SNMP counters of RFC 4293 and RFC 4022, as proc(5) has them.
import { readFileSync } from 'node:fs';
import type { Host } from './host.ts';

/** A counter such as `Tcp` `OutRsts`. */
export const stackCounter = (host: Host, protocol: string, name: string): number => {
  const text = host.inside(() => readFileSync('/proc/thread-self/net/snmp', 'utf8'));
  const [names, values] = text
    .split('\n')
    .filter((line) => line.startsWith(`${protocol}:`))
    .map((line) => line.split(' '));
  const place = names?.indexOf(name) ?? -1;
  if (place < 0) throw new Error(`this kernel counts no ${protocol} ${name}`);
  return Number(values?.[place]);
};
