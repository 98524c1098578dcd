// The data plane: the gateway's frames, its time and its requests, in one loop that owns its thread and sleeps
// in the kernel. Nothing of it waits for the event loop.

import { TICK_EVERY } from '../../core/switch/tick.ts';
import type { Link, Topology } from '../../core/decision/topology.ts';
import { adopt, setMtu } from '../../core/switch/administration.ts';
import { answerTo } from '../control/answer.ts';
import type { Reply } from '../control/answer.ts';
import type { Row } from '../control/views.ts';
import type { Carrier } from '../gateway/carrier.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { explainErrno } from '../linux/errno.ts';
import type { DeviceTable } from './device-table.ts';
import type { Order, Report } from './message.ts';
import { makeSpin } from './spin.ts';

/** Rows of an answer that are made at once: frames do not wait for all of a long table. */
const ROWS_AT_ONCE = 256;

export interface Surroundings {
  /** Which of the workers this is. */
  readonly worker: number;
  readonly gateway: Gateway;
  readonly carrier: Carrier;
  readonly devices: DeviceTable;
  /** What the gateway was configured with at the start. */
  readonly topology: Topology;
  /** Has the gateway hear what other workers told. */
  hearPeers(): void;
  /** The next order that waits; undefined: there is none. */
  nextOrder(): Order | undefined;
  readonly report: (report: Report) => void;
  /** Whether the process ends. */
  isEnding(): boolean;
  /** Milliseconds with fractions, never going back. */
  readonly clock: () => number;
}

/** An answer under way, a slice at a time. */
interface Telling {
  readonly number: number;
  readonly rows: Iterator<Row>;
}

/** Runs until it is told to stop. */
export const runDataPlane = (surroundings: Surroundings): void => {
  const { worker, gateway, carrier, devices, report, clock } = surroundings;
  const spin = makeSpin();
  const pass = (link: Link, first: number, count: number): void => {
    gateway.pass(link, first, count);
  };
  const state = { isStopped: false, isAgeing: false };
  let configured = surroundings.topology;
  let nextTick = clock() + TICK_EVERY;
  const tellings: Telling[] = [];
  /** Which of its devices each link has, where it is not the first. */
  const nths = new Map<Link, number>();

  /** What interfaces carry at most, where that is known, bytes. */
  const carried = new Map<Link, number>();

  /** No link carries more than the file says, nor more than its interface does. */
  const narrowLinks = (): void => {
    for (const [link, mtu] of carried) {
      const wanted = configured.links[link]?.mtu ?? mtu;
      gateway.change(setMtu(gateway.tables, link, Math.min(wanted, mtu)));
    }
  };

  const reply = (number: number, answer: Reply): void => {
    if (answer.kind === 'rows') tellings.push({ number, rows: answer.rows[Symbol.iterator]() });
    else report({ kind: 'answer', number, answer });
  };

  const tellMore = ({ number, rows }: Telling): void => {
    const slice: Row[] = [];
    while (slice.length < ROWS_AT_ONCE) {
      const next = rows.next();
      if (next.done === true) {
        tellings.shift();
        report({ kind: 'answer', number, answer: { kind: 'rows', rows: slice } });
        return;
      }
      slice.push(next.value);
    }
    report({ kind: 'rows', number, rows: slice });
  };

  const obey = (order: Order): void => {
    switch (order.kind) {
      case 'ask': {
        const now = Math.floor(clock());
        return reply(order.number, answerTo({ gateway, devices, worker }, order.request, now));
      }
      case 'adopt': {
        gateway.change(adopt(gateway.tables, configured, order.topology));
        configured = order.topology;
        narrowLinks();
        return reply(order.number, { kind: 'done', message: 'taken over' });
      }
      case 'attach':
        nths.set(order.link, order.nth);
        carrier.attach(order.link, order.device);
        return devices.attached(order.link, order.device);
      case 'device':
        if (order.mtu > 0) carried.set(order.link, order.mtu);
        narrowLinks();
        return devices.changed(order.link, order.state, order.mtu);
      case 'stop':
        state.isStopped = true;
    }
  };

  /** Losses first: what is attached next is none of those that were lost. */
  const hear = (): void => {
    surroundings.hearPeers();
    for (const { link, errno } of carrier.losses()) {
      devices.changed(link, 'gone', 0);
      report({ kind: 'lost', link, reason: explainErrno(errno), nth: nths.get(link) ?? 0 });
    }
    let order = surroundings.nextOrder();
    for (; order !== undefined; order = surroundings.nextOrder()) obey(order);
  };

  /** What time brings about; some of it is done a slice at a time, between frames. */
  const keepTime = (now: number): void => {
    if (now >= nextTick) {
      state.isAgeing = gateway.age();
      gateway.tick();
      nextTick = now + TICK_EVERY;
    } else if (state.isAgeing) state.isAgeing = gateway.age();
  };

  const isStopping = (): boolean => state.isStopped || surroundings.isEnding();
  hear();
  while (!isStopping()) {
    const handled = carrier.turn(pass);
    if (carrier.wasRung() || carrier.hasLosses()) hear();
    if (tellings[0] !== undefined) tellMore(tellings[0]);
    const now = clock();
    keepTime(now);
    if (handled > 0) spin.found(now);
    else if (!state.isAgeing && tellings.length === 0)
      carrier.wait(nextTick - now, spin.longest(now));
  }
};
