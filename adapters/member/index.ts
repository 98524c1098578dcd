// A member of a cluster for programs of Node: the protocol with sockets, keys and the kernel's routes. On Linux.

export { decodeMember } from '../../core/config/member.ts';
export type { MemberConfig } from '../../core/config/member-shape.ts';
export type { PathError } from '../udp/error-queue.ts';
export type { Listener, Network, Place } from '../udp/network.ts';
export { makeNetwork } from '../udp/network.ts';
export { clock } from './clock.ts';
export type { MemberKey } from './key-file.ts';
export { memberKeyOf, newClusterKey, newMemberKey } from './key-file.ts';
export type { LocalMember, LocalSettings } from './local.ts';
export { startLocal } from './local.ts';
export type { Clock, Hearer, RunningMember } from './member.ts';
export { runMember } from './member.ts';
export { primitives } from './primitives.ts';
