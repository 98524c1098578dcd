// Members of one cluster in this process, over the sockets of loopback: no privileges are needed.

import { randomBytes } from 'node:crypto';
import { clock } from '../../../adapters/member/clock.ts';
import { memberKeyOf, newMemberKey } from '../../../adapters/member/key-file.ts';
import type { RunningMember } from '../../../adapters/member/member.ts';
import { runMember } from '../../../adapters/member/member.ts';
import { primitives } from '../../../adapters/member/primitives.ts';
import { makeNetwork } from '../../../adapters/udp/network.ts';
import { libc } from '../../../adapters/linux/libc.ts';
import type { Direction, Report } from '../../../core/cluster/effect.ts';
import type { NodeId } from '../../../core/cluster/identity.ts';
import type { ServiceClass } from '../../../core/cluster/service-class.ts';
import { DEFAULT_SETTINGS } from '../../../core/cluster/settings.ts';
import { ipv4 } from '../../../core/wire/address.ts';

const HERE = ipv4(0x7f000001);
const MTU = 65536;

export interface Came {
  readonly from: NodeId;
  readonly message: Uint8Array;
  readonly serviceClass: ServiceClass;
}

export interface LoopbackMember {
  readonly id: NodeId;
  readonly name: string;
  readonly port: number;
  readonly running: RunningMember;
  /** All that came and was reported until now; they are written on. */
  readonly came: Came[];
  readonly reports: Report[];
  readonly directions: (readonly Direction[])[];
  /** Hears of each message, when it has come. */
  hear: (came: Came) => void;
  close(): void;
}

export interface LoopbackSettings {
  readonly name: string;
  readonly port: number;
  /** Ports of members to join by. */
  readonly seeds: readonly number[];
  /** Of the cluster; the first is used. */
  readonly keys: readonly Uint8Array[];
  readonly mtu?: number;
  /** Whether what came and was reported is kept. */
  readonly keeps?: boolean;
}

/** Starts a member at 127.0.0.1. Throws a sentence where it cannot be had. */
export const startLoopback = (settings: LoopbackSettings): LoopbackMember => {
  const key = memberKeyOf(newMemberKey());
  if (key === null) throw new Error('this machine makes no Ed25519 keys');
  const { name, port, mtu = MTU, keeps = true } = settings;
  const watched = libc().eventfd(0, 0);
  const came: Came[] = [];
  const reports: Report[] = [];
  const directions: (readonly Direction[])[] = [];
  const running = runMember(
    {
      settings: DEFAULT_SETTINGS,
      identity: { name, ...key },
      pinned: null,
      keys: settings.keys,
      adapters: [
        {
          ...{ address: HERE, port, prefixLength: 8, type: 'loopback', mtu },
          ...{ serviceClass: 'control', routers: [] },
        },
      ],
      gateway: true,
      seeds: settings.seeds.map((one) => ({ address: HERE, port: one })),
      random: randomBytes(32),
      primitives,
    },
    (listener) => {
      const network = makeNetwork(watched, { ...listener, watched: () => undefined });
      const [why] = network.adjust([{ address: HERE, port, link: 0 }]);
      if (why !== undefined) throw new Error(why);
      return network;
    },
    clock,
    {
      message: (from, message, serviceClass) => {
        const one = { from, message, serviceClass };
        if (keeps) came.push(one);
        member.hear(one);
      },
      report: (report) => keeps && reports.push(report),
      directions: (wanted) => keeps && directions.push(wanted),
      failed: (_, error) => {
        throw error;
      },
    },
  );
  const member: LoopbackMember = {
    ...{ id: key.id, name, port, running, came, reports, directions },
    hear: () => undefined,
    close: () => {
      running.close();
      libc().close(watched);
    },
  };
  return member;
};
