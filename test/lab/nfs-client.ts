// The NFS client of the laboratory, test/lab/nfs: built when it is needed, by the RPC compiler and gcc.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Host } from './host.ts';

/** What `laboratory` has to look for; the library is libtirpc, with its headers. */
export const TOOLS = ['rpcgen', 'gcc', 'cpp'] as const;

const SOURCES = fileURLToPath(new URL('nfs/', import.meta.url));

/** What the client says of a step that it has taken; see test/lab/nfs/client.c. */
export type Step = Readonly<Record<string, unknown>>;

export interface NfsClient {
  /** Runs it on a host, against the servers at an address; fails with what it says when a call fails. */
  run(host: Host, address: string, ...argv: readonly string[]): Promise<readonly Step[]>;
  /** Random bytes as a file for the client to copy. */
  content(name: string, size: number): { readonly file: string; readonly bytes: Uint8Array };
  dispose(): void;
}

const build = (folder: string): string => {
  const program = join(folder, 'client');
  for (const name of ['mount3', 'nfs3']) {
    const rpcgen = (kind: string, to: string): void =>
      void execFileSync('rpcgen', [kind, '-o', join(folder, to), `${name}.x`], { cwd: SOURCES });
    rpcgen('-h', `${name}.h`);
    rpcgen('-c', `${name}_xdr.c`);
  }
  const sources = [join(SOURCES, 'client.c'), 'mount3_xdr.c', 'nfs3_xdr.c'];
  // What rpcgen writes has unused variables, and functions of another type than they are called by.
  const flags = ['-O1', '-Wall', '-Wextra', '-Werror', '-Wno-unused', '-Wno-cast-function-type'];
  execFileSync(
    'gcc',
    [...flags, '-I/usr/include/tirpc', '-I.', '-o', program, ...sources, '-ltirpc'],
    {
      cwd: folder,
    },
  );
  return program;
};

/** Builds the client in a folder of its own. Throws what the compiler says. */
export const buildNfsClient = (): NfsClient => {
  const folder = mkdtempSync(join(tmpdir(), 'onehost-nfs-'));
  const dispose = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const program = build(folder);
    return {
      run: async (host, address, ...argv) => {
        const { code, stdout, stderr } = await host.run(program, address, ...argv);
        if (code !== 0)
          throw new Error(
            `${argv.join(' ')} at ${address}: ${code} ${stderr} ${stdout.slice(-300)}`,
          );
        const lines = stdout.split('\n').filter((line) => line !== '');
        return lines.map((line) => JSON.parse(line) as Step);
      },
      content: (name, size) => {
        const file = join(folder, name);
        const bytes = randomBytes(size);
        writeFileSync(file, bytes);
        return { file, bytes };
      },
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
};

/** The steps of a kind, without its name. */
export const stepsOf = (steps: readonly Step[], kind: string): readonly Step[] =>
  steps.filter(({ step }) => step === kind).map(({ step: _, ...rest }) => rest);
