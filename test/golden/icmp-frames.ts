// ICMP as it was on a wire; see frames.ts.

import type { GoldenIcmp } from './frame.ts';
import { ROUTER, outgoing, returning, toHost, toServer } from './frame.ts';
import { hex } from './hex.ts';

const echoed = hex('7224036b 00000000 40450a00 00000000 a5');

export const echoRequest: GoldenIcmp = {
  bytes: hex(`02005e1000fe 02005e100007 0800
    45 00 002d 03f4 4000 40 01 d097 c6336407 cb007109
    08 00 7e95 1494 0001
    7224036b 00000000 40450a00 00000000 a5`),
  ethernet: toServer,
  ipv4: { ...outgoing, identification: 1012, protocol: 1 },
  icmp: { type: 8, code: 0, rest: 0x14940001, payload: echoed },
};

/** What the server made of `echoRequest`. */
export const echoReply: GoldenIcmp = {
  bytes: hex(`02005e100007 02005e1000fe 0800
    45 00 002d 35d6 0000 3f 01 dfb5 cb007109 c6336407
    00 00 8695 1494 0001
    7224036b 00000000 40450a00 00000000 a5`),
  ethernet: toHost,
  ipv4: { ...returning, identification: 13782, protocol: 1 },
  icmp: { type: 0, code: 0, rest: 0x14940001, payload: echoed },
};

/** A UDP datagram to a port where nothing listens, as the server quoted it: one hop further. */
export const quotedUdp: Uint8Array = hex(`45 00 0022 6af6 4000 3f 11 6a90 c6336407 cb007109
  9c41 829a 000e 36a0 68656c6c6f3f`);

export const portUnreachable: GoldenIcmp = {
  bytes: hex(`02005e100007 02005e1000fe 0800
    45 c0 003e 35d9 0000 3f 01 dee1 cb007109 c6336407
    03 03 6361 00000000
    45 00 0022 6af6 4000 3f 11 6a90 c6336407 cb007109
    9c41 829a 000e 36a0 68656c6c6f3f`),
  ethernet: toHost,
  ipv4: { ...returning, typeOfService: 0xc0, identification: 13785, protocol: 1 },
  icmp: { type: 3, code: 3, rest: 0, payload: quotedUdp },
};

export const timeExceeded: GoldenIcmp = {
  bytes: hex(`02005e100007 02005e1000fe 0800
    45 c0 003b d6c0 0000 40 01 4dd5 c63364fe c6336407
    0b 00 5b61 00000000
    45 00 001f 923e 4000 01 11 814b c6336407 cb007109
    9c43 829b 000b 9a3f 74746c`),
  ethernet: toHost,
  ipv4: {
    ...returning,
    typeOfService: 0xc0,
    identification: 54976,
    ttl: 64,
    protocol: 1,
    source: ROUTER,
  },
  icmp: {
    type: 11,
    code: 0,
    rest: 0,
    payload: hex(`45 00 001f 923e 4000 01 11 814b c6336407 cb007109
      9c43 829b 000b 9a3f 74746c`),
  },
};

/** A packet of 728 bytes not to be cut, on its way to a link that carries 600. */
export const quotedTooLarge: Uint8Array = hex(`45 00 02d8 0000 4000 40 11 d1d0 c6336407 cb007109
  9c44 829c 02c4 dea9 ${'42'.repeat(700)}`);

/** What the router made of `quotedTooLarge`: 576 bytes with the IP header, quoting 548. */
export const fragmentationNeeded: GoldenIcmp = {
  bytes: hex(`02005e100007 02005e1000fe 0800
    45 c0 0240 d6d8 0000 40 01 4bb8 c63364fe c6336407
    03 04 af09 0000 0258
    45 00 02d8 0000 4000 40 11 d1d0 c6336407 cb007109
    9c44 829c 02c4 dea9 ${'42'.repeat(520)}`),
  ethernet: toHost,
  ipv4: {
    ...returning,
    typeOfService: 0xc0,
    identification: 55000,
    ttl: 64,
    protocol: 1,
    source: ROUTER,
  },
  icmp: {
    type: 3,
    code: 4,
    rest: 600,
    payload: hex(`45 00 02d8 0000 4000 40 11 d1d0 c6336407 cb007109
      9c44 829c 02c4 dea9 ${'42'.repeat(520)}`),
  },
};
