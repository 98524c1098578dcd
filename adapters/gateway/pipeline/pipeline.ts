// The pipeline in the kernels (assembly/pipeline/pipeline.ts), told of all that `decide` said and of all that changed,
// so that it repeats what would be decided again.

import * as layout from '../../../assembly/layout/settings.ts';
import type { Change, Tables } from '../../../core/decision/tables.ts';
import { neighbourKey } from '../../../core/decision/tables.ts';
import type { Link, Topology } from '../../../core/decision/topology.ts';
import { GATEWAY, INTERCONNECT, linkSettings } from '../../../core/decision/topology.ts';
import type { Verdict } from '../../../core/decision/verdict.ts';
import type { Address, Ipv4Address } from '../../../core/wire/address.ts';
import type { FlowConnections } from '../flow/connections.ts';
import type { Kernels } from '../kernels.ts';
import { directoryEntries, ofRpcPort } from './entries.ts';
import type { Entry } from './entries.ts';
import { NO_HOP, makeHops } from './hops.ts';
import type { PipelineMemory } from './memory.ts';
import { flagsOf, writeLinks, writeNodes, writeSettings } from './settings.ts';

/** An epoch that no record has learned hops under: those start with 0. */
const FIRST_EPOCH = 1;
const LAST_EPOCH = 0xffff;

export interface Pipeline {
  /** Changes were made: `tables` are those after them. */
  follow(changes: readonly Change[], tables: Tables): void;
  /** A frame was decided, and the changes made: the next one like it may be passed on here. */
  learn(verdict: Verdict, tables: Tables): void;
  /** Looks at the frames in `count` slots from `first` on, which came by a link. */
  look(link: Link, first: number, count: number): void;
  /** Passes on frames from slot `from` on, before `until`; gives the first that goes up, else `until`. */
  repeat(from: number, until: number, now: number): number;
}

/** Whether topologies differ in nothing but the states of nodes. */
const differInStates = (before: Topology, after: Topology): boolean =>
  (Object.keys(after) as (keyof Topology)[]).every(
    (key) => key === 'nodes' || before[key] === after[key],
  ) &&
  before.nodes.length === after.nodes.length &&
  before.nodes.every(({ address, number, backup }, index) => {
    const other = after.nodes[index];
    return other?.address === address && other.number === number && other.backup === backup;
  });

/** A pipeline for tables whose connections are in the same memory; `offloads`: which links' devices have them. */
export const makePipeline = (
  kernels: Kernels,
  memory: PipelineMemory,
  connections: FlowConnections,
  start: Tables,
  offloads: (link: Link) => boolean,
): Pipeline => {
  const view = new DataView(kernels.memory.buffer);
  const hops = makeHops(kernels, memory, offloads);
  kernels.placeTables(memory.links, memory.nodes, memory.hops);
  let { topology } = start;
  let epoch = FIRST_EPOCH - 1;
  /** Whether all that the pipeline has to know had room. */
  let isWhole = true;

  const put = (entries: readonly Entry[]): void => {
    for (const entry of entries) isWhole = kernels.directoryPut(...entry) !== 0 && isWhole;
  };

  const putFlags = (tables: Tables): void => {
    const work = isWhole ? layout.AT_WORK : 0;
    view.setUint32(layout.AT + layout.FLAGS, flagsOf(tables) | work, true);
  };

  const putNodes = (): void => {
    writeNodes(view, memory, topology, (node) => {
      const address = topology.nodes[node]?.address;
      return typeof address === 'number' ? hops.find(INTERCONNECT, address) : NO_HOP;
    });
  };

  /** All that was learned is void, and what there is to know is written anew. */
  const renew = (tables: Tables): void => {
    ({ topology } = tables);
    if (epoch === LAST_EPOCH) connections.forgetHops();
    epoch = epoch === LAST_EPOCH ? FIRST_EPOCH : epoch + 1;
    view.setUint16(layout.AT + layout.EPOCH, epoch, true);
    hops.clear();
    kernels.directoryInit(memory.directory, memory.directoryCapacity);
    isWhole = topology.nodes.length < LAST_EPOCH;
    put(directoryEntries(tables));
    writeSettings(view, topology);
    writeLinks(view, memory, topology, offloads);
    putNodes();
  };

  const refreshHop = (tables: Tables, hop: number, link: Link, address: Address): void => {
    hops.write(hop, tables.neighbours.get(neighbourKey(link, address)) ?? null);
  };

  const hopTo = (tables: Tables, link: Link, address: Ipv4Address): number => {
    const known = hops.find(link, address);
    if (known !== NO_HOP) return known;
    const settings = linkSettings(topology, link);
    let added = hops.add(settings, address);
    if (added === NO_HOP) {
      renew(tables);
      added = hops.add(settings, address);
    }
    if (added === NO_HOP) return added;
    refreshHop(tables, added, link, address);
    if (link === INTERCONNECT) putNodes();
    return added;
  };

  const followOne = (change: Change, tables: Tables): void => {
    if (change.kind === 'neighbour' || change.kind === 'neighbour-gone') {
      const { link, address } = change.neighbour;
      const hop = typeof address === 'number' ? hops.find(link, address) : NO_HOP;
      if (hop !== NO_HOP) refreshHop(tables, hop, link, address);
    } else if (change.kind === 'rpc-port') put(ofRpcPort(change.rpcPort));
    else if (change.kind === 'topology') {
      if (!differInStates(topology, tables.topology)) return renew(tables);
      ({ topology } = tables);
      putNodes();
    }
  };

  renew(start);
  putFlags(start);
  return {
    follow: (changes, tables) => {
      for (const change of changes) followOne(change, tables);
      putFlags(tables);
    },
    learn: (verdict, tables) => {
      if (verdict.kind !== 'forward' || verdict.forwarding.addresses === null) return;
      const hop = hopTo(tables, verdict.forwarding.egress, verdict.nextHop);
      const { follows } = verdict;
      if (hop === NO_HOP || follows === null || follows.connection.node === GATEWAY) return;
      connections.teach(follows.connection, follows.side, hop, epoch);
    },
    look: (link, first, count) => {
      kernels.look(link, first, count);
    },
    repeat: (from, until, now) => kernels.repeat(from, until, now),
  };
};
