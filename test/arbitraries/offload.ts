// Frames of which a device left something to be done, written byte by byte; nothing of adapters/offload is
// used. The header: VIRTIO 1.2 section 5.1.6.

import fc from 'fast-check';
import type { Link } from '../../core/decision/topology.ts';
import type { Ipv4Address, MacAddress } from '../../core/wire/address.ts';
import { ipv4 as ipv4Address, mac } from '../../core/wire/address.ts';
import * as ethernet from '../../core/wire/ethernet.ts';
import * as ipv4 from '../../core/wire/ipv4.ts';
import * as tcp from '../../core/wire/tcp.ts';
import * as udp from '../../core/wire/udp.ts';

/** Between whom a frame goes, and the link that it comes by. */
export interface Ends {
  readonly link: Link;
  readonly destinationMac: MacAddress;
  readonly sourceMac: MacAddress;
  readonly protocol: 6 | 17;
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** What is left to be done; `data-valid`: nothing, and the checksum was looked at already. */
export type Left =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'data-valid' }
  | { readonly kind: 'checksum' }
  | { readonly kind: 'cutting'; readonly pieceSize: number; readonly notified: boolean };

/** All of a frame but its ends. */
export interface Shape {
  readonly left: Left;
  readonly payload: Uint8Array;
  /** TCP's. */
  readonly flags: number;
  readonly sequence: number;
  readonly tcpOptions: Uint8Array;
  readonly typeOfService: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly ttl: number;
  readonly ipOptions: Uint8Array;
  /** Bytes behind the datagram in its packet, which UDP allows, and behind the packet in its frame. */
  readonly slack: number;
  readonly padding: number;
  /** Added to what the checksum field should say; null: the field is 0. */
  readonly wrong: number | null;
  /** Bytes of the header that say something else: where, and what. */
  readonly damage: readonly (readonly [at: number, value: number])[];
}

export interface Offloaded {
  readonly header: Uint8Array;
  readonly frame: Uint8Array;
}

const ETHERNET = 14;
const PLACES = { 6: { checksum: 16, length: 20 }, 17: { checksum: 6, length: 8 } } as const;

const word = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint16(at);
const long = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

const putWord = (bytes: Uint8Array, at: number, value: number): void => {
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(at, value);
};

const transportOf = (ends: Ends, shape: Shape): Uint8Array => {
  const { sourcePort, destinationPort, source, destination } = ends;
  const { payload, slack } = shape;
  if (ends.protocol === 17) {
    const datagram = udp.encode({ sourcePort, destinationPort, payload }, source, destination);
    return Uint8Array.from([...datagram, ...Array<number>(slack).fill(0x5a)]);
  }
  const segment = {
    sourcePort,
    destinationPort,
    sequence: shape.sequence,
    acknowledgement: 1001,
    flags: shape.flags,
    window: 512,
    urgentPointer: 0,
    options: shape.tcpOptions,
    payload,
  };
  return tcp.encode(segment, source, destination);
};

/** The sum of the pseudo header of a transport packet, not inverted. */
export const pseudoSum = ({ source, destination, protocol }: Ends, length: number): number => {
  const words = [source >>> 16, source & 0xffff, destination >>> 16, destination & 0xffff];
  return [...words, protocol, length].reduce((sum, one) => (sum + one) % 0xffff, 0);
};

const headerOf = (shape: Shape, protocol: 6 | 17, transportAt: number): Uint8Array => {
  const header = new Uint8Array(10);
  const view = new DataView(header.buffer);
  const { left } = shape;
  if (left.kind === 'data-valid') header[0] = 2;
  if (left.kind === 'checksum' || left.kind === 'cutting') {
    header[0] = 1;
    view.setUint16(6, transportAt, true);
    view.setUint16(8, PLACES[protocol].checksum, true);
  }
  if (left.kind === 'cutting') {
    const options = protocol === 6 ? shape.tcpOptions.length : 0;
    header[1] = (protocol === 6 ? 1 : 5) + (left.notified ? 0x80 : 0);
    view.setUint16(2, transportAt + PLACES[protocol].length + options, true);
    view.setUint16(4, left.pieceSize, true);
  }
  for (const [at, value] of shape.damage) header[at] = value;
  return header;
};

