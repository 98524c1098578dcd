// Opens the devices that a configuration names, one for each link.

import * as E from 'fp-ts/lib/Either.js';
import type { Config } from '../../core/config/config.ts';
import type { DeviceSource } from '../../core/config/link.ts';
import type { LinkSettings, Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT, linkSettings } from '../../core/decision/topology.ts';
import { openInherited } from '../inherited.ts';
import { interfaceIndex, setAddress } from '../linux/interface.ts';
import { libc, sentence } from '../linux/libc.ts';
import { inside, openNamespace } from '../linux/namespace.ts';
import type { Sight } from '../linux/sight.ts';
import { sightOf } from '../linux/sight.ts';
import type { Opened } from '../opened.ts';
import { openPacket } from '../packet/packet.ts';
import { programOf } from '../steering/program.ts';
import { rulesOf } from '../steering/rule.ts';
import type { Queues } from '../tap/queues.ts';
import { openTap } from '../tap/tap.ts';

/** Where the frames of each link of the topology come from; null where there is none. */
export const deviceSources = (config: Config): readonly (DeviceSource | null)[] => [
  config.interconnect.device,
  config.local,
  ...Object.values(config.networks).map(({ device }) => device),
];

/** A device, and how to have it again when it was lost. */
export interface Opening {
  readonly opened: Opened;
  /** Looks at its interface; null where nobody can: an inherited descriptor's may be anywhere. */
  readonly sight: Sight | null;
  /**
   * Opens it once more: what was made is made again, what was there already must have come back. Fails with a
   * sentence while it cannot be had.
   */
  reopen(): E.Either<string, Opening>;
}

export const closeOpened = ({ descriptors }: Opened): void => {
  for (const descriptor of descriptors) libc().close(descriptor);
};

/** Does `open` with the descriptor of a namespace, which is resolved each time: its name may get another. */
const within = <A>(
  netns: string | null,
  open: (netns: { readonly netns?: number }) => E.Either<string, A>,
): E.Either<string, A> => {
  if (netns === null) return open({});
  const namespace = openNamespace(netns);
  if (E.isLeft(namespace)) return namespace;
  const opened = open({ netns: namespace.right.descriptor });
  namespace.right.close();
  return opened;
};

const inNamespace = <A>(
  netns: string | null,
  action: () => E.Either<string, A>,
): E.Either<string, A> =>
  within(netns, ({ netns: descriptor }) => {
    try {
      return descriptor === undefined ? action() : inside(descriptor, action);
    } catch (error) {
      return E.left(sentence(error));
    }
  });

const isThere = (name: string, netns: string | null): boolean =>
  E.isRight(inNamespace(netns, () => interfaceIndex(name)));

/** How a source is opened; a lost one in the same way. */
const openerOf = (
  source: DeviceSource,
  mtu: number,
  queues: Queues | null,
): (() => E.Either<string, Opened>) => {
  if ('fd' in source) return () => openInherited(source.fd, mtu);
  if ('interface' in source)
    return () => within(source.netns, (netns) => openPacket({ name: source.interface, ...netns }));
  const [name, kind, place] =
    'tun' in source
      ? ([source.tun, 'tun', null] as const)
      : ([source.tap, 'tap', source.netns] as const);
  // Others may have put what was there into a bridge: one that is made in its place would lie beside it.
  const mustExist = isThere(name, place);
  const several = queues === null ? {} : { queues };
  return () =>
    within(place, (netns) =>
      openTap({ name, kind, mtu, mustExist, offloads: true, ...several, ...netns }),
    );
};

/** What is opened must be of use for its link. */
const suited = (opened: Opened, { name, mtu, framing }: LinkSettings): string | null => {
  if (opened.framing !== framing)
    return framing === 'ip'
      ? `${opened.name} carries Ethernet frames; ${name} needs a TUN`
      : `${opened.name} carries no Ethernet frames; ${name} needs a TAP, or an interface`;
  return opened.mtu < mtu
    ? `${opened.name} carries packets of ${opened.mtu} bytes at most, and ${name} is to carry ${mtu}: lower its mtu to ${opened.mtu}, or raise the interface's`
    : null;
};

