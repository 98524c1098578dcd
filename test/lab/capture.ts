// What a host receives, captured by tcpdump and judged by tshark.
import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { CapturedFrame } from '../../adapters/pcap/capture.ts';
import { readCapture } from '../../adapters/pcap/read.ts';
import type { Host } from './host.ts';
import { outcomeOf } from './host.ts';
import { until } from './until.ts';

export interface Recording {
  readonly file: string;
  /** The frames that are in the file until now. */
  frames(): readonly CapturedFrame[];
  /** Ends tcpdump, which writes what it has. */
  stop(): Promise<void>;
}

/**
 * Starts tcpdump on the host's eth0, for frames that come in: those that it sends have no checksums yet
 * where a capture sees them, as the wire's other end is to fill them in.
 */
export const record = async (host: Host, file: string, filter = ''): Promise<Recording> => {
  // The kernel keeps room of the longest length for each frame: with the default of 256 KiB, for eight frames.
  const room = ['-s', '2048', '-B', '16384'];
  const argv = ['-Z', 'root', '-n', '-i', 'eth0', '-Q', 'in', '-U', '--immediate-mode', ...room];
  const child = host.start('tcpdump', ...argv, '-w', file, filter);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = outcomeOf(child);
  await until(`tcpdump on ${host.name}`, () => said.includes('listening on'));
  return {
    file,
    frames: () => {
      const capture = readCapture(readFileSync(file));
      return E.isLeft(capture) ? [] : capture.right.frames;
    },
    stop: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
};

const VERIFY = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`]);

/** How many frames of a file a display filter of Wireshark finds, checksums verified. */
export const found = async (host: Host, file: string, filter: string): Promise<number> => {
  const { code, stdout, stderr } = await host.run(
    'tshark',
    ...['-n', '-r', file, ...VERIFY, '-Y', filter, '-T', 'fields', '-e', 'frame.number'],
  );
  if (code !== 0) throw new Error(`tshark: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '').length;
};
