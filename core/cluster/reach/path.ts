// A pair of adapters, one here and one there: whether it answers, how fast, and how much it carries (B3, B4).

import type { Address } from '../../wire/address.ts';
import type { Endpoint } from '../endpoint.ts';
import { formatEndpoint } from '../endpoint.ts';
import type { PathMtuState } from './path-mtu.ts';

/** A heartbeat that was not answered yet. */
export interface Asked {
  readonly number: number;
  readonly at: number;
}

export interface Path {
  /** Own address and the other's endpoint: what tells pairs apart. */
  readonly key: string;
  readonly adapter: Address;
  readonly to: Endpoint;
  /** Its place in the order of preference: 0 is the primary. */
  readonly rank: number;
  /** How urgent a class of service both adapters are meant for. */
  readonly urgency: number;
  readonly state: 'untried' | 'reachable' | 'unreachable';
  /** When it last answered; null for never. */
  readonly answeredAt: number | null;
  readonly askedAt: number;
  readonly asked: readonly Asked[];
  /** Answers in a row since it was last without one. */
  readonly answers: number;
  /** When something did not come back in time and went another way: until it answers, it is a late choice. */
  readonly troubledAt: number | null;
  /** How much flapping it is charged with, and when that was reckoned (RFC 2439). */
  readonly penalty: number;
  readonly penaltyAt: number;
  readonly damped: boolean;
  /** Smoothed round trip and its variation, ms (RFC 6298); null before the first measurement. */
  readonly srtt: number | null;
  readonly rttvar: number;
  /** Time-outs in a row. */
  readonly backoff: number;
  /** Bytes that may be on the way, and where slow start ends (RFC 5681). */
  readonly window: number;
  readonly threshold: number;
  /** Losses among transmissions below this number were already answered for. */
  readonly recovery: number;
  /** The highest transmission of those that were acknowledged. */
  readonly acknowledged: number;
  readonly mtu: PathMtuState;
}

export const pathKey = (adapter: Address, to: Endpoint): string =>
  `${adapter}>${formatEndpoint(to)}`;
