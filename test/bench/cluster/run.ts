// `npm run bench:cluster`: messages a second and round trips of cluster messaging between two processes over
// loopback. `--json FILE` writes the figures too.

import { writeFileSync } from 'node:fs';
import { quantile } from '../figure.ts';
import { circumstances } from '../machine.ts';
import { ECHO, KEEP, messageOf } from './message.ts';
import type { Pair } from './pair.ts';
import { startPair } from './pair.ts';

/** Bytes on the way at the same time, at most: what a member lets wait for one computer is twice that. */
const UNDER_WAY = 4 * 1024 * 1024;
const MOST_UNDER_WAY = 256;
const SECONDS = 2;

interface Throughput {
  readonly size: number;
  readonly mtu: number;
  readonly messages: number;
  readonly megabytes: number;
}

/** Messages of one size for some seconds, as many on the way as there may be: acknowledged ones a second. */
const throughput = async (pair: Pair, size: number, mtu: number): Promise<Throughput> => {
  const most = Math.max(1, Math.min(MOST_UNDER_WAY, Math.floor(UNDER_WAY / size)));
  const message = messageOf(size, KEEP);
  const send = async (until: number): Promise<number> => {
    let count = 0;
    while (performance.now() < until) {
      const outcome = await pair.near.running.send(pair.far, message, 'standard');
      if (outcome.kind !== 'acknowledged') throw new Error(`a message was ${outcome.kind}`);
      count += 1;
    }
    return count;
  };
  const round = async (seconds: number): Promise<number> => {
    const began = performance.now();
    const until = began + seconds * 1000;
    const counts = await Promise.all(Array.from({ length: most }, () => send(until)));
    return (counts.reduce((sum, count) => sum + count, 0) / (performance.now() - began)) * 1000;
  };
  await round(SECONDS / 3);
  const messages = await round(SECONDS);
  return { size, mtu, messages, megabytes: (messages * size) / 1e6 };
};

interface RoundTrip {
  readonly size: number;
  readonly mtu: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
}

/** One message there and one back, one after the other. */
const roundTrips = async (pair: Pair, size: number, mtu: number): Promise<RoundTrip> => {
  const message = messageOf(size, ECHO);
  const samples: number[] = [];
  for (let turn = 0; turn < 2200; turn++) {
    const began = performance.now();
    await new Promise<void>((resolve) => {
      pair.near.hear = () => resolve();
      void pair.near.running.send(pair.far, message, 'low-latency');
    });
    if (turn >= 200) samples.push(performance.now() - began);
  }
  return { size, mtu, median: quantile(samples, 1 / 2), p99: quantile(samples, 0.99) };
};

const SIZES = [100, 1000, 10_000, 65_536, 1_048_576];
const MTUS = [1500, 9000, 65_536];

const results: { throughput: Throughput[]; roundTrips: RoundTrip[] } = {
  throughput: [],
  roundTrips: [],
};
for (const mtu of MTUS) {
  const pair = await startPair(mtu);
  const trip = await roundTrips(pair, 100, mtu);
  results.roundTrips.push(trip);
  process.stdout.write(
    `MTU ${mtu}: round trip of 100 bytes ${trip.median.toFixed(3)} ms, 99% below ${trip.p99.toFixed(3)} ms\n`,
  );
  for (const size of SIZES) {
    const one = await throughput(pair, size, mtu);
    results.throughput.push(one);
    process.stdout.write(
      `MTU ${mtu}: ${String(size).padStart(7)} bytes  ${one.messages.toFixed(0).padStart(6)} messages/s  ${one.megabytes.toFixed(1).padStart(6)} MB/s\n`,
    );
  }
  pair.close();
}
const place = process.argv.indexOf('--json');
const file = process.argv[place + 1];
if (place > 0 && file !== undefined)
  writeFileSync(file, `${JSON.stringify({ ...circumstances([]), ...results }, null, 2)}\n`);
process.exit();
