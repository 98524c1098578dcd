// How a member is attached to its networks: own adapters as the kernel has them now, a socket for each, and the
// routing directions in the kernel. Follows what changes.

import * as E from 'fp-ts/lib/Either.js';
import type { Adapter } from '../../core/cluster/adapter.ts';
import { preferred } from '../../core/cluster/adapter.ts';
import type { Direction } from '../../core/cluster/effect.ts';
import type { MemberConfig } from '../../core/config/member-shape.ts';
import type { Address } from '../../core/wire/address.ts';
import type { Link } from '../netlink/link.ts';
import { readLinks } from '../netlink/link.ts';
import type { Changes } from '../netlink/request.ts';
import { GROUP_IPV4_ADDRESS, GROUP_LINK, watchChanges } from '../netlink/request.ts';
import type { KernelRoute } from '../netlink/route.ts';
import { readRoutes } from '../netlink/route.ts';
import { setRoutes } from '../routes/routes.ts';
import type { Listener, Network } from '../udp/network.ts';
import { makeNetwork } from '../udp/network.ts';
import { kernelRoutesOf } from './directions.ts';
import type { Discovery, OwnAdapter } from './discovery.ts';
import { discover } from './discovery.ts';

/** Who hears of datagrams, and of own adapters that are others now. */
export interface AttachmentListener extends Pick<Listener, 'datagram' | 'pathError'> {
  adapters(adapters: readonly Adapter[]): void;
}

export interface Attachment {
  readonly network: Network;
  /** The own adapters now, in order of preference. */
  readonly adapters: () => readonly Adapter[];
  /** From now on `listener` hears; before, nothing is lost that matters. */
  readonly listen: (listener: AttachmentListener) => void;
  /** Makes the own adapter of this address the one at `place` from now on; it is there. */
  readonly prefer: (address: Address, place: number) => void;
  /** Looks at the kernel again, by a file that may be another. */
  readonly adopt: (config: MemberConfig) => void;
  /** Makes these the routing directions in the kernel, all of them. */
  readonly direct: (directions: readonly Direction[]) => void;
  readonly close: () => void;
}

/** Changes of interfaces come in swarms: they are looked at together, milliseconds. */
const SETTLING = 20;

const DEAF: AttachmentListener = {
  datagram: () => undefined,
  pathError: () => undefined,
  adapters: () => undefined,
};

const look = (config: MemberConfig): E.Either<string, Discovery> =>
  E.chain((links: readonly Link[]) =>
    E.map((routes: readonly KernelRoute[]) => discover(config, links, routes))(
      readRoutes((protocol) => protocol !== config.routeProtocol),
    ),
  )(readLinks());

const placesOf = (own: readonly OwnAdapter[]) =>
  own.map(({ address, link, adapter }) => ({ address, link, port: adapter.port }));

type Moves = readonly (readonly [address: Address, place: number])[];

/** What was found, in the order that was asked for since. */
const ordered = (found: readonly OwnAdapter[], moves: Moves): readonly OwnAdapter[] =>
  moves
    .reduce<readonly Adapter[]>(
      (list, [address, place]) => preferred(list, address, place),
      found.map(({ adapter }) => adapter),
    )
    .flatMap((adapter) => found.filter(({ address }) => address === adapter.address));

const attachBy = (
  changes: Changes,
  first: Discovery,
  begun: MemberConfig,
  warn: (message: string) => void,
): E.Either<string, Attachment> => {
  let config = begun;
  let own: readonly OwnAdapter[] = first.adapters;
  let moves: Moves = [];
  let directions: readonly Direction[] = [];
  let listener = DEAF;
  let settling: NodeJS.Timeout | undefined;
  let said = new Set<string>();

  /** Warns of what was not so before. */
  const complain = (sentences: readonly string[]): void => {
    for (const one of sentences) if (!said.has(one)) warn(one);
    said = new Set(sentences);
  };

  const network = makeNetwork(changes.descriptor, {
    datagram: (...datagram) => listener.datagram(...datagram),
    pathError: (...told) => listener.pathError(...told),
    watched: () => {
      if (!changes.drain()) return;
      clearTimeout(settling);
      settling = setTimeout(lookAgain, SETTLING);
    },
  });
  const adapters = (): readonly Adapter[] => own.map(({ adapter }) => adapter);

  const putRoutes = (): readonly string[] =>
    config.routes === 'none'
      ? []
      : setRoutes(kernelRoutesOf(directions, own, config.routeMetric), config.routeProtocol);

  const take = (found: Discovery): void => {
    const before = JSON.stringify(own);
    own = ordered(found.adapters, moves);
    const unopened = network.adjust(placesOf(own));
    if (JSON.stringify(own) !== before) listener.adapters(adapters());
    // A link that went down took its routes along.
    complain([...found.missing, ...unopened, ...putRoutes()]);
  };
  const lookAgain = (): void => {
    const found = look(config);
    if (E.isLeft(found)) complain([found.left]);
    else take(found.right);
  };
  const close = (): void => {
    clearTimeout(settling);
    network.close();
    changes.close();
  };

  const [unopened] = network.adjust(placesOf(own));
  if (unopened !== undefined || own.length === 0) {
    close();
    const nothing = first.missing[0] ?? 'no interface of this machine has an IPv4 address';
    return E.left(unopened ?? nothing);
  }
  complain(first.missing);

  return E.right({
    network,
    adapters,
    listen: (one) => {
      listener = one;
    },
    prefer: (address, place) => {
      moves = [...moves.filter(([other]) => other !== address), [address, place]];
      lookAgain();
    },
    adopt: (after) => {
      config = after;
      lookAgain();
    },
    direct: (wanted) => {
      directions = wanted;
      complain(putRoutes());
    },
    close,
  });
};

/**
 * Opens a socket for each own adapter of the file. Fails with a sentence where one cannot be had, or there is
 * no adapter at all; `warn` hears what is not as it should be later, and which adapters are not there.
 */
export const attach = (
  config: MemberConfig,
  warn: (message: string) => void,
): E.Either<string, Attachment> => {
  const found = look(config);
  if (E.isLeft(found)) return found;
  const changes = watchChanges(GROUP_LINK | GROUP_IPV4_ADDRESS);
  return E.isLeft(changes) ? changes : attachBy(changes.right, found.right, config, warn);
};
