// A member from its file: keys, own adapters as the kernel has them now and as they change, routes in the kernel.

import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Adapter } from '../../core/cluster/adapter.ts';
import { preferred } from '../../core/cluster/adapter.ts';
import type { Direction, Report } from '../../core/cluster/effect.ts';
import type { Endpoint } from '../../core/cluster/endpoint.ts';
import type { NodeId } from '../../core/cluster/identity.ts';
import { DEFAULT_SETTINGS } from '../../core/cluster/settings.ts';
import type { MemberConfig } from '../../core/config/member-shape.ts';
import type { Address } from '../../core/wire/address.ts';
import { formatAddress } from '../../core/wire/address.ts';
import { sentence } from '../linux/libc.ts';
import { readLinks } from '../netlink/link.ts';
import type { Changes } from '../netlink/request.ts';
import { GROUP_IPV4_ADDRESS, GROUP_LINK, watchChanges } from '../netlink/request.ts';
import { readRoutes } from '../netlink/route.ts';
import { setRoutes } from '../routes/routes.ts';
import { makeNetwork } from '../udp/network.ts';
import { clock } from './clock.ts';
import { kernelRoutesOf } from './directions.ts';
import type { Discovery, OwnAdapter } from './discovery.ts';
import { discover } from './discovery.ts';
import type { MemberKey } from './key-file.ts';
import { readClusterKey, readMemberKey } from './key-file.ts';
import type { Hearer, RunningMember } from './member.ts';
import { runMember } from './member.ts';
import { primitives } from './primitives.ts';

/** What a member that runs by a file can do besides. */
export interface LocalMember extends Omit<RunningMember, 'tell' | 'close'> {
  readonly id: NodeId;
  /** The name of a computer; its fingerprint where the table has none. */
  nameOf(node: NodeId): string;
  /** Whether whoever hears the messages keeps up. */
  setReading(ready: boolean): void;
  /** Makes the own adapter `address` the one at `place`, 0 for the primary, until the end. */
  prefer(address: Address, place: number): E.Either<string, void>;
  /** Goes on by another file; fails, and goes on by the old one, where that needs a new start. */
  reload(config: MemberConfig): E.Either<string, void>;
}

export interface LocalSettings {
  readonly config: MemberConfig;
  /** Where relative paths of the file begin. */
  readonly folder: string;
  readonly hearer: {
    message: Hearer['message'];
    report(report: Report, nameOf: (node: NodeId) => string): void;
  };
  /** Hears what is not as it should be, in a sentence. */
  readonly warn: (message: string) => void;
}

/** Changes of interfaces come in swarms: they are looked at together, milliseconds. */
const SETTLING = 20;

const readKeys = (
  config: MemberConfig,
  folder: string,
): E.Either<string, readonly Uint8Array[]> => {
  const keys = config.keys.map((file) => readClusterKey(resolve(folder, file)));
  const bad = keys.find(E.isLeft);
  return bad ?? E.right(keys.flatMap((key) => (E.isRight(key) ? [key.right] : [])));
};

const look = (config: MemberConfig): E.Either<string, Discovery> =>
  E.chain((links: Parameters<typeof discover>[1]) =>
    E.map((routes: Parameters<typeof discover>[2]) => discover(config, links, routes))(
      readRoutes((protocol) => protocol !== config.routeProtocol),
    ),
  )(readLinks());

const seedsOf = ({ seeds, port }: MemberConfig): readonly Endpoint[] =>
  seeds.map((seed) => ({ address: seed.address, port: seed.port ?? port }));

const placesOf = (own: readonly OwnAdapter[]) =>
  own.map(({ address, link, adapter }) => ({ address, link, port: adapter.port }));

/** What must stay as it is while a member runs. */
const NEEDS_START = [
  ...(['cluster', 'name', 'identity', 'port', 'gateway', 'members'] as const),
  ...(['routes', 'routeProtocol'] as const),
];

const changedFor = (before: MemberConfig, after: MemberConfig): string | null =>
  NEEDS_START.find((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])) ?? null;

interface Begun {
  readonly key: MemberKey;
  readonly keys: readonly Uint8Array[];
  readonly discovery: Discovery;
  readonly changes: Changes;
}

const begin = ({ config, folder }: LocalSettings): E.Either<string, Begun> => {
  const keys = readKeys(config, folder);
  if (E.isLeft(keys)) return keys;
  const key = readMemberKey(resolve(folder, config.identity));
  if (E.isLeft(key)) return key;
  const discovery = look(config);
  if (E.isLeft(discovery)) return discovery;
  const changes = watchChanges(GROUP_LINK | GROUP_IPV4_ADDRESS);
  if (E.isLeft(changes)) return changes;
  return E.right({
    ...{ key: key.right, keys: keys.right },
    ...{ discovery: discovery.right, changes: changes.right },
  });
};

