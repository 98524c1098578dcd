// What the pipeline goes by, written into the kernels' memory: settings, links, nodes (assembly/layout).

import * as linkLayout from '../../../assembly/layout/link.ts';
import * as nodeLayout from '../../../assembly/layout/node.ts';
import * as layout from '../../../assembly/layout/settings.ts';
import { LAST_SEEN_GRAIN } from '../../../core/decision/connection/phase.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import type { LinkSettings, Topology } from '../../../core/decision/topology.ts';
import { FIRST_NETWORK, INTERCONNECT } from '../../../core/decision/topology.ts';
import * as nfs from '../../../core/rpc/layout/nfs.ts';
import { procedureOf } from '../../../core/rpc/nfs.ts';
import { operating } from '../../../core/switch/operating.ts';
import { netmask } from '../../../core/wire/address.ts';
import type { PipelineMemory } from './memory.ts';
import { swap32 } from './network-order.ts';

const ALGORITHMS = { modulo: layout.MODULO, ranges: layout.RANGES } as const;

/** Procedures of a program that begin with a filehandle, a bit each. */
const handlesOf = (program: number, version: number): number => {
  let bits = 0;
  for (let procedure = 0; procedure < 32; procedure++) {
    const known = procedureOf({ program, version, procedure });
    if (typeof known !== 'string' && known.absent !== 'void') bits |= 1 << procedure;
  }
  return bits;
};

const PROGRAMS = [nfs.PROGRAM, nfs.ACL_PROGRAM].flatMap((program) =>
  [nfs.VERSION_2, nfs.VERSION_3].map((version) => [program, version] as const),
);

/** What changes with almost everything: whether there is something that only `decide` sees to. */
export const flagsOf = ({ topology, orphans, ways }: Tables): number =>
  (orphans.size > 0 ? layout.ORPHANS : 0) |
  (ways.size > 0 ? layout.WAYS : 0) |
  (topology.links.length > FIRST_NETWORK + 1 ? layout.HAS_CHOICE : 0) |
  (topology.embodiment === 'direct' ? layout.DIRECT : 0);

/** All but the epoch and the flags. */
export const writeSettings = (
  view: DataView,
  { links, nodes, nonSpecificPorts, timeouts }: Topology,
): void => {
  const at = layout.AT;
  view.setUint32(at + layout.LINKS, links.length, true);
  view.setUint32(at + layout.NODES, nodes.length, true);
  view.setUint16(at + layout.PORTS_FROM, nonSpecificPorts?.from ?? 0, true);
  view.setUint16(at + layout.PORTS_TO, nonSpecificPorts?.to ?? 0, true);
  const algorithm =
    nonSpecificPorts === null ? layout.NO_PORTS : ALGORITHMS[nonSpecificPorts.algorithm];
  view.setUint32(at + layout.PORTS_ALGORITHM, algorithm, true);
  view.setFloat64(at + layout.NEVER, 0, true);
  view.setFloat64(at + layout.TCP_TRANSITORY, timeouts.tcpTransitory, true);
  view.setFloat64(at + layout.TCP_ESTABLISHED, timeouts.tcpEstablished, true);
  view.setFloat64(at + layout.UDP, timeouts.udp, true);
  view.setFloat64(at + layout.LAST_SEEN_GRAIN, LAST_SEEN_GRAIN, true);
  const { tcpTransitory, tcpEstablished, udp } = timeouts;
  const justNow = Math.min(LAST_SEEN_GRAIN, tcpTransitory, tcpEstablished, udp);
  view.setFloat64(at + layout.JUST_NOW, justNow, true);
  PROGRAMS.forEach(([program, version], index) => {
    const entry = at + layout.PROGRAMS + index * layout.PROGRAM_SIZE;
    view.setUint32(entry + layout.PROGRAM, program, true);
    view.setUint32(entry + layout.VERSION, version, true);
    view.setUint32(entry + layout.PROCEDURES, handlesOf(program, version), true);
  });
};

/** The first eight bytes of a frame and what of them counts: all of its MAC address, or that it is no group's. */
const writeMac = (view: DataView, at: number, { mac, filtersMac }: LinkSettings): void => {
  view.setUint16(at + linkLayout.MAC, filtersMac ? Math.floor(mac / 0x100000000) : 0);
  view.setUint32(at + linkLayout.MAC + 2, filtersMac ? mac % 0x100000000 : 0);
  view.setUint16(at + linkLayout.MAC_MASK, filtersMac ? 0xffff : 0x0100);
  view.setUint32(at + linkLayout.MAC_MASK + 2, filtersMac ? 0xffffffff : 0);
};

const isServed = ({ link, framing }: LinkSettings): boolean =>
  framing === 'ethernet' && (link === INTERCONNECT || link >= FIRST_NETWORK);

export const writeLinks = (
  view: DataView,
  { links: start }: PipelineMemory,
  { links }: Topology,
  offloads: (link: number) => boolean,
): void => {
  for (const [index, link] of links.entries()) {
    const at = start + index * linkLayout.SIZE;
    view.setUint32(at + linkLayout.FLAGS, 0, true);
    if (link === null) continue;
    const { address, prefixLength } = link.address;
    writeMac(view, at, link);
    view.setUint32(at + linkLayout.PREFIX, (address & netmask(prefixLength)) >>> 0);
    view.setUint32(at + linkLayout.NETMASK, netmask(prefixLength));
    view.setUint32(at + linkLayout.ADDRESS, address);
    view.setUint32(at + linkLayout.ROUTER, link.router ?? 0);
    const flags =
      (isServed(link) ? linkLayout.SERVED : 0) | (offloads(index) ? linkLayout.OFFLOADS : 0);
    view.setUint32(at + linkLayout.FLAGS, flags, true);
  }
};

/** `hopOf`: the hop of a node's address, 0 for none. */
export const writeNodes = (
  view: DataView,
  { nodes: start }: PipelineMemory,
  topology: Topology,
  hopOf: (node: number) => number,
): void => {
  for (const [index, node] of topology.nodes.entries()) {
    const at = start + index * nodeLayout.SIZE;
    view.setUint16(at + nodeLayout.HOP, hopOf(index), true);
    view.setUint16(
      at + nodeLayout.OPERATING,
      operating(topology, index) ?? nodeLayout.NOBODY,
      true,
    );
    view.setUint8(at + nodeLayout.DOWN, node.state === 'down' ? 1 : 0);
    const address = typeof node.address === 'number' ? swap32(node.address) : 0;
    view.setUint32(at + nodeLayout.ADDRESS, address, true);
  }
};
