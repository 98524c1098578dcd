// Keeps the devices of links: tells what becomes of their interfaces, and has a lost one again as soon as it can
// be had. It runs on the main thread; frames are carried elsewhere.

import * as E from 'fp-ts/lib/Either.js';
import type { Link } from '../../core/decision/topology.ts';
import type { Seen, Sight } from '../linux/sight.ts';
import type { Opened } from '../opened.ts';
import type { Readiness } from '../tap/readiness.ts';
import { makeReadiness } from '../tap/readiness.ts';
import type { Opening } from './devices.ts';
import { closeOpened } from './devices.ts';

/** How often a lost device is tried, and interfaces looked at where the kernel does not tell; milliseconds. */
const EVERY = 1000;

export interface KeptDevices {
  /** A device was found lost by those who read it: it is tried from now on. What is lost already stays so. */
  lost(link: Link): void;
  close(): void;
}

export interface KeeperListener {
  /** A link's device is there again, as this one. Its descriptors are closed when it is lost once more. */
  attach(link: Link, opened: Opened): void;
  /** What is seen of a link's interface, whenever that is something else than before. */
  tell(link: Link, seen: Seen): void;
  /** Why a lost device cannot be had: for the first time, or for another reason than before. */
  failed(link: Link, why: string): void;
}

interface Kept {
  readonly link: Link;
  readonly reopen: Opening['reopen'];
  opened: Opened;
  sight: Sight | null;
  seen: Seen | null;
  isLost: boolean;
  /** Whether those who read it have its descriptors still. */
  isRead: boolean;
  /** What was said last of a try in vain. */
  why: string;
}

/** Begins to keep them. Their descriptors are its own from now on: it closes those of lost devices. */
export const keepDevices = (
  openings: readonly (Opening | null)[],
  listener: KeeperListener,
): KeptDevices => {
  const kept = openings.flatMap((opening, link): Kept[] =>
    opening === null
      ? []
      : [{ ...opening, link, seen: null, isLost: false, isRead: true, why: '' }],
  );
  let readiness: Readiness | null = null;
  let isClosed = false;

  /** Descriptors that were replaced: their readers hear of it later than those here. */
  const replaced: Opened[] = [];

  const giveUp = (one: Kept): void => {
    one.isLost = true;
    one.sight?.close();
    one.sight = null;
    hear();
  };

  const look = (one: Kept): void => {
    if (one.sight === null || one.isLost) return;
    const seen = one.sight.look();
    // A TAP that was moved to another namespace works as before; one that was deleted is found lost by its reader.
    if (seen.state === 'gone' && one.opened.kind !== 'packet') return;
    if (seen.state === one.seen?.state && seen.mtu === one.seen.mtu) return;
    one.seen = seen;
    listener.tell(one.link, seen);
    // A packet socket does not tell its end apart from being down.
    if (seen.state === 'gone') giveUp(one);
  };

  /** Hears the bells that there are now, until there are others. */
  const hear = (): void => {
    readiness?.close();
    const bells = kept.filter((one) => (one.sight?.bell ?? -1) >= 0 && !one.isLost);
    const own = makeReadiness(bells.map((one) => one.sight?.bell ?? -1));
    readiness = own;
    const listen = async (): Promise<void> => {
      while (!isClosed && readiness === own)
        for (const index of await own.wait(Infinity)) {
          const one = bells[index];
          if (one === undefined || readiness !== own) continue;
          one.sight?.hush();
          look(one);
        }
    };
    void listen();
  };

  const tryAgain = (one: Kept): void => {
    const again = one.reopen();
    if (E.isLeft(again)) {
      if (again.left !== one.why) listener.failed(one.link, again.left);
      one.why = again.left;
      return;
    }
    if (one.isRead) replaced.push(one.opened);
    Object.assign(one, again.right, { isLost: false, isRead: true, why: '', seen: null });
    listener.attach(one.link, again.right.opened);
    look(one);
    hear();
  };

  const timer = setInterval(() => {
    for (const old of replaced.splice(0)) closeOpened(old);
    for (const one of kept)
      if (one.isLost) tryAgain(one);
      else if (one.sight?.bell === -1) look(one);
  }, EVERY);
  kept.forEach(look);
  hear();

  return {
    lost: (link) => {
      const one = kept.find((candidate) => candidate.link === link);
      if (one === undefined || !one.isRead) return;
      one.isRead = false;
      closeOpened(one.opened);
      if (one.isLost) return;
      giveUp(one);
      listener.tell(link, { state: 'gone', mtu: 0 });
    },
    close: () => {
      isClosed = true;
      clearInterval(timer);
      readiness?.close();
      for (const one of kept) one.sight?.close();
    },
  };
};