/** The gateway's own stack has the internal address, whatever link it speaks through. */
const giveInternalAddress = (source: DeviceSource, topology: Topology): E.Either<string, void> => {
  if (!('tun' in source)) return E.right(undefined);
  const { address } = linkSettings(topology, INTERCONNECT).address;
  return setAddress(source.tun, { address, prefixLength: 32 });
};

/** Looks at the interface of a source from now on, where it has a name. */
const sightFor = (source: DeviceSource): Sight | null => {
  if ('fd' in source) return null;
  const [name, netns] =
    'tap' in source
      ? [source.tap, source.netns]
      : 'interface' in source
        ? [source.interface, source.netns]
        : [source.tun, null];
  const sight = inNamespace(netns, () => sightOf(name));
  return E.isRight(sight) ? sight.right : null;
};

/** What of a source, by what it is, has one queue; null: it may have several. */
const singleByNature = (source: DeviceSource): string | null => {
  if ('fd' in source) return `descriptor ${source.fd} is one queue`;
  return 'interface' in source ? `${source.interface} is an interface that is read as one` : null;
};

/** A device that came back with less than it had would leave hosts to a worker that does not know them. */
const queuesFault = ({ name, descriptors, single }: Opened, wanted: number): string | null =>
  descriptors.length < wanted
    ? `${name} is to have ${wanted} queues as before: ${single ?? 'it has fewer now'}`
    : null;

const openOne = (
  topology: Topology,
  source: DeviceSource,
  link: number,
  workers: number,
): E.Either<string, Opening> => {
  const settings = linkSettings(topology, link);
  const rule = rulesOf(topology)[link] ?? null;
  const queues = workers > 1 && rule !== null ? { count: workers, program: programOf(rule) } : null;
  const open = openerOf(source, settings.mtu, queues);
  let isFirst = true;
  const reopen = (): E.Either<string, Opening> => {
    const opened = open();
    if (E.isLeft(opened)) return opened;
    const fault =
      suited(opened.right, settings) ?? (isFirst ? null : queuesFault(opened.right, workers));
    isFirst = false;
    const ready = fault === null ? giveInternalAddress(source, topology) : E.left(fault);
    if (E.isRight(ready)) return E.right({ opened: opened.right, sight: sightFor(source), reopen });
    closeOpened(opened.right);
    return ready;
  };
  return reopen();
};

type Openings = readonly (Opening | null)[];

const openAll = (
  sources: readonly (DeviceSource | null)[],
  topology: Topology,
  workers: number,
): E.Either<string, Openings> => {
  const openings: (Opening | null)[] = [];
  for (const [link, source] of sources.entries()) {
    const opening = source === null ? E.right(null) : openOne(topology, source, link, workers);
    if (E.isLeft(opening)) {
      closeAll(openings);
      return opening;
    }
    openings.push(opening.right);
  }
  return E.right(openings);
};

const closeAll = (openings: Openings): void => {
  for (const one of openings) {
    if (one === null) continue;
    one.sight?.close();
    closeOpened(one.opened);
  }
};

export interface OpenedDevices {
  /** By link. */
  readonly openings: Openings;
  /** How many queues each of them has, */
  readonly workers: number;
  /** and why there are fewer than were wanted; null: there are not. */
  readonly single: string | null;
}

/** All devices, with a queue for each worker where they can have so many; or why one cannot be had, and then none stays open. */
export const openDevices = (
  config: Config,
  topology: Topology,
  workers: number,
): E.Either<string, OpenedDevices> => {
  const sources = deviceSources(config);
  const openWith = (count: number, single: string | null): E.Either<string, OpenedDevices> => {
    const all = openAll(sources, topology, count);
    return E.isLeft(all) ? all : E.right({ openings: all.right, workers: count, single });
  };
  if (workers === 1) return openWith(1, null);
  for (const source of sources) {
    const single = source === null ? null : singleByNature(source);
    if (single !== null) return openWith(1, single);
  }
  const several = openWith(workers, null);
  if (E.isLeft(several)) return several;
  const single = several.right.openings.find((one) => one?.opened.single !== undefined);
  if (!single) return several;
  // One without queues is had in another way: nobody else can attach to it, for one thing.
  closeAll(several.right.openings);
  return openWith(1, single.opened.single ?? null);
};
