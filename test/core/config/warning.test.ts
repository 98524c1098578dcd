import { describe, expect, it } from 'vitest';
import { formatPath } from '../../../core/config/problem.ts';
import { warningsOf } from '../../../core/config/warning.ts';
import { having, sample, sound } from './sample.ts';

const warned = (value: unknown) => warningsOf(sound(value)).map(({ path }) => formatPath(path));

const quiet = () => ({ ...sample(), services: [], exports: {}, mountPorts: {} });

describe('warningsOf', () => {
  it('has nothing to say of the configuration of the contract', () => {
    expect(warned(sample())).toEqual([]);
  });

  const without = (...ports: readonly number[]) => ({
    ...sample(),
    services: (sample()['services'] as { port: number }[]).filter(
      ({ port }) => !ports.includes(port),
    ),
  });

  it('A15: tells of MOUNT without exports, and of exports without MOUNT', () => {
    expect(warned({ ...sample(), exports: {} })).toEqual(['services[4].route']);
    expect(warned(without(20048))).toEqual(['services[4].route', 'exports', 'mountPorts']);
    expect(warned(without(20048, 2049))).toEqual(['exports', 'mountPorts']);
  });

  it('A16: tells of MOUNT without a portmapper', () => {
    expect(warned(without(111))).toEqual(['services[3].route']);
  });

  it('A18: tells that what is in a TCP stream is not routed', () => {
    for (const position of [3, 4, 5])
      expect(warned(having(sample(), ['services', position, 'protocol'], 'tcp'))).toEqual([
        `services[${position}].protocol`,
      ]);
  });

  it('A17: tells that unfs3 leaves no field free', () => {
    expect(warned(having(sample(), ['services', 5, 'filehandle'], 'unfs3'))).toEqual([
      'services[5].filehandle',
    ]);
  });

  it('A5: tells of a mount port that nodes may also allocate', () => {
    const on = (port: number) => having(sample(), ['mountPorts', 'alpha'], port);
    expect(warned(on(40000))).toEqual(['mountPorts.alpha']);
    expect(warned(having(on(40000), ['services', 4, 'port'], 40000))).toEqual([]);
    expect(warned(on(32767))).toEqual([]);
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
