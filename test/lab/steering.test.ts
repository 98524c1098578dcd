// The program that chooses queues, in the kernel, beside what it is to do.
import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { libc } from '../../adapters/linux/libc.ts';
import { assemble, exit, load } from '../../adapters/steering/bpf.ts';
import { loadProgram, tryProgram } from '../../adapters/steering/kernel.ts';
import { programOf } from '../../adapters/steering/program.ts';
import type { Rule } from '../../adapters/steering/rule.ts';
import { numberOf } from '../../adapters/steering/rule.ts';
import { ipv4 } from '../../core/wire/address.ts';
import { HEADER_LENGTH } from '../../core/wire/layout/ethernet.ts';
import { garbageFrame, nearlyValidFrame, validFrame } from '../arbitraries/frames.ts';
import { laboratory } from './network.ts';

const rule: fc.Arbitrary<Rule> = fc.record({
  framing: fc.constantFrom('ethernet', 'ip'),
  host: fc.constantFrom('source', 'destination'),
  own: fc.option(fc.constant(ipv4(0x0a4d0001))),
  key: fc.integer(),
});

const frame = fc.oneof(validFrame(), nearlyValidFrame(), garbageFrame());

const loaded = (instructions: Buffer): number => {
  const program = loadProgram(instructions);
  if (E.isLeft(program)) throw new Error(program.left);
  return program.right;
};

describe.runIf(laboratory('programs that choose queues'))('a program that chooses queues', () => {
  const programs: number[] = [];
  afterEach(() => {
    for (const program of programs.splice(0)) libc().close(program);
  });

  it('gives for every frame, however short, the number that the rule gives', () => {
    fc.assert(
      fc.property(rule, fc.array(frame, { minLength: 20, maxLength: 40 }), (one, frames) => {
        const program = loaded(programOf(one));
        try {
          for (const frame of frames)
            for (const length of [frame.length, frame.length >> 1, 35, 21]) {
              const cut = frame.subarray(one.framing === 'ip' ? HEADER_LENGTH : 0, length);
              if (cut.length > 0) expect(tryProgram(program, cut)).toBe(numberOf(one, cut));
            }
        } finally {
          libc().close(program);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('that is unsound is refused, with what the verifier says', () => {
    expect(loadProgram(assemble([load(4, 26), exit]))).toMatchObject({
      left: expect.stringMatching(/EACCES.*its verifier says:\n[\s\S]*R6 !read_ok/) as unknown,
    });
  });
});
