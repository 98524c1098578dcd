import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { decodeConfig } from '../../../core/config/decode.ts';
import { formatPath } from '../../../core/config/problem.ts';
import { warningsOf } from '../../../core/config/warning.ts';
import { having, sample, sound } from './sample.ts';

const warned = (value: unknown) => warningsOf(sound(value)).map(({ path }) => formatPath(path));

const quiet = () => ({ ...sample(), services: [], exports: {}, mountPorts: {} });

describe('warningsOf', () => {
  it('has nothing to say of what this version does', () => {
    expect(warned(quiet())).toEqual([]);
  });

  it('tells which parts of the contract are not in this version', () => {
    expect(warned(sample())).toEqual([
      'services[3].route',
      'services[4].route',
      'services[5].route',
      'exports',
      'mountPorts',
    ]);
  });

  it('refuses the other embodiment, which a gateway that rewrites cannot stand in for', () => {
    const decoded = decodeConfig({ ...sample(), forwarding: 'direct' });
    expect(E.isLeft(decoded) && decoded.left.map(({ path }) => formatPath(path))).toEqual([
      'forwarding',
    ]);
  });

  it('A5: tells of a node port that nodes may also allocate, and of privileged ports', () => {
    const service = { port: 8080, protocol: 'tcp', route: 'node', node: 'alpha', nodePort: 40000 };
    expect(warned({ ...quiet(), services: [service] })).toEqual(['services[0].nodePort']);
    expect(warned({ ...quiet(), services: [{ ...service, port: 40000 }] })).toEqual([]);
    expect(warned(having(quiet(), ['nonSpecificPorts', 'from'], 1023))).toEqual([
      'nonSpecificPorts.from',
    ]);
  });
});
