// ONC RPC messages to and from the cluster of the tests, written without core's encoders.

import { step } from '../../../../core/simulate/simulate.ts';
import type { Output, Step } from '../../../../core/simulate/simulate.ts';
import type { Tables } from '../../../../core/decision/tables.ts';
import type { Link } from '../../../../core/decision/topology.ts';
import { INTERCONNECT } from '../../../../core/decision/topology.ts';
import type { Ipv4Address } from '../../../../core/wire/address.ts';
import { bytes, counted, word } from '../../rpc/slow-xdr.ts';
import { naiveSum } from '../../wire/naive-checksum.ts';
import { CAMPUS, CLUSTER, HOST, UDP, frameOf, pass, topology } from '../laboratory.ts';
import type { Message } from '../laboratory.ts';

export const XID = 0x1234abcd;
/** The host's port: a reserved one, as servers like it. */
export const HOST_PORT = 840;

export const PORTMAPPER = 100000;
export const NFS = 100003;
export const MOUNT = 100005;
export const NFS_ACL = 100227;

export const SUCCESS = 0;
export const PROG_UNAVAIL = 1;
export const PROG_MISMATCH = 2;
export const PROC_UNAVAIL = 3;
export const GARBAGE_ARGS = 4;
export const SYSTEM_ERR = 5;

export interface Called {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  /** Arguments in XDR, hexadecimal. */
  readonly args?: string;
  readonly xid?: number;
}

const words = (...values: readonly number[]): string => values.map(word).join('');

/** A call without credentials. */
export const callOf = ({ program, version, procedure, args = '', xid = XID }: Called): Uint8Array =>
  bytes(words(xid, 0, 2, program, version, procedure, 0, 0, 0, 0), args);

/** An accepted reply, hexadecimal. `results` are what follows the status. */
export const accepted = (status: number, results = '', xid = XID): string =>
  words(xid, 1, 0, 0, 0, status) + results;

export const mismatch = (lowest: number, highest: number): string =>
  accepted(PROG_MISMATCH, words(lowest, highest));

/** Denied: the only version of RPC is 2. */
export const rpcMismatch = (xid = XID): string => words(xid, 1, 1, 0, 2, 2);

/** What the cluster of these tests has besides; `changes` replace whole keys. */
export const rpcTopology = (changes: Readonly<Record<string, unknown>> = {}) =>
  topology({
    services: [
      { port: 111, protocol: 'udp', route: 'portmapper' },
      { port: 20048, protocol: 'udp', route: 'mount' },
      { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
    ],
    exports: {
      '/projects': 'alpha',
      '/projects/old': 'beta',
      '/home': 'beta',
      '/srv/données': 'gamma',
    },
    mountPorts: { alpha: 635, beta: 636, gamma: 637 },
    ...changes,
  });

/** A message from the host to a port of the cluster. */
export const toCluster = (
  destinationPort: number,
  payload: Uint8Array,
  message: Partial<Message> = {},
): Message => ({
  source: HOST,
  destination: CLUSTER,
  protocol: UDP,
  sourcePort: HOST_PORT,
  destinationPort,
  payload,
  ...message,
});

/** A message from a port of a node to the host. */
export const toHost = (
  node: Ipv4Address,
  sourcePort: number,
  payload: Uint8Array,
  message: Partial<Message> = {},
): Message => ({
  source: node,
  destination: HOST,
  protocol: UDP,
  sourcePort,
  destinationPort: HOST_PORT,
  payload,
  ...message,
});

/** The payload of a UDP packet without IP options, hexadecimal. */
export const payloadOf = (frame: Uint8Array): string => {
  const end = 14 + (frame[16] ?? 0) * 256 + (frame[17] ?? 0);
  return Buffer.from(frame.slice(42, end)).toString('hex');
};

const isUdp = ({ frame }: Output): boolean => frame[12] === 0x08 && frame[23] === UDP;

/** What is said to the network, hexadecimal: payloads of UDP. */
export const told = ({ outputs }: Pick<Step, 'outputs'>, link: Link = CAMPUS): readonly string[] =>
  outputs
    .filter((output) => output.egress === link && isUdp(output))
    .map(({ frame }) => payloadOf(frame));

export const toldNodes = (step: Pick<Step, 'outputs'>): readonly string[] =>
  told(step, INTERCONNECT);

/** The piece of a frame's IP packet from `from` up to `to` bytes of its data. */
const pieceOf = (frame: Uint8Array, from: number, to: number): Uint8Array => {
  const piece = Uint8Array.from([...frame.slice(0, 34), ...frame.slice(34 + from, 34 + to)]);
  const total = piece.length - 14;
  const more = 34 + to < frame.length ? 0x20 : 0;
  piece.set([total >> 8, total & 255], 16);
  piece.set([more | (from >> 11), (from >> 3) & 255, frame[22] ?? 0, UDP, 0, 0], 20);
  const sum = naiveSum(piece.subarray(14, 34)) ^ 0xffff;
  piece.set([sum >> 8, sum & 255], 24);
  return piece;
};

/** A frame's packet in two fragments, `size` bytes of data in the first: a multiple of 8. */
export const cutAt = (frame: Uint8Array, size: number): readonly [Uint8Array, Uint8Array] => [
  pieceOf(frame, 0, size),
  pieceOf(frame, size, frame.length - 34),
];

/** The messages one after another, each with the link it comes by. */
export const passAll = (
  tables: Tables,
  messages: readonly (readonly [link: Link, message: Message])[],
  now = 0,
): Tables =>
  messages.reduce(
    (before, [link, message]) =>
      step(before, frameOf(before.topology, link, message), link, now).tables,
    tables,
  );

/** A path as UTF-8, in XDR. */
export const path = (text: string): string => counted(Buffer.from(text));

export const NULL = 0;
export const MNT = 1;
export const DUMP = 2;
export const UMNT = 3;
export const UMNTALL = 4;
export const EXPORT = 5;
export const EXPORTALL = 6;
export const PATHCONF = 7;

/** A call of MOUNT. */
export const mountCall = (procedure: number, args = '', version = 3, xid = XID): Uint8Array =>
  callOf({ program: MOUNT, version, procedure, args, xid });

/** A call of MOUNT through the switch, from the host. */
export const askMount = (
  before: Tables,
  payload: Uint8Array,
  message: Partial<Message> = {},
): Step => pass(before, CAMPUS, toCluster(20048, payload, message));

/** A node's answer to MNT, from the port of its MOUNT. */
export const mountAnswer = (node: Ipv4Address, port: number, status: number, xid = XID): Message =>
  toHost(node, port, bytes(accepted(SUCCESS, word(status) + '00000000', xid)));