const run = (settings: LocalSettings, begun: Begun): E.Either<string, LocalMember> => {
  const { folder, hearer, warn } = settings;
  let config = settings.config;
  let own: readonly OwnAdapter[] = [];
  let directions: readonly Direction[] = [];
  let moved: readonly (readonly [Address, number])[] = [];
  let said = new Set<string>();
  let settling: NodeJS.Timeout | undefined;

  /** Warns of what was not so before. */
  const complain = (sentences: readonly string[]): void => {
    for (const one of sentences) if (!said.has(one)) warn(one);
    said = new Set(sentences);
  };

  const ordered = (found: readonly OwnAdapter[]): readonly OwnAdapter[] => {
    const adapters = moved.reduce<readonly Adapter[]>(
      (list, [address, place]) => preferred(list, address, place),
      found.map(({ adapter }) => adapter),
    );
    return adapters.flatMap((adapter) => {
      const one = found.find(({ address }) => address === adapter.address);
      return one === undefined ? [] : [one];
    });
  };

  const putRoutes = (): readonly string[] =>
    config.routes === 'none'
      ? []
      : setRoutes(kernelRoutesOf(directions, own, config.routeMetric), config.routeProtocol);

  const network = makeNetwork(begun.changes.descriptor, {
    datagram: (...datagram) => heard?.datagram(...datagram),
    pathError: (...told) => heard?.pathError(...told),
    watched: () => {
      if (!begun.changes.drain()) return;
      clearTimeout(settling);
      settling = setTimeout(lookAgain, SETTLING);
    },
  });
  let heard: Parameters<Parameters<typeof runMember>[1]>[0] | null = null;

  /** Takes what was found; gives a sentence for each socket that cannot be had. */
  const take = ({ adapters }: Discovery): readonly string[] => {
    own = ordered(adapters);
    return network.adjust(placesOf(own));
  };

  const { missing } = begun.discovery;
  const [unopened] = take(begun.discovery);
  if (unopened !== undefined || own.length === 0) {
    network.close();
    begun.changes.close();
    const nothing = missing[0] ?? 'no interface of this machine has an IPv4 address';
    return E.left(unopened ?? nothing);
  }
  complain(missing);

  const names = new Map<NodeId, string>([[begun.key.id, config.name]]);
  const nameOf = (node: NodeId): string => names.get(node) ?? node;
  const learnNames = (report: Report): void => {
    if (report.kind === 'joined') names.set(report.node, report.name);
    if (report.kind === 'changed')
      for (const { id, name } of member.view().nodes) names.set(id, name);
  };

  const member = runMember(
    {
      settings: DEFAULT_SETTINGS,
      identity: { name: config.name, ...begun.key },
      pinned: config.members === null ? null : new Map(Object.entries(config.members)),
      keys: begun.keys,
      adapters: own.map(({ adapter }) => adapter),
      gateway: config.gateway,
      seeds: seedsOf(config),
      random: randomBytes(32),
      primitives,
    },
    (listener) => {
      heard = listener;
      return network;
    },
    clock,
    {
      message: (...message) => hearer.message(...message),
      report: (report) => {
        learnNames(report);
        hearer.report(report, nameOf);
      },
      directions: (wanted) => {
        directions = wanted;
        complain(putRoutes());
      },
    },
  );

  const adopt = (discovery: Discovery): void => {
    const before = JSON.stringify(own);
    const problems = [...discovery.missing, ...take(discovery)];
    if (JSON.stringify(own) !== before)
      member.tell({ kind: 'adapters', adapters: own.map(({ adapter }) => adapter) });
    // A link that went down took its routes along.
    complain([...problems, ...putRoutes()]);
  };
  const lookAgain = (): void => {
    const found = look(config);
    if (E.isLeft(found)) complain([found.left]);
    else adopt(found.right);
  };

  const prefer: LocalMember['prefer'] = (address, place) => {
    if (!own.some((one) => one.address === address))
      return E.left(
        `${formatAddress(address)} is no adapter of this computer; it has ${own.map((one) => formatAddress(one.address)).join(', ')}`,
      );
    moved = [...moved.filter(([other]) => other !== address), [address, place]];
    lookAgain();
    return E.right(undefined);
  };

  const reload: LocalMember['reload'] = (after) => {
    const changed = changedFor(config, after);
    if (changed !== null) return E.left(`${changed} has changed: that needs a new start`);
    const keys = readKeys(after, folder);
    if (E.isLeft(keys)) return keys;
    config = after;
    member.tell({ kind: 'rotate-keys', keys: keys.right });
    member.tell({ kind: 'join', seeds: seedsOf(after) });
    lookAgain();
    return E.right(undefined);
  };

  return E.right({
    id: begun.key.id,
    nameOf,
    send: member.send,
    view: member.view,
    nodeNamed: member.nodeNamed,
    setReading: (ready) => member.tell({ kind: 'reading', ready }),
    prefer,
    reload,
    leave: async () => {
      await member.leave();
      clearTimeout(settling);
      begun.changes.close();
      directions = [];
      complain(putRoutes());
    },
  });
};

/** Starts the member of a file. Fails with a sentence. */
export const startLocal = (settings: LocalSettings): E.Either<string, LocalMember> => {
  try {
    return E.chain((begun: Begun) => run(settings, begun))(begin(settings));
  } catch (error) {
    return E.left(sentence(error));
  }
};
