import { describe, expect, it } from 'vitest';
import { waitingPorts } from './listening.ts';

/** Ends of lines left out. */
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   1: 0B0013C6:0007 090012C6:A0F2 01 00000000:00000000 00:00000000 00000000     0
`;
const TCP6 = `  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:1451 00000000000000000000000000000000:0000 0A
`;
const UDP = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
  312: 00000000:0009 00000000:0000 07 00000000:00000000 00:00000000 00000000     0
`;

describe('ports at which programs wait', () => {
  it('are those of sockets that listen, not of connections', () => {
    expect(waitingPorts(TCP, 'tcp')).toEqual([80]);
    expect(waitingPorts(`${TCP}${TCP6}`, 'tcp')).toEqual([80, 5201]);
  });

  it('are those of bound sockets in UDP', () => {
    expect(waitingPorts(UDP, 'udp')).toEqual([9]);
    expect(waitingPorts(UDP, 'tcp')).toEqual([]);
  });
});
