// The data plane's thread: makes a gateway of what it was started with, and runs it until it is told to stop.

import * as E from 'fp-ts/lib/Either.js';
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
import type { Order, Report, Start } from './message.ts';
import { SPARES, planOf, sharesOf } from './share.ts';

if (parentPort === null)
  throw new Error('this module is the data plane: it runs in a thread of its own');
const port = parentPort;

const { topology, devices, way, bell, ending } = workerData as Start;
const clock = (): number => performance.now();
const wholeClock = (): number => Math.floor(performance.now());
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
const gateway = makeGateway(topology, memory, carrier, counters, wholeClock, kernels);
gateway.announce();
report({ kind: 'ready', fallback });

const ended = new Int32Array(ending);
runDataPlane({
  gateway,
  carrier,
  devices: makeDeviceTable(topology, devices, carrier.way),
  topology,
  nextOrder: () => receiveMessageOnPort(port)?.message as Order | undefined,
  report,
  isEnding: () => Atomics.load(ended, 0) !== 0,
  clock,
});
carrier.close();
