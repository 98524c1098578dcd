// Who has mounted what (RFC 1813 section 5.2.2): kept as the nodes' answers to MNT go by, told by DUMP.

import type { ByteString } from '../../rpc/byte-string.ts';
import * as layout from '../../rpc/layout/mount.ts';
import { readReply } from '../../rpc/reply.ts';
import { readU32 } from '../../rpc/xdr.ts';
import { PROTOCOL_UDP } from '../../wire/layout/ipv4.ts';
import type { Ipv4Address } from '../../wire/address.ts';
import type { Arrival } from '../../decision/arrival.ts';
import type { Mount } from '../../decision/mount.ts';
import { mountKey } from '../../decision/mount.ts';
import type { Change, Tables } from '../../decision/tables.ts';
import { serviceKey } from '../../decision/topology.ts';
import { messageAt, messageEnd } from '../rpc-message.ts';

const NOTHING: readonly never[] = [];

/** A host asks for a path: whether it gets it, the node's answer will say. */
export const askedChanges = (
  { tables, packet }: Arrival,
  xid: number,
  path: ByteString,
): readonly Change[] => {
  const { mounts, topology } = tables;
  const host = packet.source;
  const known = mounts.get(mountKey(host, path));
  if (known !== undefined && known.asked === null) return NOTHING;
  const mount: Mount = { host, path, asked: { port: packet.sourcePort, xid } };
  const full = known === undefined && mounts.size >= topology.limits.mounts;
  const oldest = full ? mounts.oldest() : undefined;
  return oldest === undefined
    ? [{ kind: 'mount', mount }]
    : [
        { kind: 'mount-gone', mount: oldest },
        { kind: 'mount', mount },
      ];
};

/** A host gives a path back, or all that it has (null). */
export const returnedChanges = (
  { mounts }: Tables,
  host: Ipv4Address,
  path: ByteString | null,
): readonly Change[] => {
  if (path !== null) {
    const mount = mounts.get(mountKey(host, path));
    return mount === undefined ? NOTHING : [{ kind: 'mount-gone', mount }];
  }
  const gone: Change[] = [];
  for (const mount of mounts.values())
    if (mount.host === host) gone.push({ kind: 'mount-gone', mount });
  return gone;
};

/** What the answer of a node's MOUNT, which leaves as `clusterPort`, says of a mount that was asked for. */
export const grantChanges = (
  { tables, frame, packet }: Arrival,
  clusterPort: number,
): readonly Change[] => {
  if (packet.protocol !== PROTOCOL_UDP || tables.mounts.size === 0) return NOTHING;
  const service = tables.topology.services.get(serviceKey(clusterPort, PROTOCOL_UDP));
  if (service?.route.kind !== 'mount') return NOTHING;
  const end = messageEnd(frame, packet);
  const reply = readReply(frame, messageAt(packet), end);
  if (reply.kind !== 'reply') return NOTHING;
  for (const mount of tables.mounts.values()) {
    const { asked, host } = mount;
    if (asked === null || host !== packet.destination) continue;
    if (asked.xid !== reply.xid || asked.port !== packet.destinationPort) continue;
    return readU32(frame, reply.resultsAt, end) === layout.OK
      ? [{ kind: 'mount', mount: { ...mount, asked: null } }]
      : [{ kind: 'mount-gone', mount }];
  }
  return NOTHING;
};
