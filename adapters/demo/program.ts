// A program of the demo on a host of the laboratory: hears its lines, and ends it.

import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { WorldHost } from './world.ts';

export interface Program {
  /** Gives it a line. */
  tell(line: string): void;
  /** The next line that it says; null when it has ended. One wait at a time. */
  nextLine(): Promise<string | null>;
  end(): void;
}

/** Starts `programs/NAME.js` of the built demo on the host. */
export const startProgram = (host: WorldHost, name: string, argv: readonly string[]): Program => {
  const file = fileURLToPath(new URL(`./programs/${name}.js`, import.meta.url));
  const child = host.spawn(process.execPath, [file, ...argv], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Out of reach of a terminal's Ctrl-C: that is for this process, which ends the programs.
    detached: true,
  });
  // What is told to one that has ended is lost; that it has ended shows in its lines.
  child.stdin?.on('error', () => undefined);
  child.on('error', () => undefined);
  const output = child.stdout;
  if (output === null) throw new Error(`${name} on ${host.name} has no standard output`);
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  return {
    tell: (line) => {
      child.stdin?.write(`${line}\n`);
    },
    nextLine: async () => {
      const line = await lines.next();
      return line.done === true ? null : line.value;
    },
    end: () => {
      child.kill('SIGKILL');
    },
  };
};
