// A cluster whose gateway asks nodes for the port of MOUNT, and what they say.

import { elapse } from '../../../core/simulate/simulate.ts';
import type { Output, Step } from '../../../core/simulate/simulate.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { bytes, string, word } from '../rpc/slow-xdr.ts';
import { CAMPUS, INSIDE, NODES, UDP, pass, seen } from './laboratory.ts';
import type { Message } from './laboratory.ts';
import {
  MOUNT,
  SUCCESS,
  accepted,
  callOf,
  payloadOf,
  rpcTopology,
  toCluster,
} from './routes/rpc-laboratory.ts';

export const [alpha, beta, gamma] = NODES as [Ipv4Address, Ipv4Address, Ipv4Address];
export const UDP_ONLY = [{ port: 20048, protocol: 'udp', route: 'mount' }];
export const unknown = rpcTopology({ services: UDP_ONLY, mountPorts: {} });
export const TICK = 250;

export interface Question {
  readonly node: string;
  readonly xid: number;
  /** What is asked, hexadecimal, behind the transaction id. */
  readonly text: string;
}

const isInquiry = ({ frame }: Output): boolean => frame[12] === 0x08 && frame[23] === UDP;

/** The questions of a tick, and the tables after it. */
export const tickAt = (
  before: Tables,
  now: number,
): { readonly tables: Tables; readonly questions: readonly Question[] } => {
  const { tables, outputs } = elapse(before, now);
  const questions = outputs.filter(isInquiry).map(({ frame }) => ({
    node: frame.slice(30, 34).join('.'),
    xid: Number.parseInt(payloadOf(frame).slice(0, 8), 16),
    text: payloadOf(frame).slice(8),
  }));
  return { tables, questions };
};

/** Ticks from `from` up to `to`, and when questions went out. */
export const ticking = (before: Tables, from: number, to: number) => {
  let tables = before;
  const at: number[] = [];
  for (let now = from; now <= to; now += TICK) {
    const ticked = tickAt(tables, now);
    tables = ticked.tables;
    at.push(...ticked.questions.map(() => now));
  }
  return { tables, at };
};

/** What a node's portmapper says to a question: a port. */
export const told = (
  xid: number,
  port: number,
  node: Ipv4Address,
  message: Partial<Message> = {},
): Message => ({
  source: node,
  destination: INSIDE,
  protocol: UDP,
  sourcePort: 111,
  destinationPort: 979,
  payload: bytes(accepted(SUCCESS, word(port), xid)),
  ...message,
});

export const answer = (before: Tables, message: Message, now = 0): Step =>
  pass(before, INTERCONNECT, message, now);

export const xidOf = (questions: readonly Question[], node: Ipv4Address): number =>
  questions.find(({ node: of }) => of.endsWith(`.${node & 255}`))?.xid ?? -1;

/** Where a mount of a path of beta's goes: the port; null when nowhere. */
export const betaPort = (before: Tables, now = 0): number | null => {
  const args = string('/home');
  const payload = callOf({ program: MOUNT, version: 3, procedure: 1, args });
  const passed = pass(before, CAMPUS, toCluster(20048, payload), now);
  return seen(passed).find(({ egress }) => egress === INTERCONNECT)?.destinationPort ?? null;
};

/** Beta's port is asked for and told at `now`. */
export const learnedAt = (before: Tables, port: number, now: number): Tables => {
  const { tables, questions } = tickAt(before, now);
  return answer(tables, told(xidOf(questions, beta), port, beta), now).tables;
};

/** Only beta is asked. */
export const onlyBeta = rpcTopology({ services: UDP_ONLY, mountPorts: { alpha: 635, gamma: 637 } });
