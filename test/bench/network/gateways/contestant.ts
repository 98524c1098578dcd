// What the bench knows of a gateway: how it is set up between client and node, and what it can carry.

import type { Site } from '../site.ts';
import type { Place } from '../place.ts';

export interface Standing {
  /** The process that does the work; null: the kernel. */
  readonly pid: number | null;
  /** How many connections it holds, where it can be asked. */
  readonly connections?: () => Promise<number>;
  readonly control?: Control;
}

/** What is asked of a gateway while it works. Each resolves when it was answered. */
export interface Control {
  /** For its nodes. */
  ask(): Promise<void>;
  /** For its metrics; gives how long that took, milliseconds. */
  scrape(): Promise<number>;
  /** To read its file again. */
  reload(): Promise<void>;
}

export interface Contestant {
  /** How it is named on the command line. */
  readonly id: string;
  /** How it is named to people. */
  readonly name: string;
  /** Nothing is compared with it: it is there for people to see. */
  readonly aside?: boolean;
  readonly needs: readonly string[];
  /** Whether datagrams pass. */
  readonly carriesUdp: boolean;
  /** Sets it up; ready when frames flow. Throws a sentence where it cannot. */
  stand(site: Site, place: Place): Promise<Standing>;
}
