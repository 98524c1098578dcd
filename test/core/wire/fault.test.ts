import { expect, it } from 'vitest';
import * as fault from '../../../core/wire/fault.ts';
import { FAULTS, SOUND, faultName } from '../../../core/wire/fault.ts';

it('has 0 for sound bytes', () => {
  expect(SOUND).toBe(0);
  expect(faultName(0)).toBe('sound');
});

it('gives each fault one code and one name, in words as its constant has them', () => {
  const constants = Object.entries(fault).filter(([, value]) => typeof value === 'number');
  expect(constants).toHaveLength(FAULTS.length);
  for (const [constant, code] of constants)
    expect(faultName(code as number)).toBe(constant.toLowerCase().replaceAll('_', '-'));
  expect(new Set(FAULTS).size).toBe(FAULTS.length);
});
