// Golden frames guard the constants of the layouts: those that codecs use by the codecs on them, the rest here.

import { describe, expect, it } from 'vitest';
import { u16 } from '../../../core/wire/bytes.ts';
import * as arpLayout from '../../../core/wire/layout/arp.ts';
import * as ethernetLayout from '../../../core/wire/layout/ethernet.ts';
import * as icmpLayout from '../../../core/wire/layout/icmp.ts';
import * as ipv4Layout from '../../../core/wire/layout/ipv4.ts';
import * as tcpLayout from '../../../core/wire/layout/tcp.ts';
import * as udpLayout from '../../../core/wire/layout/udp.ts';
import * as frames from '../../golden/frames.ts';
import * as icmpFrames from '../../golden/icmp-frames.ts';

const golden = { ...frames, ...icmpFrames };
/** After 14 bytes of Ethernet and 20 of IPv4. */
const ICMP_AT = 34;

describe('constants that no codec uses are what golden frames have', () => {
  it('of Ethernet and ARP', () => {
    expect(golden.arpRequest.ethernet.etherType).toBe(ethernetLayout.ETHER_TYPE_ARP);
    expect(golden.tcpSyn.ethernet.etherType).toBe(ethernetLayout.ETHER_TYPE_IPV4);
    expect(ethernetLayout.ETHER_TYPE_IPV6).toBe(0x86dd);
    expect(golden.arpRequest.arp.operation).toBe(arpLayout.OPERATION_REQUEST);
    expect(golden.arpReply.arp.operation).toBe(arpLayout.OPERATION_REPLY);
  });

  it('of IPv4 and its protocols', () => {
    expect(golden.echoRequest.ipv4.protocol).toBe(ipv4Layout.PROTOCOL_ICMP);
    expect(golden.tcpSyn.ipv4.protocol).toBe(ipv4Layout.PROTOCOL_TCP);
    expect(golden.udpOdd.ipv4.protocol).toBe(ipv4Layout.PROTOCOL_UDP);
    // Four bits of 32-bit words: 15 of them.
    expect([ipv4Layout.MAX_HEADER_LENGTH, tcpLayout.MAX_HEADER_LENGTH]).toEqual([60, 60]);
    expect([udpLayout.SOURCE_PORT, udpLayout.DESTINATION_PORT]).toEqual([
      tcpLayout.SOURCE_PORT,
      tcpLayout.DESTINATION_PORT,
    ]);
  });

  it('of TCP flags', () => {
    const { SYN, ECE, CWR, RST, ACK, PSH, URG, FIN } = tcpLayout;
    expect(golden.tcpSynToClosedPort.tcp.flags).toBe(SYN | ECE | CWR);
    expect(golden.tcpReset.tcp.flags).toBe(RST | ACK);
    expect(golden.tcpDataWithIpOptions.tcp.flags).toBe(PSH | ACK | URG);
    expect([FIN, SYN, RST, PSH, ACK, URG, ECE, CWR]).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
  });

  it('of ICMP', () => {
    const [echo, tooLarge] = [golden.echoRequest.bytes, golden.fragmentationNeeded.bytes];
    expect(u16(echo, ICMP_AT + icmpLayout.IDENTIFIER)).toBe(0x1494);
    expect(u16(echo, ICMP_AT + icmpLayout.SEQUENCE)).toBe(1);
    expect(u16(tooLarge, ICMP_AT + icmpLayout.NEXT_HOP_MTU)).toBe(600);
    expect(golden.echoRequest.icmp.type).toBe(icmpLayout.ECHO_REQUEST);
    expect(golden.echoReply.icmp.type).toBe(icmpLayout.ECHO_REPLY);
    expect(golden.timeExceeded.icmp).toMatchObject({
      type: icmpLayout.TIME_EXCEEDED,
      code: icmpLayout.CODE_TTL_EXCEEDED,
    });
    expect(golden.fragmentationNeeded.icmp).toMatchObject({
      type: icmpLayout.DESTINATION_UNREACHABLE,
      code: icmpLayout.CODE_FRAGMENTATION_NEEDED,
    });
    expect(golden.portUnreachable.icmp.code).toBe(icmpLayout.CODE_PORT_UNREACHABLE);
    expect([
      icmpLayout.CODE_NET_UNREACHABLE,
      icmpLayout.CODE_HOST_UNREACHABLE,
      icmpLayout.CODE_PROTOCOL_UNREACHABLE,
      icmpLayout.CODE_ADMINISTRATIVELY_PROHIBITED,
    ]).toEqual([0, 1, 2, 13]);
  });
});
