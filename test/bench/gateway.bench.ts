// Frames of known connections through the gateway over devices in memory, against the pure core with
// immutable tables: what the tables in place and the kernels are worth.

import { bench, describe } from 'vitest';
import { makeGateway } from '../../adapters/gateway/gateway.ts';
import { memoryLink } from '../../adapters/memory/link.ts';
import { step } from '../../core/simulate/simulate.ts';
import type { Tables } from '../../core/decision/tables.ts';
import { CAMPUS, CLUSTER, HOST, frameOf, tablesOf, topology } from '../core/switch/laboratory.ts';

const FLOWS = 1000;
const SYN = 0x02;
const ACK = 0x10;
const of = topology();
const framesOf = (flags: number): readonly Uint8Array[] =>
  Array.from({ length: FLOWS }, (_, flow) =>
    frameOf(of, CAMPUS, { source: HOST, destination: CLUSTER, sourcePort: 1024 + flow, flags }),
  );
const established = framesOf(ACK);

const devices = of.links.map((link) =>
  link === null ? null : memoryLink(link.name, link.framing, link.mtu),
);
const gateway = makeGateway(of, devices, () => 0);
gateway.change(
  [...tablesOf(of).neighbours.values()].map((neighbour) => ({ kind: 'neighbour', neighbour })),
);

const through = (frames: readonly Uint8Array[]): void => {
  for (const frame of frames) devices[CAMPUS]?.push(frame);
  while (gateway.take(CAMPUS) === 'full');
  for (const device of devices) device?.taken();
};

let tables: Tables = tablesOf(of);
const alone = (frames: readonly Uint8Array[]): void => {
  for (const frame of frames) ({ tables } = step(tables, frame, CAMPUS, 0));
};

through(framesOf(SYN));
alone(framesOf(SYN));

describe(`${FLOWS} frames of as many known connections`, () => {
  bench('the running gateway', () => {
    through(established);
  });
  bench('the pure core alone', () => {
    alone(established);
  });
});
