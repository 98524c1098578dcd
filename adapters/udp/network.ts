// The sockets of all own adapters, and the loop that reads them: what comes in is heard, what the path says of
// what went out too. Sleeps in poll(2) while there is nothing.

import * as E from 'fp-ts/lib/Either.js';
import type { Endpoint } from '../../core/cluster/endpoint.ts';
import type { Address, Ipv4Address } from '../../core/wire/address.ts';
import type { Readiness } from '../tap/readiness.ts';
import { makeReadiness } from '../tap/readiness.ts';
import type { PathError } from './error-queue.ts';
import type { AdapterSocket } from './socket.ts';
import { openSocket } from './socket.ts';

/** An address to have a socket for. */
export interface Place {
  readonly address: Ipv4Address;
  readonly port: number;
  /** The interface that has it, by its number. */
  readonly link: number;
}

export interface Listener {
  /** A datagram came in at the own address `adapter`. */
  datagram(adapter: Ipv4Address, from: Endpoint, bytes: Uint8Array): void;
  /** The kernel, or a router, says something of a datagram that left from `adapter`. */
  pathError(adapter: Ipv4Address, error: PathError): void;
  /** A descriptor that was given to be watched can be read. */
  watched(): void;
}

/** Datagrams that did not leave, by why. */
export interface Unsent {
  readonly full: number;
  readonly noSocket: number;
}

export interface Network {
  /** Opens sockets for what is new, closes those of what is gone. Gives a sentence for each that fails. */
  adjust(places: readonly Place[]): readonly string[];
  /** Sends a datagram from the own address `adapter`; what cannot leave now is counted, and lost. */
  send(adapter: Address, to: Endpoint, dscp: number, bytes: Uint8Array): void;
  readonly unsent: Unsent;
  /** Closes everything; nothing is heard any more. */
  close(): void;
}

interface Open {
  readonly place: Place;
  readonly socket: AdapterSocket;
}

const samePlace = (one: Place, other: Place): boolean =>
  one.address === other.address && one.port === other.port && one.link === other.link;

/** Starts with no adapter. `watch` is one more descriptor to wait for; the caller's own. */
export const makeNetwork = (watch: number, listener: Listener): Network => {
  let open: readonly Open[] = [];
  let readiness: Readiness = makeReadiness([watch], 'passing');
  let closed = false;
  const isClosed = (): boolean => closed;
  const unsent = { full: 0, noSocket: 0 };

  const tellErrors = ({ place, socket }: Open): void =>
    socket.errors((error) => listener.pathError(place.address, error));

  const adjust: Network['adjust'] = (places) => {
    const kept = open.filter(({ place }) => places.some((one) => samePlace(one, place)));
    for (const one of open) if (!kept.includes(one)) one.socket.close();
    const opened = places
      .filter((place) => !kept.some((one) => samePlace(one.place, place)))
      .map((place) => ({ place, socket: openSocket(place) }));
    const made = opened.flatMap(({ place, socket }) =>
      E.isRight(socket) ? [{ place, socket: socket.right }] : [],
    );
    open = [...kept, ...made];
    readiness.close();
    const descriptors = open.map(({ socket }) => socket.descriptor);
    readiness = makeReadiness([watch, ...descriptors], 'passing');
    return opened.flatMap(({ socket }) => (E.isLeft(socket) ? [socket.left] : []));
  };

  const send: Network['send'] = (adapter, to, dscp, bytes) => {
    const from = open.find(({ place }) => place.address === adapter);
    if (from === undefined || typeof to.address !== 'number') {
      unsent.noSocket += 1;
      return;
    }
    const endpoint = { address: to.address, port: to.port };
    const sent = from.socket.send(endpoint, dscp, bytes);
    if (sent === 'full') unsent.full += 1;
    if (sent === 'failed')
      listener.pathError(from.place.address, { kind: 'unreachable', to: endpoint });
    if (sent === 'too-long') tellErrors(from);
  };

  /** Reads a socket once; says whether there may be more. */
  const take = (one: Open): boolean => {
    const { address } = one.place;
    const more = one.socket.receive((from, bytes) => listener.datagram(address, from, bytes));
    tellErrors(one);
    return more;
  };

  const run = async (): Promise<void> => {
    let busy = new Set<Open>();
    while (!isClosed()) {
      const asked = open;
      const ready = await readiness.wait(busy.size === 0 ? Infinity : 0);
      if (isClosed()) return;
      const pending = new Set(busy);
      // What was opened or closed meanwhile is asked for the next time.
      if (asked === open)
        for (const index of ready) {
          const one = open[index - 1];
          if (one !== undefined) pending.add(one);
        }
      if (ready.includes(0)) listener.watched();
      busy = new Set([...pending].filter((one) => open.includes(one) && take(one)));
    }
  };
  void run();

  return {
    adjust,
    send,
    unsent,
    close: () => {
      closed = true;
      readiness.close();
      for (const { socket } of open) socket.close();
      open = [];
    },
  };
};
