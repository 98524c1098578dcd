// The rule (rule.ts) as a program that the kernel runs for every frame that enters a TAP or TUN, to choose its
// queue: TUNSETSTEERINGEBPF, linux/if_tun.h. The kernel takes its result modulo the number of queues.

import * as ethernet from '../../core/wire/layout/ethernet.ts';
import * as icmp from '../../core/wire/layout/icmp.ts';
import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import type { Line } from './bpf.ts';
import {
  CONTEXT,
  R0,
  R1,
  R7,
  R8,
  assemble,
  by,
  copy,
  exit,
  jump,
  jumpIf,
  label,
  load,
  withRegister,
} from './bpf.ts';
import type { Rule } from './rule.ts';
import { FIRST_FACTOR, FRAGMENT, QUOTING, SECOND_FACTOR } from './rule.ts';

/** The address, in R8. */
const HOST = R8;
/** Where the transport header starts, in the packet. */
const TRANSPORT = R7;

/** `HOST ^= HOST >>> bits`. */
const fold = (bits: number): readonly Line[] => [
  withRegister('move', R1, HOST),
  by('shiftRight', R1, bits),
  withRegister('xor', HOST, R1),
];

const mix = (key: number): readonly Line[] => [
  by('xor', HOST, key),
  ...fold(16),
  by('multiply', HOST, FIRST_FACTOR),
  ...fold(13),
  by('multiply', HOST, SECOND_FACTOR),
  ...fold(16),
];

/** The packet's destination, unless that is the gateway itself. */
const destination = (at: number, { own }: Rule): readonly Line[] => [
  load(4, at + ipv4.DESTINATION),
  ...(own === null ? [] : [jumpIf('equal', R0, own, 'nobody')]),
  withRegister('move', HOST, R0),
];

/** The packet's source; of an ICMP error the destination of the packet that it quotes. */
const source = (at: number): readonly Line[] => [
  load(4, at + ipv4.DESTINATION), // a packet without one is nobody's
  load(4, at + ipv4.SOURCE),
  withRegister('move', HOST, R0),
  load(1, at + ipv4.PROTOCOL),
  jumpIf('notEqual', R0, ipv4.PROTOCOL_ICMP, 'mix'),
  load(2, at + ipv4.FLAGS_FRAGMENT),
  jumpIf('anyBit', R0, FRAGMENT, 'mix'),
  load(1, at, TRANSPORT),
  ...QUOTING.map((type) => jumpIf('equal', R0, type, 'error')),
  jump('mix'),
  label('error'),
  load(4, at + icmp.HEADER_LENGTH + ipv4.DESTINATION, TRANSPORT),
  withRegister('move', HOST, R0),
];

/** The program of a rule, as the kernel takes it. */
export const programOf = (rule: Rule): Buffer => {
  const isBare = rule.framing === 'ip';
  const at = isBare ? 0 : ethernet.HEADER_LENGTH;
  return assemble([
    copy(CONTEXT, R1),
    ...(isBare
      ? []
      : [load(2, ethernet.ETHER_TYPE), jumpIf('notEqual', R0, ethernet.ETHER_TYPE_IPV4, 'nobody')]),
    load(1, at),
    withRegister('move', TRANSPORT, R0),
    by('and', TRANSPORT, 15),
    by('shiftLeft', TRANSPORT, 2),
    by('shiftRight', R0, 4),
    jumpIf('notEqual', R0, 4, 'nobody'),
    ...(rule.host === 'source' ? source(at) : destination(at, rule)),
    label('mix'),
    ...mix(rule.key),
    withRegister('move', R0, HOST),
    exit,
    label('nobody'),
    by('move', R0, 0),
    exit,
  ]);
};
