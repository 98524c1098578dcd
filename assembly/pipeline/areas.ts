// Where the pipeline's tables lie. All of them are written by the gateway; layouts: ./layout.

import { standingInit } from '../flow/standing.ts';
import * as hop from '../layout/hop.ts';
import * as link from '../layout/link.ts';
import * as node from '../layout/node.ts';
import * as config from '../layout/settings.ts';
import * as slot from '../layout/slot.ts';

let links: usize = 0;
let nodes: usize = 0;
let hops: usize = 0;

/** Where the IP packet in the first slot is, and how far apart slots are. */
export let packets: usize = 0;
export let stride: usize = 0;
/** An array of 32 bits for each slot: the length of its frame. So far ahead of it, that of egresses. */
export let lengths: usize = 0;
export let egressAhead: usize = 0;

/** The link that the batch came by, and whether its device has offloads. */
export let ingress: usize = 0;
export let hasOffloads: bool = false;

/** Tables at these places, multiples of 64. */
export function placeTables(linksAt: usize, nodesAt: usize, hopsAt: usize): void {
  standingInit();
  links = linksAt;
  nodes = nodesAt;
  hops = hopsAt;
}

/** Slots so far apart, from the first on, and their arrays. */
export function placeSlots(at: usize, apart: usize, lengthsAt: usize, egressesAt: usize): void {
  packets = at + slot.PACKET;
  stride = apart;
  lengths = lengthsAt;
  egressAhead = egressesAt - lengthsAt;
}

export function linkCount(): u32 {
  return load<u32>(config.AT, config.LINKS);
}

export function linkAt(index: u32): usize {
  return links + <usize>index * link.SIZE;
}

/** A batch comes by a link. */
export function setIngress(index: u32): void {
  ingress = linkAt(index);
  hasOffloads = (load<u32>(ingress, link.FLAGS) & link.OFFLOADS) != 0;
}

export function nodeAt(index: u32): usize {
  return nodes + <usize>index * node.SIZE;
}

export function hopAt(index: u32): usize {
  return hops + <usize>index * hop.SIZE;
}
