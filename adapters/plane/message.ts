// What the main thread and the data plane's threads tell each other. Plain data: it is copied between them.

import type { MessagePort } from 'node:worker_threads';
import type { Link, Topology } from '../../core/decision/topology.ts';
import type { News } from '../../core/switch/news.ts';
import type { Answer, Request } from '../control/protocol.ts';
import type { Row } from '../control/views.ts';
import type { Opened } from '../opened.ts';

/** Whether a link's device is there, and whether frames may pass. */
export type DeviceState = 'up' | 'down' | 'gone';

/** How frames are carried: by io_uring where it can be had, or in any case by a call for each. */
export type Way = 'io_uring' | 'calls';

/** Another of the threads. */
export interface Peer {
  /** Carries {@link News} both ways, a list at a time. */
  readonly port: MessagePort;
  /** Its bell, to be rung when something was sent. */
  readonly bell: number;
}

/** What peers send each other. */
export type Word = readonly News[];

/** What a thread is started with. */
export interface Start {
  /** Its number, from 0; that one speaks for all. */
  readonly worker: number;
  /** With its share of what is limited. */
  readonly topology: Topology;
  /** By link, each with the queue of this thread alone; null where a link has none, or none yet. */
  readonly devices: readonly (Opened | null)[];
  readonly way: Way;
  /** An eventfd(2) that is written to when a message waits. */
  readonly bell: number;
  readonly peers: readonly Peer[];
  /** When all clocks began, milliseconds of `process.hrtime`, which all threads have in common. */
  readonly began: number;
  /** One 32-bit word: not 0 when the process ends, and nobody reads messages any more. */
  readonly ending: SharedArrayBuffer;
}

/** To the data plane. */
export type Order =
  | { readonly kind: 'ask'; readonly number: number; readonly request: Request }
  /** The file was loaded again. */
  | { readonly kind: 'adopt'; readonly number: number; readonly topology: Topology }
  | {
      readonly kind: 'attach';
      readonly link: Link;
      readonly device: Opened;
      /** Which of the link's devices it is: 0 was there at the start. */
      readonly nth: number;
    }
  | {
      readonly kind: 'device';
      readonly link: Link;
      readonly state: DeviceState;
      readonly mtu: number;
    }
  | { readonly kind: 'stop' };

/** From the data plane. */
export type Report =
  /** Frames flow. `fallback` says why they do not flow by io_uring, where that was wanted. */
  | { readonly kind: 'ready'; readonly fallback: string | null }
  /** Rows of an answer, of which more follow. */
  | { readonly kind: 'rows'; readonly number: number; readonly rows: readonly Row[] }
  | { readonly kind: 'answer'; readonly number: number; readonly answer: Answer }
  /** A device cannot be read any more, for a reason in words. */
  | {
      readonly kind: 'lost';
      readonly link: Link;
      readonly reason: string;
      /** Which of the link's devices: another may be on its way already. */
      readonly nth: number;
    };