/** A frame and its header. */
export const offloaded = (ends: Ends, shape: Shape): Offloaded => {
  const { protocol, source, destination } = ends;
  const transport = transportOf(ends, shape);
  const field = PLACES[protocol].checksum;
  if (shape.left.kind === 'checksum' || shape.left.kind === 'cutting')
    putWord(transport, field, pseudoSum(ends, transport.length - shape.slack * (protocol >>> 4)));
  if (shape.wrong === null) putWord(transport, field, 0);
  else if (shape.wrong > 0)
    putWord(transport, field, (word(transport, field) + shape.wrong) % 0xffff);
  const { typeOfService, identification, dontFragment, ttl, ipOptions } = shape;
  const packet = ipv4.encode({
    typeOfService,
    identification,
    dontFragment,
    moreFragments: false,
    fragmentOffset: 0,
    ttl,
    protocol,
    source,
    destination,
    options: ipOptions,
    payload: transport,
  });
  const frame = ethernet.encode({
    destination: ends.destinationMac,
    source: ends.sourceMac,
    etherType: 0x0800,
    payload: Uint8Array.from([...packet, ...Array<number>(shape.padding).fill(0xa5)]),
  });
  const transportAt = ETHERNET + 20 + ipOptions.length;
  return { header: headerOf(shape, protocol, transportAt), frame };
};

/** The ends of an answer to a plain TCP or UDP frame that left by a link. */
export const answering = (link: Link, frame: Uint8Array): Ends => {
  const transportAt = ETHERNET + ((frame[ETHERNET] ?? 0) & 15) * 4;
  return {
    link,
    destinationMac: mac(word(frame, 6) * 0x100000000 + long(frame, 8)),
    sourceMac: mac(word(frame, 0) * 0x100000000 + long(frame, 2)),
    protocol: frame[ETHERNET + 9] === 6 ? 6 : 17,
    source: ipv4Address(long(frame, ETHERNET + 16)),
    destination: ipv4Address(long(frame, ETHERNET + 12)),
    sourcePort: word(frame, transportAt + 2),
    destinationPort: word(frame, transportAt),
  };
};

const NONE = new Uint8Array(0);

export const PLAIN_SHAPE: Shape = {
  left: { kind: 'nothing' },
  payload: NONE,
  flags: 0x10,
  sequence: 1000,
  tcpOptions: NONE,
  typeOfService: 0,
  identification: 7,
  dontFragment: true,
  ttl: 61,
  ipOptions: NONE,
  slack: 0,
  padding: 0,
  wrong: 0,
  damage: [],
};

const bytesOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (seed + index * 7 + (index >>> 8)) & 0xff);

/** A size of pieces, and how much data there is: also none, exact multiples, and less than one piece. */
const sizes = fc
  .tuple(
    fc.constantFrom(1, 8, 100, 512, 520, 536, 1400, 1448, 1460, 1461, 1472, 1473, 9000, 65535),
    fc.nat({ max: 6 }),
    fc.constantFrom(-1, 0, 0, 1),
  )
  .map(([pieceSize, pieces, more]) => ({
    pieceSize,
    size: Math.max(0, Math.min(pieceSize * pieces, 9000) + more),
  }));

const options = fc.constantFrom(
  ...[0, 0, 0, 4, 12, 40].map((length) => new Uint8Array(length).fill(1)),
);

/** What changes in a header: flags, type, size, start, offset. */
const damage = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constant([
      [4, 0],
      [5, 0],
    ] as [number, number][]),
  },
  {
    weight: 6,
    arbitrary: fc.array(
      fc.tuple(
        fc.constantFrom(0, 1, 1, 4, 5, 6, 7, 8, 9),
        fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5, 0x81, 35), fc.nat({ max: 255 })),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  },
);

/** Shapes of every kind; most are sound, and most leave something to be done. */
export const shapes: fc.Arbitrary<Shape> = fc
  .record({
    sized: sizes,
    kind: fc.constantFrom(
      'nothing',
      'data-valid',
      'checksum',
      'checksum',
      'cutting',
      'cutting',
      'cutting',
    ),
    notified: fc.boolean(),
    seed: fc.nat({ max: 255 }),
    flags: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(0x10, 0x18, 0xd8, 0x50) },
      { weight: 1, arbitrary: fc.constantFrom(0x02, 0x11, 0x99, 0x14, 0x30) },
    ),
    sequence: fc.constantFrom(1001, 0xfffffff0, 0x7fffffff),
    tcpOptions: options,
    typeOfService: fc.constantFrom(0, 2, 3, 0xb8),
    identification: fc.constantFrom(0, 7, 0xfffe),
    dontFragment: fc.boolean(),
    ttl: fc.constantFrom(1, 2, 64, 64, 64),
    ipOptions: options,
    slack: fc.constantFrom(0, 0, 0, 0, 1, 6),
    padding: fc.constantFrom(0, 0, 0, 1, 6),
    wrong: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.nat({ max: 65534 }) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    damage: fc.oneof({ weight: 8, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: damage }),
  })
  .map(({ sized: { pieceSize, size }, kind, notified, seed, ...rest }) => ({
    ...rest,
    payload: bytesOf(kind === 'cutting' ? size : Math.min(size, 1400), seed),
    left: kind === 'cutting' ? { kind, pieceSize, notified } : { kind },
  }));
