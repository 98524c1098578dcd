// Faults to plant in the kernels, each a small change of a source text: the properties must find every one.
// Where a text is not there any more, because the source says it otherwise, the fault is to be planted there.

import type { Planted } from './planted.ts';
import { CROWDED, inEpochs, inLengths, onTheEdge, patch, planted } from './planted.ts';

export const FAULTS: readonly Planted[] = [
  inLengths(
    'an odd byte is missed',
    'a message may have an odd length',
    patch('packet/checksum.ts', '  if (at < end) sum += load<u8>(at);\n', ''),
  ),
  inLengths(
    'lanes overflow',
    'a sum of many words has more than 16 bits',
    patch(
      'packet/checksum.ts',
      'sum: u64 = (low & 0xffffffff) + (low >>> 32)',
      'sum: u64 = (low & 0xffffff) + (low >>> 32)',
    ),
  ),
  onTheEdge(
    'a carry is lost',
    "ones' complement sums take what overflows back in",
    patch(
      'packet/checksum.ts',
      'return (sum + rotl<u32>(sum, 16)) >>> 16;',
      'return ((sum & 0xffff) + (sum >>> 16)) & 0xffff;',
    ),
  ),
  planted(
    'a difference counts a word that stayed',
    'the sum of ~m + m is not 0 but 0xffff, and a checksum of 0 would change',
    patch(
      'packet/rewrite.ts',
      'select<u32>((before ^ 0xffff) + after, 0, before != after)',
      '(before ^ 0xffff) + after',
    ),
  ),
  onTheEdge(
    'a checksum that comes to 0 is sent so',
    'that would say that there is none (RFC 768)',
    patch('packet/translate.ts', 'select<u32>(0xffff, sum, sum == 0)', 'sum'),
  ),
  inEpochs(
    'hops are not forgotten when epochs come round',
    'their numbers are those of others by then',
    patch('flow/table.ts', 'store<u16>(recordAt(record), 0, flow.EPOCH);', '{}'),
  ),
  planted(
    'a colliding tag is believed',
    'two flows may have one tag',
    ...CROWDED,
    patch(
      'flow/buckets.ts',
      'if (belongs(inside, record, protocol, addresses, ports)) return record;',
      'return record;',
    ),
  ),
  planted(
    'what overflowed is not taken out',
    'its record will be given to another',
    ...CROWDED,
    patch('flow/table.ts', '  leaveOverflow(record);\n', ''),
  ),
  planted(
    'what was removed stays in its bucket',
    'it would be found by the ends that it had',
    patch('flow/table.ts', '  leave(INSIDE, record);\n  leaveOverflow', '  leaveOverflow'),
  ),
  planted(
    'what was removed keeps its state',
    'frames that were looked at before it was removed know its record yet',
    patch('flow/table.ts', 'store<u8>(at, 0, flow.STATE);', ''),
  ),
  planted(
    'a candidate is not looked at again',
    'a frame before it may have had its record given to another flow',
    patch(
      'pipeline/pipeline.ts',
      'seen == 0 || !belongs(inside, candidate, protocolOf(seen), addresses, ports)',
      'seen == 0 || candidate == 0',
    ),
  ),
  planted(
    'last seen is never written',
    'a flow in use would be taken for idle',
    patch('pipeline/repeat-flow.ts', 'store<f64>(record, now, flow.LAST_SEEN);', ''),
  ),
  planted(
    'last seen is always written',
    'the core writes it once in a grain',
    patch(
      'pipeline/repeat-flow.ts',
      '  if (idle >= load<f64>(config.AT, config.LAST_SEEN_GRAIN)) {\n',
      '  {\n',
    ),
  ),
  planted(
    'the fleeting are not put in order',
    'who was heard last is the last to go',
    patch('pipeline/repeat-flow.ts', '    flowRestate(number);\n', ''),
  ),
  planted(
    'an expired flow goes on',
    'an entry past its time is none any more',
    patch(
      'pipeline/repeat-flow.ts',
      'if (idle >= idleLimit(state, protocol, inside)) return false;',
      'if (idleLimit(state, protocol, inside) == 0) return false;',
    ),
  ),
  planted(
    'an answered datagram changes nothing',
    'only an opener that goes on after an answer is where its address says',
    patch('flow/standing.ts', 'phase == flow.ANSWERED && !isOpener', 'phase == flow.ANSWERED'),
  ),
  planted(
    'a node that is down gets packets of its flows',
    'its connections are gone',
    patch(
      'pipeline/repeat-flow.ts',
      'to == 0 || load<u8>(nodeAt((<u32>learned) & 0xffff), node.DOWN) != 0',
      'to == 0',
    ),
  ),
  planted(
    'a node that is down sends',
    'nothing of it is believed',
    patch(
      'pipeline/repeat-service.ts',
      '  if (load<u8>(nodeAt(index), node.DOWN) != 0) return false;\n',
      '',
    ),
  ),
  planted(
    'what was learned under another epoch is believed',
    'hops have other numbers now',
    patch(
      'pipeline/repeat-flow.ts',
      '  if (<u32>(learned >>> EPOCH_SHIFT) != load<u16>(config.AT, config.EPOCH)) return 0;\n',
      '',
    ),
  ),
  planted(
    'a hop is believed for ever',
    'after a minute its address must be confirmed',
    patch(
      'pipeline/hop.ts',
      'index == 0 || !(now < load<f64>(to, hop.BELIEVED_UNTIL))',
      'index == 0',
    ),
  ),
  planted(
    'the MTU is ignored',
    'what does not fit is cut, or told of',
    patch('pipeline/hop.ts', 'totalOf(seen) <= load<u32>(to, hop.MTU)', 'true'),
  ),
  planted(
    'padding goes on',
    'a frame ends where its packet does',
    patch(
      'pipeline/hop.ts',
      'total + ethernet.HEADER_LENGTH);',
      'max<u32>(total, 46) + ethernet.HEADER_LENGTH);',
    ),
  ),
  planted(
    'management loses no hop',
    'the gateway is a router there',
    patch('pipeline/repeat-flow.ts', '  oneHopOn(at);\n', ''),
  ),
  planted(
    'the last hop is passed on',
    'its sender is told',
    patch(
      'pipeline/repeat-flow.ts',
      'if (load<u8>(at, ipv4.TTL) <= 1) return false;',
      'if (load<u8>(at, ipv4.TTL) == 0) return false;',
    ),
  ),
  planted(
    'no checksum becomes one',
    '0 says that there is none',
    patch('packet/translate.ts', '  if (before == 0) return;\n', ''),
  ),
  planted(
    'the port of the wrong side',
    'a host knows the port of the cluster, a node its own',
    patch(
      'pipeline/repeat-flow.ts',
      'select<usize>(flow.CLUSTER_PORT, flow.NODE_PORT, inside)',
      'select<usize>(flow.NODE_PORT, flow.CLUSTER_PORT, inside)',
    ),
  ),
  planted(
    "any frame is taken for the node's",
    'all nodes have one address, and ports clash',
    patch(
      'pipeline/repeat-flow.ts',
      'return !inside || isFromNode(at, load<u16>(record, flow.NODE));',
      'return true;',
    ),
  ),
  planted(
    "a node's own connection keeps a stale port",
    "a port may have become MOUNT's since",
    patch(
      'pipeline/repeat-flow.ts',
      '  if (inside && (state & flow.OPENED_BY_NODE) != 0 && !keepsPort(record, protocol)) return false;\n',
      '',
    ),
  ),
  planted(
    'a SYN is repeated',
    'it may open another connection',
    patch('pipeline/sight.ts', 'tcp.SYN | tcp.FIN | tcp.RST', 'tcp.FIN | tcp.RST'),
  ),
  planted(
    'a FIN is repeated',
    'it ends the connection',
    patch('pipeline/sight.ts', 'tcp.SYN | tcp.FIN | tcp.RST', 'tcp.SYN | tcp.RST'),
  ),
  planted(
    'a fragment is repeated',
    'it is a part of a datagram, and later ones have no ports',
    patch('pipeline/sight.ts', 'ipv4.FLAG_MORE_FRAGMENTS | ipv4.FRAGMENT_OFFSET_MASK', '0'),
  ),
  planted(
    'options are not in the sum',
    'the checksum is one of the whole header',
    patch('pipeline/sight.ts', '  if (header > IPV4_HEADER) sum += optionsSum(at, header);\n', ''),
  ),
  planted(
    'frames for others are taken',
    'a switch may flood them here',
    patch('pipeline/sight.ts', '  if (towards != load<u64>(ingress, link.MAC)) return 0;\n', ''),
  ),
  planted(
    'a field is read the wrong way round',
    'servers differ in the order of bytes',
    patch(
      'pipeline/filehandle.ts',
      'isLittle ? size - 1 - index : index',
      'isLittle ? index : size - 1 - index',
    ),
  ),
  planted(
    'every procedure has a handle',
    'NULL has none: the gateway answers it',
    patch(
      'pipeline/filehandle.ts',
      'return ((load<u32>(entry, config.PROCEDURES) >>> procedure) & 1) != 0;',
      'return true;',
    ),
  ),
  planted(
    'a credential may be of any length',
    'longer ones are no calls',
    patch(
      'pipeline/filehandle.ts',
      '  if (length > <u32>rpc.MAX_AUTH_LENGTH) return NOWHERE;\n',
      '',
    ),
  ),
  planted(
    'a handle may be cut short',
    'the call is garbage then',
    patch(
      'pipeline/filehandle.ts',
      '  if (handle + WORD + ((length + 3) & ~3) > stop) return NOBODY;\n',
      '',
    ),
  ),
  planted(
    'ranges are off by one',
    'the first port of a node is not the last of the one before',
    patch(
      'pipeline/node-port.ts',
      '((port - from + 1) * nodes - 1) / (to - from + 1)',
      '((port - from) * nodes) / (to - from + 1)',
    ),
  ),
  planted(
    'orphans are ignored',
    'their hosts are to be told that the node is gone',
    patch(
      'pipeline/repeat-service.ts',
      '  if (protocol == ipv4.PROTOCOL_TCP && has(config.ORPHANS)) return false;\n',
      '',
    ),
  ),
  planted(
    'which address was asked is not remembered',
    'the answer must show it',
    patch(
      'pipeline/repeat-service.ts',
      '  if (!needsNoWay(source, destination)) return false;\n',
      '',
    ),
  ),
  planted(
    'which address was asked is forgotten',
    'the answer must show it',
    patch(
      'pipeline/repeat-service.ts',
      '  if (has(config.HAS_CHOICE) && has(config.WAYS)) return false;\n',
      '',
    ),
  ),
];
