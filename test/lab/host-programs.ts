// Starts programs on the laboratory's hosts and hears what they say.
import type { WorldHost } from '../../adapters/demo/world.ts';

export interface Program {
  /** Resolves with the first line that the program writes. */
  readonly firstLine: Promise<string>;
  /** Resolves with all that it wrote, on both streams, when it has ended. */
  readonly output: Promise<string>;
}

/** Runs a program of Node, given as its text, on the host. */
export const runNode = (host: WorldHost, text: string): Program => {
  const child = host.spawn(process.execPath, ['-e', text]);
  let said = '';
  const output = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(said));
  });
  const firstLine = new Promise<string>((resolve) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes('\n')) resolve(said.slice(0, said.indexOf('\n')));
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
  });
  return { firstLine, output };
};
