// Cluster messages byte by byte, with Node's own cryptography: what one computer writes, another must read.

import { createDecipheriv, createPrivateKey, hkdfSync, sign } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { primitives } from '../../adapters/member/primitives.ts';
import {
  decodeChallenge,
  decodeHello,
  decodeOpen,
  encodeChallenge,
  encodeHello,
  encodeOpen,
  encodeUnknown,
  isUnknown,
  questionOf,
} from '../../core/cluster/association/handshake.ts';
import { keyIdOf, sealWith } from '../../core/cluster/association/session.ts';
import { EMPTY_WINDOW } from '../../core/cluster/association/window.ts';
import type { NodeId } from '../../core/cluster/identity.ts';
import { hexOf, nodeIdOf } from '../../core/cluster/identity.ts';
import { author, believe } from '../../core/cluster/table/entry.ts';
import type { Frame } from '../../core/cluster/wire/frame.ts';
import { decodeFrames, encodeFrame } from '../../core/cluster/wire/frame.ts';
import { ipv4 } from '../../core/wire/address.ts';
import type { Ipv6Address } from '../../core/wire/address.ts';
import { hex } from './hex.ts';

/** `length` bytes that count from `first`. */
const counting = (length: number, first: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => first + at);

/** Bytes as they are, whatever holds them: what Node decrypts are buffers. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, held: unknown) => {
      if (held === null || typeof held !== 'object') return held;
      if ('data' in held) return hexOf(Uint8Array.from(held.data as readonly number[]));
      return held instanceof Uint8Array ? hexOf(held) : held;
    }),
  );

const ID = '00112233445566778899aabbccddeeff' as NodeId;
const OTHER = 'ffeeddccbbaa99887766554433221100' as NodeId;
const DIGEST = counting(8, 1);

const FRAMES: readonly (readonly [Frame, string])[] = [
  [
    {
      kind: 'accept',
      publicKey: counting(32, 0),
      life: counting(8, 0x40),
      index: 0x01020304,
      signature: counting(64, 0x80),
    },
    `01 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
     4041424344454647 01020304
     808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f
     a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf`,
  ],
  [{ kind: 'ping', number: 258, digest: DIGEST, padding: 0 }, '02 00000102 0102030405060708 0000'],
  [
    { kind: 'ping', number: 1, digest: DIGEST, padding: 3 },
    '02 00000001 0102030405060708 0003 000000',
  ],
  [{ kind: 'pong', number: 0xfffffffe, digest: DIGEST }, '03 fffffffe 0102030405060708'],
  [
    { kind: 'data', epoch: 2, offset: 0x010203040506, number: 7, bytes: counting(3, 9) },
    '04 00000002 010203040506 00000007 0003 090a0b',
  ],
  [
    {
      kind: 'ack',
      epoch: 2,
      next: 10,
      limit: 0x10000,
      echo: 7,
      delay: 4,
      ranges: [
        { from: 12, to: 14 },
        { from: 20, to: 0x0100000000 },
      ],
    },
    `05 00000002 00000000000a 000000010000 00000007 0004 02
     00000000000c 00000000000e 000000000014 000100000000`,
  ],
  [
    {
      kind: 'versions',
      first: ID,
      last: OTHER,
      versions: [{ id: ID, version: 5, check: 0xdeadbeef }],
    },
    `06 00112233445566778899aabbccddeeff ffeeddccbbaa99887766554433221100 01
     00112233445566778899aabbccddeeff 000000000005 deadbeef`,
  ],
  [{ kind: 'entry', bytes: counting(4, 1) }, '07 0004 01020304'],
  [
    { kind: 'want', ids: [ID, OTHER] },
    '08 02 00112233445566778899aabbccddeeff ffeeddccbbaa99887766554433221100',
  ],
  [{ kind: 'doubt', id: ID }, '09 00112233445566778899aabbccddeeff'],
  [{ kind: 'ask', id: ID }, '0a 00112233445566778899aabbccddeeff'],
  [{ kind: 'heard', id: ID }, '0b 00112233445566778899aabbccddeeff'],
];

const PRIVATE_KEY = counting(32, 0);
const PUBLIC_KEY = hex('03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8');
const ENTRY_BODY = `
  01 03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8
  000000000007 02 05 616c706861 02
  04 0a000001 18 1ce8 01 000005dc 03 01  04 0a0000fe 01  04 0a000100 18
  06 0b 323030313a6462383a3a31 40 1ce9 05 00000500 00 00`;
const ENTRY_SIGNATURE = `
  c053dbe99dcf50e376facd34618500084146780cfc27bdb608d740585b0d18aa
  d32c5734af1bfc1b22ccf917403d15b2ad46ee5ab56ea5f882cf92eb71ea8b0b`;

const SECRET = counting(32, 100);
const KEY = { id: 0x0b089d08, secret: SECRET };
const INITIATOR_KEY = hex('e05b1ae322024838095ffdefd865468ddb77b14b2dd275175ea0ab4294fa6d7a');
const RESPONDER_KEY = hex('392d174a38b3b1beafaf1fe824870841c5fa531bc6eafdb6402c124664488c1c');
const SELF = '56475aa75463474c0285df5dbf2bcab7' as NodeId;
const INDEX = 0x01020304;

describe('frames', () => {
  it.each(FRAMES.map(([frame, text]) => [frame.kind, frame, text] as const))(
    'B11: %s is written and read as it always was',
    (_, frame, text) => {
      expect(hexOf(encodeFrame(frame))).toBe(hexOf(hex(text)));
      expect(decodeFrames(hex(text))).toEqual([frame]);
    },
  );
});

describe('an entry of the table', () => {
  it('B1, B2, B4: is its author’s words, and a signature over them', () => {
    const entry = author(
      primitives,
      { name: 'alpha', privateKey: PRIVATE_KEY, publicKey: PUBLIC_KEY },
      {
        name: 'alpha',
        version: 7,
        left: false,
        gateway: true,
        adapters: [
          {
            ...{ address: ipv4(0x0a000001), port: 7400, prefixLength: 24, type: 'ethernet' },
            ...{ mtu: 1500, serviceClass: 'control' },
            routers: [
              {
                address: ipv4(0x0a0000fe),
                serves: [{ address: ipv4(0x0a000100), prefixLength: 24 }],
              },
            ],
          },
          {
            ...{ address: '2001:db8::1' as Ipv6Address, port: 7401, prefixLength: 64 },
            ...{ type: 'tunnel', mtu: 1280, serviceClass: 'bulk', routers: [] },
          },
        ],
      },
    );
    if (E.isLeft(entry)) throw new Error(entry.left);
    expect(hexOf(entry.right.bytes)).toBe(hexOf(hex(ENTRY_BODY + ENTRY_SIGNATURE)));
    expect(entry.right.id).toBe(SELF);
    const read = believe(primitives, hex(ENTRY_BODY + ENTRY_SIGNATURE));
    expect(read).toEqual(entry);
    const pkcs8 = Buffer.concat([hex('302e020100300506032b657004220420'), PRIVATE_KEY]);
    const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const text = Buffer.concat([Buffer.from('onehost cluster entry 1'), hex(ENTRY_BODY)]);
    expect(hexOf(sign(null, text, key))).toBe(hexOf(hex(ENTRY_SIGNATURE)));
  });
});

describe('datagrams', () => {
  it('B5: what is sealed has index and counter in front, and the counter as its nonce', () => {
    const frame = encodeFrame({ kind: 'pong', number: 5, digest: DIGEST });
    const bytes = sealWith(
      primitives,
      {
        ...{ index: 1, remoteIndex: 0xa1a2a3a4, sendKey: counting(32, 5), sent: 258 },
        ...{ receiveKey: counting(32, 6), window: EMPTY_WINDOW, life: '', born: 0 },
        ...{ confirmed: true, keyId: 0, usedAt: 0, madeAt: 0 },
      },
      frame,
    );
    const text = `0104 a1a2a3a4 000000000102
      363b4d9377f6b9dcda41d434c0 1227a1783777cdfa20b93478f0b3535f`;
    expect(hexOf(bytes)).toBe(hexOf(hex(text)));
    const nonce = hex('000000000000 000000000102');
    const decipher = createDecipheriv('chacha20-poly1305', counting(32, 5), nonce, {
      authTagLength: 16,
    });
    decipher.setAAD(bytes.subarray(0, 12), { plaintextLength: 13 });
    decipher.setAuthTag(bytes.subarray(25));
    expect(hexOf(decipher.update(bytes.subarray(12, 25)))).toBe('03000000050102030405060708');
    decipher.final();
  });

  it('B11: cluster keys are told apart by a number that follows from them', () => {
    expect(keyIdOf(primitives, SECRET)).toBe(KEY.id);
    const id = hkdfSync('sha256', SECRET, new Uint8Array(0), 'onehost cluster key id', 4);
    expect(hexOf(new Uint8Array(id))).toBe('0b089d08');
  });

  it('B7: a hello tells who it is from, under a key of its own', () => {
    const text = `0101 0b089d08 01020304
      e05b1ae322024838095ffdefd865468ddb77b14b2dd275175ea0ab4294fa6d7a
      11f5046976238b0e21cb6a2a88119464d97f69f95efb90ed87e0e626008e00d22646c4bb750b00cc
      4a58bfcb24dd7e83bf4ccf7fbdbc08b44fb486bab9052efcb1d25966a143cfb4`;
    const hello = { exchangeKey: INITIATOR_KEY, initiator: SELF };
    expect(hexOf(encodeHello(primitives, KEY, INDEX, hello))).toBe(hexOf(hex(text)));
    expect(decodeHello(primitives, KEY, hex(text))).toEqual(hello);
    expect(nodeIdOf(primitives, PUBLIC_KEY)).toBe(SELF);
  });

  it('B7: a challenge brings the cookie, and is no longer than the hello', () => {
    const text = `0102 0b089d08 01020304
      392d174a38b3b1beafaf1fe824870841c5fa531bc6eafdb6402c124664488c1c
      0214a4340f6427dd5b4ce293169e50494eedeb5173c2ab6fa207d4e7c9407bf439dc36edf1f689d9
      712ea18449c3c30b64254f3b953cccbca7ac3d0603d4b3a4ce7f6e8cb61f`;
    const made = { exchangeKey: RESPONDER_KEY, responder: SELF, cookie: counting(38, 1) };
    const bytes = encodeChallenge(primitives, KEY, INDEX, INITIATOR_KEY, made);
    expect(hexOf(bytes)).toBe(hexOf(hex(text)));
    expect(plain(decodeChallenge(primitives, KEY, INITIATOR_KEY, bytes))).toEqual(plain(made));
    const hello = encodeHello(primitives, KEY, INDEX, {
      exchangeKey: INITIATOR_KEY,
      initiator: SELF,
    });
    expect(bytes.length).toBeLessThanOrEqual(hello.length);
  });

  it('B7: an open brings the cookie back, with key, life and signature', () => {
    const text = `0103 0b089d08 01020304
      e05b1ae322024838095ffdefd865468ddb77b14b2dd275175ea0ab4294fa6d7a
      392d174a38b3b1beafaf1fe824870841c5fa531bc6eafdb6402c124664488c1c
      0c79a9b8047cc22a4b2f11ad6d9d57fa5e7e0c6627e2c4ddfd895a4c1f1bda9c5010507e4b8ddf677bc0
      4dd43e4bc25461f28508bf807e54f94067a2a66ec9716d7180a49e058285b42692b83fc38a0ae9b13c1d
      c70d2548f66729fdae25ed4502ee0a00c8fb41be3c08edb0aa88e57cd405972dda2e05ef4a9c40a912ee
      9d6c31d8146e088b06e76900680fdc48ed1093666cb2ecf2a1b6d3c11e453046`;
    const open = {
      ...{ initiatorKey: INITIATOR_KEY, responderKey: RESPONDER_KEY, cookie: counting(38, 1) },
      ...{ publicKey: PUBLIC_KEY, life: counting(8, 9), signature: counting(64, 3) },
    };
    expect(hexOf(encodeOpen(primitives, KEY, INDEX, open))).toBe(hexOf(hex(text)));
    expect(plain(decodeOpen(primitives, KEY, hex(text)))).toEqual(plain(open));
  });

  it('B11: that an association is not known, is said under a key of its own', () => {
    const text = `0105 0b089d08 01020304 060504030201
      c4f088beb8a637ab7a3df4bc373a3744`;
    const question = { index: INDEX, counter: 0x060504030201 };
    expect(hexOf(encodeUnknown(primitives, KEY, question, SELF))).toBe(hexOf(hex(text)));
    expect(questionOf(hex(text))).toEqual(question);
    expect(isUnknown(primitives, KEY, hex(text), SELF)).toBe(true);
    expect(isUnknown(primitives, KEY, hex(text), nodeIdOf(primitives, INITIATOR_KEY))).toBe(false);
    for (const at of [9, 15, 16]) {
      const damaged = hex(text);
      damaged[at] = 0;
      expect(isUnknown(primitives, KEY, damaged, SELF)).toBe(false);
    }
  });
});
