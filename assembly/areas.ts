// Where the pipeline's tables lie. All of them are written by the gateway; layouts: ./layout.

import { standingInit } from './standing.ts';
import * as hop from './layout/hop.ts';
import * as link from './layout/link.ts';
import * as node from './layout/node.ts';
import * as config from './layout/settings.ts';
import * as slot from './layout/slot.ts';

let links: usize = 0;
let nodes: usize = 0;
let hops: usize = 0;

let slots: usize = 0;
let stride: usize = 0;
/** Arrays of 32 bits for each slot: the length of its frame, and the link that it leaves by. */
let lengths: usize = 0;
let egresses: usize = 0;

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
  slots = at;
  stride = apart;
  lengths = lengthsAt;
  egresses = egressesAt;
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

/** Where the IP packet in a slot is. */
export function packetAt(index: u32): usize {
  return slots + <usize>index * stride + slot.PACKET;
}

/** The length of the frame in a slot, bytes. */
export function lengthOf(index: u32): u32 {
  return load<u32>(lengths + ((<usize>index) << 2));
}

/** Notes how the frame in a slot leaves. */
export function leaves(index: u32, egress: u32, length: u32): void {
  store<u32>(lengths + ((<usize>index) << 2), length);
  store<u32>(egresses + ((<usize>index) << 2), egress);
}
