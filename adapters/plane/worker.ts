// One of the data plane's threads: makes a gateway of what it was started with, and runs it until it is told to stop.

import * as E from 'fp-ts/lib/Either.js';
import { performance } from 'node:perf_hooks';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { makeCallCarrier } from '../gateway/call-carrier.ts';
import type { Carrier } from '../gateway/carrier.ts';
import { makeCounters } from '../gateway/counters.ts';
import { makeGateway } from '../gateway/gateway.ts';
import { loadKernels } from '../gateway/kernels.ts';
import { makeMemory } from '../gateway/memory.ts';
import { warmUp } from '../gateway/warm-up.ts';
import { carrierBytes, makeRingCarrier } from '../uring/carrier.ts';
import { runDataPlane } from './data-plane.ts';
import { makeDeviceTable } from './device-table.ts';
import { ringerOf } from './bell.ts';
import { sinceBoot } from './time.ts';
import type { Order, Report, Start, Word } from './message.ts';
import { SPARES, planOf, sharesOf } from './share.ts';

if (parentPort === null)
  throw new Error('this module is the data plane: it runs in a thread of its own');
const port = parentPort;

const start = workerData as Start;
const { worker, topology, devices, way, bell, peers, ending } = start;
// Threads have clocks that began at other times: what they tell each other is of one.
const ahead = sinceBoot() - start.began - performance.now();
const clock = (): number => performance.now() + ahead;
const wholeClock = (): number => Math.floor(clock());
const report = (one: Report): void => {
  port.postMessage(one);
};

warmUp(topology);
const kernels = loadKernels();
const shares = sharesOf(topology, devices);
const memory = makeMemory(
  kernels,
  planOf(topology, devices),
  topology,
  carrierBytes(shares.length),
);
const counters = makeCounters(topology.links.length);
const places = { memory, counters, shares, spares: SPARES, bell };

/** By io_uring where it can be had, else by calls, and why. */
const makeCarrier = (): readonly [Carrier, string | null] => {
  if (way === 'calls') return [makeCallCarrier(places), null];
  const ring = makeRingCarrier(kernels.memory.buffer, places);
  return E.isRight(ring) ? [ring.right, null] : [makeCallCarrier(places), ring.left];
};

const [carrier, fallback] = makeCarrier();
for (const [link, device] of devices.entries()) if (device !== null) carrier.attach(link, device);
const bells = peers.map((peer) => ringerOf(peer.bell));
const gateway = makeGateway(topology, memory, carrier, counters, wholeClock, kernels, {
  speaksForAll: worker === 0,
  tell: (news: Word) => {
    peers.forEach((peer, index) => {
      peer.port.postMessage(news);
      bells[index]?.();
    });
  },
});
gateway.announce();
report({ kind: 'ready', fallback });

const ended = new Int32Array(ending);
runDataPlane({
  gateway,
  carrier,
  devices: makeDeviceTable(topology, devices, carrier.way),
  topology,
  worker,
  hearPeers: () => {
    for (const peer of peers) {
      let word = receiveMessageOnPort(peer.port);
      for (; word !== undefined; word = receiveMessageOnPort(peer.port))
        gateway.hear(word.message as Word);
    }
  },
  nextOrder: () => receiveMessageOnPort(port)?.message as Order | undefined,
  report,
  isEnding: () => Atomics.load(ended, 0) !== 0,
  clock,
});
carrier.close();
for (const peer of peers) peer.port.close();
