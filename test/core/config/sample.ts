// Configurations for the tests of this folder: a sound one as a plain value, and ways to change it.

import * as E from 'fp-ts/lib/Either.js';
import type { Config } from '../../../core/config/config.ts';
import { decodeConfig } from '../../../core/config/decode.ts';
import { formatPath } from '../../../core/config/problem.ts';

export type Plain = Record<string, unknown>;

/** The configuration of the contract, without comments. */
export const sample = (): Plain => ({
  cluster: 'projects',
  networks: {
    campus: {
      device: { tap: 'oh-campus' },
      address: '198.51.100.1/24',
      router: '198.51.100.254',
      mac: '02:00:5e:00:01:01',
    },
  },
  interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.1/24' },
  local: { tun: 'oh-local' },
  nodes: {
    alpha: { number: 1, address: '10.77.0.11' },
    beta: { number: 2, address: '10.77.0.12' },
    gamma: { number: 3, address: '10.77.0.13' },
  },
  forwarding: 'rewrite',
  unmatched: 'refuse',
  nonSpecificPorts: { from: 32768, to: 60999, algorithm: 'modulo' },
  services: [
    {
      port: 80,
      protocol: 'tcp',
      route: 'connection',
      nodes: ['alpha', 'beta', 'gamma'],
      scheduler: 'round-robin',
    },
    { port: 513, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
    { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
    { port: 111, protocol: 'udp', route: 'portmapper' },
    { port: 20048, protocol: 'udp', route: 'mount' },
    { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
  ],
  exports: { '/projects': 'alpha', '/home': 'beta' },
  mountPorts: { alpha: 20048 },
});

export type Way = readonly (string | number)[];

/** The value with `part` at `way`; undefined takes the key out. */
export const having = (value: unknown, way: Way, part: unknown): unknown => {
  const [key, ...rest] = way;
  if (key === undefined) return part;
  if (Array.isArray(value)) {
    const members = [...(value as readonly unknown[])];
    members[Number(key)] = having(members[Number(key)], rest, part);
    return members;
  }
  const mapping = (value ?? {}) as Plain;
  const changed = having(mapping[key], rest, part);
  const others = Object.entries(mapping).filter(([other]) => other !== String(key));
  if (changed === undefined) return Object.fromEntries(others);
  return Object.fromEntries([...others, [String(key), changed]]);
};

/** Each problem as `PATH: message`, with `(key)` after the path where the key itself is wrong. */
export const problemsOf = (value: unknown): readonly string[] => {
  const decoded = decodeConfig(value);
  if (E.isRight(decoded)) return [];
  return decoded.left.map(
    ({ path, message, at }) => `${formatPath(path)}${at === 'key' ? ' (key)' : ''}: ${message}`,
  );
};

/** The configuration of a value that must be sound. */
export const sound = (value: unknown): Config => {
  const decoded = decodeConfig(value);
  if (E.isLeft(decoded)) throw new Error(problemsOf(value).join('\n'));
  return decoded.right;
};
