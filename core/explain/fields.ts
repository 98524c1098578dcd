// All fields of a frame, by name and offset, as far as the frame has them: nothing is believed unchecked.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u16, u8 } from '../wire/bytes.ts';
import { isError } from '../wire/icmp.ts';
import * as arp from '../wire/layout/arp.ts';
import * as ethernet from '../wire/layout/ethernet.ts';
import * as icmp from '../wire/layout/icmp.ts';
import * as ipv4 from '../wire/layout/ipv4.ts';
import * as tcp from '../wire/layout/tcp.ts';
import * as udp from '../wire/layout/udp.ts';
import type { LinkSettings } from '../decision/topology.ts';
import type { FieldLayout, Writing } from './field-layout.ts';
import {
  ARP_FIELDS,
  ETHERNET_FIELDS,
  ICMP_ECHO_FIELDS,
  ICMP_FIELDS,
  ICMP_REST_FIELDS,
  IPV4_FIELDS,
  TCP_FIELDS,
  UDP_FIELDS,
  countText,
  hexText,
} from './field-layout.ts';

export type Framing = LinkSettings['framing'];

/** A field: `ipv4.destination`, `quoted.tcp.sourcePort`. Offset in the frame and length, bytes. */
export interface Field {
  readonly name: string;
  readonly offset: number;
  readonly bytes: ReadonlyBytes;
  /** How `bytes` are written. */
  readonly text: Writing;
}

/** What is being described: fields found so far in `frame`, of which `end` is where the reading stops. */
interface Reading {
  readonly frame: ReadonlyBytes;
  readonly end: number;
  readonly fields: Field[];
}

const addOne = (
  { frame, fields }: Reading,
  name: string,
  from: number,
  to: number,
  text: Writing,
): void => {
  if (to <= from) return;
  fields.push({ name, offset: from, bytes: frame.subarray(from, to), text });
};

/** The fields of a header that starts at `at`, those that are wholly there. */
const addAll = (
  reading: Reading,
  header: string,
  at: number,
  layouts: readonly FieldLayout[],
): void => {
  for (const { name, offset, length, text } of layouts)
    if (at + offset + length <= reading.end)
      addOne(reading, `${header}.${name}`, at + offset, at + offset + length, text);
};

const addTcp = (reading: Reading, prefix: string, at: number): void => {
  addAll(reading, `${prefix}tcp`, at, TCP_FIELDS);
  const fixed = at + tcp.MIN_HEADER_LENGTH;
  if (fixed > reading.end) return;
  const length = (u8(reading.frame, at + tcp.DATA_OFFSET) >>> 4) * 4;
  const dataAt = Math.min(reading.end, Math.max(fixed, at + length));
  addOne(reading, `${prefix}tcp.options`, fixed, dataAt, hexText);
  addOne(reading, `${prefix}payload`, dataAt, reading.end, countText);
};

const addIcmp = (reading: Reading, prefix: string, at: number): void => {
  const { frame, end } = reading;
  const header = `${prefix}icmp`;
  addAll(reading, header, at, ICMP_FIELDS);
  if (at + icmp.HEADER_LENGTH > end) return;
  const type = u8(frame, at + icmp.TYPE);
  const isEcho = type === icmp.ECHO_REQUEST || type === icmp.ECHO_REPLY;
  addAll(reading, header, at, isEcho ? ICMP_ECHO_FIELDS : ICMP_REST_FIELDS);
  const dataAt = at + icmp.HEADER_LENGTH;
  // A quote within a quote is of no concern to anyone.
  if (isError(type) && prefix === '') addIpv4(reading, 'quoted.', dataAt);
  else addOne(reading, `${prefix}payload`, dataAt, end, countText);
};

const addTransport = (reading: Reading, prefix: string, protocol: number, at: number): void => {
  if (protocol === ipv4.PROTOCOL_TCP) return addTcp(reading, prefix, at);
  if (protocol === ipv4.PROTOCOL_ICMP) return addIcmp(reading, prefix, at);
  if (protocol === ipv4.PROTOCOL_UDP) {
    addAll(reading, `${prefix}udp`, at, UDP_FIELDS);
    return addOne(reading, `${prefix}payload`, at + udp.HEADER_LENGTH, reading.end, countText);
  }
  return addOne(reading, `${prefix}payload`, at, reading.end, countText);
};

function addIpv4(reading: Reading, prefix: string, at: number): void {
  const { frame, end } = reading;
  addAll(reading, `${prefix}ipv4`, at, IPV4_FIELDS);
  const fixed = at + ipv4.MIN_HEADER_LENGTH;
  if (fixed > end) return;
  const headerLength = (u8(frame, at) & 15) * 4;
  const transportAt = Math.min(end, Math.max(fixed, at + headerLength));
  addOne(reading, `${prefix}ipv4.options`, fixed, transportAt, hexText);
  const isLater = (u16(frame, at + ipv4.FLAGS_FRAGMENT) & ipv4.FRAGMENT_OFFSET_MASK) !== 0;
  if (isLater) addOne(reading, `${prefix}payload`, transportAt, end, countText);
  else addTransport(reading, prefix, u8(frame, at + ipv4.PROTOCOL), transportAt);
}

/** Where the packet at `at` says that it ends; the frame's end when that cannot be. */
const packetEnd = (frame: ReadonlyBytes, at: number): number => {
  if (at + ipv4.MIN_HEADER_LENGTH > frame.length) return frame.length;
  const end = at + u16(frame, at + ipv4.TOTAL_LENGTH);
  return end < at + ipv4.MIN_HEADER_LENGTH || end > frame.length ? frame.length : end;
};

/** The fields of `frame`, in the order of their offsets. */
export const fieldsOf = (frame: ReadonlyBytes, framing: Framing): readonly Field[] => {
  const fields: Field[] = [];
  const whole: Reading = { frame, end: frame.length, fields };
  const at = framing === 'ethernet' ? ethernet.HEADER_LENGTH : 0;
  if (framing === 'ethernet') addAll(whole, 'ethernet', 0, ETHERNET_FIELDS);
  if (frame.length <= at) return fields;
  const etherType =
    framing === 'ethernet' ? u16(frame, ethernet.ETHER_TYPE) : ethernet.ETHER_TYPE_IPV4;
  if (etherType === ethernet.ETHER_TYPE_ARP) {
    addAll(whole, 'arp', at, ARP_FIELDS);
    addOne(whole, 'padding', at + arp.LENGTH, frame.length, countText);
  } else if (etherType === ethernet.ETHER_TYPE_IPV4) {
    const end = packetEnd(frame, at);
    addIpv4({ ...whole, end }, '', at);
    addOne(whole, 'padding', end, frame.length, countText);
  } else addOne(whole, 'payload', at, frame.length, countText);
  return fields;
};

/** The same fields by their names. */
export const fieldsByName = (frame: ReadonlyBytes, framing: Framing): ReadonlyMap<string, Field> =>
  new Map(fieldsOf(frame, framing).map((field) => [field.name, field]));
