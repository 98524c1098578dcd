// A stream of numbered messages from one computer to another, by `onehost send --lines` and `onehost listen`, and
// what becomes of it.
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import { openStream } from '../../adapters/cli/stream.ts';
import type { RunningComputer } from './cluster-network.ts';
import { outcomeOf } from './host.ts';
import { until } from './until.ts';

/** A message that came: its number, and when, milliseconds. */
export interface Arrival {
  readonly number: number;
  readonly at: number;
}

export interface Ear {
  readonly arrivals: readonly Arrival[];
  close(): void;
}

/** Listens on a computer until closed. */
export const listenOn = async (computer: RunningComputer): Promise<Ear> => {
  const child: ChildProcess = computer.start('listen');
  const arrivals: Arrival[] = [];
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      arrivals.push({ number: Number(line.split(' ')[0]), at: performance.now() });
    });
  await until('onehost listen', () => said.includes('onehost: listening'));
  return { arrivals, close: () => void child.kill('SIGTERM') };
};

export interface Stream {
  /** How many were written until now. */
  written(): number;
  /** Writes no more; resolves with the exit code when all are settled, and what was complained of. */
  finish(): Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** Between two messages, milliseconds. */
const PACE = 5;

/** Starts to send numbered messages, one about each `PACE`. */
export const stream = (from: RunningComputer, to: string): Stream => {
  const child = from.start('send', to, '--lines');
  const ended = outcomeOf(child);
  let number = 0;
  let over = false;
  const run = async (): Promise<void> => {
    while (!over) {
      child.stdin?.write(`${number} ${'x'.repeat(100)}\n`);
      number += 1;
      await setTimeout(PACE);
    }
    child.stdin?.end();
  };
  const running = run();
  return {
    written: () => number,
    finish: async () => {
      over = true;
      await running;
      return ended;
    },
  };
};

export interface Sender {
  /** Sends a message; resolves when it is settled, with how long that took, milliseconds. */
  send(message: Buffer): Promise<{ readonly outcome: string; readonly took: number }>;
  close(): void;
}

/** A connection to the member's control socket, so that no start of a command is in the way. */
export const sendTo = (from: RunningComputer, node: string): Sender => {
  const waiting = new Map<number, (outcome: string) => void>();
  let reference = 0;
  const opened = openStream(from.socket, (line) => {
    if (line.kind === 'settled') waiting.get(line.reference)?.(line.outcome);
  });
  if (E.isLeft(opened)) throw new Error(opened.left);
  return {
    send: async (bytes) => {
      const began = performance.now();
      reference += 1;
      const outcome = await new Promise<string>((resolve) => {
        waiting.set(reference, resolve);
        const message = bytes.toString('base64');
        opened.right.ask({ command: 'send', node, class: 'standard', reference, message });
      });
      return { outcome, took: performance.now() - began };
    },
    close: () => opened.right.close(),
  };
};

/** The longest silence between two arrivals, milliseconds. */
export const longestGap = (arrivals: readonly Arrival[]): number =>
  arrivals.reduce(
    (longest, { at }, place) => Math.max(longest, at - (arrivals[place - 1]?.at ?? at)),
    0,
  );

/** 0, 1, 2 … `count` - 1: what must have come, each once and in order. */
export const allNumbers = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, number) => number);
