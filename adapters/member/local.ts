// A member from its file: its keys, its attachment to networks, and who is called what.

import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Report } from '../../core/cluster/effect.ts';
import type { Endpoint } from '../../core/cluster/endpoint.ts';
import type { NodeId } from '../../core/cluster/identity.ts';
import { DEFAULT_SETTINGS } from '../../core/cluster/settings.ts';
import type { MemberConfig } from '../../core/config/member-shape.ts';
import type { Address } from '../../core/wire/address.ts';
import { formatAddress } from '../../core/wire/address.ts';
import { sentence } from '../linux/libc.ts';
import type { Attachment } from './attachment.ts';
import { attach } from './attachment.ts';
import { clock } from './clock.ts';
import type { MemberKey } from './key-file.ts';
import { readClusterKey, readMemberKey } from './key-file.ts';
import type { Hearer, RunningMember } from './member.ts';
import { runMember } from './member.ts';
import { primitives } from './primitives.ts';
import type { NameOf } from './report.ts';

/** What a member that runs by a file can do besides. */
export interface LocalMember extends Omit<RunningMember, 'tell' | 'close'> {
  readonly id: NodeId;
  /** The name of a computer; its fingerprint where the table has none. */
  readonly nameOf: NameOf;
  /** Whether whoever hears the messages keeps up. */
  setReading(ready: boolean): void;
  /**
   * Makes the own adapter `address` the one at `place`, 0 for the primary, until the end. Gives the place that it
   * has now: there may be fewer adapters.
   */
  prefer(address: Address, place: number): E.Either<string, number>;
  /** Goes on by another file; fails, and goes on by the old one, where that needs a new start. */
  reload(config: MemberConfig): E.Either<string, void>;
}

export interface LocalSettings {
  readonly config: MemberConfig;
  /** Where relative paths of the file begin. */
  readonly folder: string;
  readonly hearer: {
    message: Hearer['message'];
    report(report: Report, nameOf: NameOf): void;
  };
  /** Hears what is not as it should be, in a sentence. */
  readonly warn: (message: string) => void;
}

const readKeys = (
  config: MemberConfig,
  folder: string,
): E.Either<string, readonly Uint8Array[]> => {
  const keys = config.keys.map((file) => readClusterKey(resolve(folder, file)));
  const bad = keys.find(E.isLeft);
  return bad ?? E.right(keys.flatMap((key) => (E.isRight(key) ? [key.right] : [])));
};

const seedsOf = ({ seeds, port }: MemberConfig): readonly Endpoint[] =>
  seeds.map((seed) => ({ address: seed.address, port: seed.port ?? port }));

/** What must stay as it is while a member runs. */
const NEEDS_START = [
  ...(['cluster', 'name', 'identity', 'port', 'gateway', 'members'] as const),
  ...(['routes', 'routeProtocol'] as const),
];

const changedFor = (before: MemberConfig, after: MemberConfig): string | null =>
  NEEDS_START.find((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])) ?? null;

/** The names in the table, as far as they were reported. */
const makeNames = (own: NodeId, name: string, member: () => RunningMember) => {
  const names = new Map<NodeId, string>([[own, name]]);
  return {
    nameOf: (node: NodeId): string => names.get(node) ?? node,
    learn: (report: Report): void => {
      if (report.kind === 'joined') names.set(report.node, report.name);
      if (report.kind === 'changed')
        for (const node of member().view().nodes) names.set(node.id, node.name);
    },
  };
};

const run = (
  { config: begun, folder, hearer, warn }: LocalSettings,
  key: MemberKey,
  keys: readonly Uint8Array[],
  attachment: Attachment,
): LocalMember => {
  let config = begun;
  const names = makeNames(key.id, config.name, () => member);
  const member: RunningMember = runMember(
    {
      settings: DEFAULT_SETTINGS,
      identity: { name: config.name, ...key },
      pinned: config.members === null ? null : new Map(Object.entries(config.members)),
      keys,
      adapters: attachment.adapters(),
      gateway: config.gateway,
      seeds: seedsOf(config),
      random: randomBytes(32),
      primitives,
    },
    (listener) => {
      const adapters = (all: ReturnType<Attachment['adapters']>): void =>
        member.tell({ kind: 'adapters', adapters: all });
      attachment.listen({ ...listener, adapters });
      return attachment.network;
    },
    clock,
    {
      message: (...message) => hearer.message(...message),
      report: (report) => {
        names.learn(report);
        hearer.report(report, names.nameOf);
      },
      directions: (wanted) => attachment.direct(wanted),
      failed: (event, error) =>
        warn(`a fault of onehost: a ${event} was passed over: ${error.stack ?? error.message}`),
    },
  );

  const prefer: LocalMember['prefer'] = (address, place) => {
    const own = attachment.adapters().map((one) => one.address);
    if (!own.includes(address))
      return E.left(
        `${formatAddress(address)} is no adapter of this computer; it has ${own.map(formatAddress).join(', ')}`,
      );
    attachment.prefer(address, place);
    return E.right(attachment.adapters().findIndex((one) => one.address === address));
  };

  const reload: LocalMember['reload'] = (after) => {
    const changed = changedFor(config, after);
    if (changed !== null) return E.left(`${changed} has changed: that needs a new start`);
    const read = readKeys(after, folder);
    if (E.isLeft(read)) return read;
    config = after;
    member.tell({ kind: 'rotate-keys', keys: read.right });
    member.tell({ kind: 'join', seeds: seedsOf(after) });
    attachment.adopt(after);
    return E.right(undefined);
  };

  return {
    ...{ id: key.id, nameOf: names.nameOf, prefer, reload },
    ...{ send: member.send, view: member.view, unsent: member.unsent },
    nodeNamed: member.nodeNamed,
    setReading: (ready) => member.tell({ kind: 'reading', ready }),
    leave: async () => {
      await member.leave();
      attachment.direct([]);
      attachment.close();
    },
  };
};

/** Starts the member of a file. Fails with a sentence. */
export const startLocal = (settings: LocalSettings): E.Either<string, LocalMember> => {
  const { config, folder, warn } = settings;
  try {
    const keys = readKeys(config, folder);
    if (E.isLeft(keys)) return keys;
    const key = readMemberKey(resolve(folder, config.identity));
    if (E.isLeft(key)) return key;
    return E.map((attachment: Attachment) => run(settings, key.right, keys.right, attachment))(
      attach(config, warn),
    );
  } catch (error) {
    return E.left(sentence(error));
  }
};
