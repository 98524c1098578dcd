// What must be true of tables at any time: what is kept twice agrees, what is bounded is, what is in order is.

import { expect } from 'vitest';
import { HELD_BYTES, HELD_FRAMES, ALL_HELD_BYTES } from '../../../core/host/neighbour-room.ts';
import type { Connection } from '../../../core/decision/connection/connection.ts';
import { isFleeting, outsideKeyOf } from '../../../core/decision/connection/connection.ts';
import { pairKey } from '../../../core/decision/datagram.ts';
import type { Tables } from '../../../core/decision/tables.ts';

const isRising = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || (numbers[index - 1] ?? 0) <= number);

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** The entry of a connection's host ends. */
export const entryOf = (
  { connections }: Pick<Tables, 'connections'>,
  { protocol, hostAddress, hostPort, clusterAddress, clusterPort }: Connection,
): Connection | undefined =>
  connections.outside(protocol, hostAddress, hostPort, clusterAddress, clusterPort);

const expectConnections = ({ connections, topology, orphans }: Tables): void => {
  const all = [...connections.values()];
  expect(all.length).toBe(connections.size);
  expect(all.length).toBeLessThanOrEqual(topology.limits.connections);
  for (const one of all) {
    const { protocol, hostAddress, hostPort, nodeAddress, nodePort } = one;
    expect(entryOf({ connections }, one)).toBe(one);
    expect(connections.inside(protocol, nodeAddress, nodePort, hostAddress, hostPort)).toBe(one);
    expect(orphans.get(outsideKeyOf(one))).toBeUndefined();
  }

  const fleeting = all.filter(isFleeting).map(({ lastSeen }) => lastSeen);
  const oldest = connections.oldestFleeting();
  expect(oldest?.lastSeen ?? Infinity).toBe(Math.min(...fleeting));
  expect(oldest === undefined || isFleeting(oldest)).toBe(true);

  const isLoad = ({ openedBy, phase }: Connection): boolean =>
    openedBy === 'host' && phase !== 'closing' && phase !== 'reset';
  const portOf = ({ node, nodePort, protocol }: Connection) => [node, nodePort, protocol] as const;
  for (const one of all) {
    const same = all.filter((other) => String(portOf(other)) === String(portOf(one)));
    expect(connections.load(...portOf(one))).toBe(same.filter(isLoad).length);
  }
};

const expectNeighbours = ({ neighbours, waitingBytes, topology }: Tables): void => {
  const waiting = [...neighbours.values()].map((neighbour) => {
    expect(neighbour.held.length).toBeLessThanOrEqual(HELD_FRAMES);
    if (neighbour.mac !== null) expect(neighbour.held).toEqual([]);
    // Each buffer once: a frame, and what of it is to leave in others.
    const buffers = new Set(
      neighbour.held.flatMap(({ frame, sends }) => [frame, ...sends.map((one) => one.frame)]),
    );
    const bytes = sum([...buffers].map(({ length }) => length));
    expect(bytes).toBeLessThanOrEqual(HELD_BYTES);
    return bytes;
  });
  expect(waitingBytes).toBe(sum(waiting));
  const configured =
    topology.nodes.length + topology.links.filter((link) => (link?.router ?? null) !== null).length;
  expect(waitingBytes).toBeLessThanOrEqual(ALL_HELD_BYTES + configured * HELD_BYTES);
  expect(neighbours.size).toBeLessThanOrEqual(topology.limits.neighbours + configured);
};

const expectDatagrams = ({ datagrams, topology }: Tables): void => {
  const all = [...datagrams.byKey.values()];
  expect(all.length).toBe(datagrams.byKey.size);
  expect(all.length).toBeLessThanOrEqual(topology.limits.datagrams);
  expect(isRising(all.map(({ since }) => since))).toBe(true);
  for (const { fate, held, pieces } of all) {
    expect(held.length).toBe(fate.kind === 'held' ? pieces.length : 0);
    for (const { from } of held) expect(pieces.some((piece) => piece.from === from)).toBe(true);
  }
  const pairs = new Map<string, number>();
  for (const one of all) pairs.set(pairKey(one), (pairs.get(pairKey(one)) ?? 0) + 1);
  for (const [key, known] of pairs) expect(datagrams.pairs.get(key)).toMatchObject({ known });
  expect(datagrams.pairs.size).toBe(pairs.size);
  const held = all.flatMap((datagram) => datagram.held.map(({ frame }) => frame.length));
  expect(datagrams.heldBytes).toBe(sum(held));
  expect(datagrams.heldBytes).toBeLessThanOrEqual(topology.limits.fragmentBytes);
};

/** Throws unless all counts, bounds and orders of the tables are right. */
export const expectSound = (tables: Tables): void => {
  expectConnections(tables);
  expectNeighbours(tables);
  expectDatagrams(tables);
  const { ways, orphans, mounts, rpcPorts, topology } = tables;
  expect(ways.size).toBeLessThanOrEqual(topology.limits.connections);
  expect(isRising([...ways.values()].map(({ lastSeen }) => lastSeen))).toBe(true);
  const probed = [...orphans.values()].filter((orphan) => orphan.probed > 0);
  expect(isRising(probed.map(({ probedAt }) => probedAt))).toBe(true);
  expect(mounts.size).toBeLessThanOrEqual(topology.limits.mounts);
  const learned = [...rpcPorts.byNode.values()].filter(({ port }) => port !== null);
  expect(rpcPorts.byPort.size).toBeLessThanOrEqual(learned.length);
  for (const one of rpcPorts.byPort.values()) expect(learned).toContain(one);
};
