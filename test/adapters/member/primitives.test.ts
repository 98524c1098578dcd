// Known answers of the RFCs, and what must fail.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { primitives, signingKey } from '../../../adapters/member/primitives.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (some: Uint8Array | null): string | null =>
  some === null ? null : Buffer.from(some).toString('hex');

describe('the cryptography of cluster messages', () => {
  it('B11: ChaCha20-Poly1305 as in RFC 8439 section 2.8.2', () => {
    const key = bytes('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f');
    const nonce = bytes('070000004041424344454647');
    const additional = bytes('50515253c0c1c2c3c4c5c6c7');
    const text = new TextEncoder().encode(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    );
    const sealed = primitives.seal(key, nonce, additional, text);
    expect(hex(sealed)).toBe(
      'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b' +
        '1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc' +
        '3ff4def08e4b7a9de576d26586cec64b6116' +
        '1ae10b594f09e26a7e902ecbd0600691',
    );
    expect(hex(primitives.open(key, nonce, additional, sealed))).toBe(hex(text));
  });

  it('opens nothing of which a bit has changed', () => {
    const some = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const text = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(some(32), some(12), text, text, fc.nat(), (key, nonce, additional, plain, at) => {
        const sealed = primitives.seal(key, nonce, additional, plain);
        expect(primitives.open(key, nonce, additional, sealed)).toEqual(Buffer.from(plain));
        const parts = [key, nonce, additional, sealed] as const;
        const bits = parts.reduce((sum, { length }) => sum + 8 * length, 0);
        let bit = at % bits;
        const changed = parts.map((part) => {
          const copy = Uint8Array.from(part);
          if (bit >= 0 && bit < 8 * part.length)
            copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          bit -= 8 * part.length;
          return copy;
        }) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
        expect(primitives.open(...changed)).toBeNull();
      }),
    );
    const [key, nonce, none] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(0)];
    expect(primitives.open(key, nonce, none, new Uint8Array(15))).toBeNull();
  });

  it('HKDF as in RFC 5869 appendix A.1', () => {
    const derived = primitives.derive(
      bytes('0b'.repeat(22)),
      bytes('000102030405060708090a0b0c'),
      bytes('f0f1f2f3f4f5f6f7f8f9'),
      42,
    );
    expect(hex(derived)).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  it('Ed25519 as in RFC 8032 section 7.1, test 2; and no other signature', () => {
    const secret = bytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
    const key = signingKey(secret);
    expect(hex(key)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const signature = primitives.sign(secret, bytes('72'));
    expect(hex(signature)).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
    expect(primitives.verify(key, bytes('72'), signature)).toBe(true);
    expect(primitives.verify(key, bytes('73'), signature)).toBe(false);
    expect(primitives.verify(signingKey(bytes('01'.repeat(32))), bytes('72'), signature)).toBe(
      false,
    );
    expect(primitives.verify(key, bytes('72'), signature.subarray(1))).toBe(false);
    expect(primitives.verify(new Uint8Array(7), bytes('72'), signature)).toBe(false);
  });

  it('X25519 as in RFC 7748 section 6.1, and none with a point of small order', () => {
    const bob = bytes('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
    const alicesPublic = '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a';
    expect(hex(primitives.exchangeKey(bob))).toBe(
      'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    );
    expect(hex(primitives.agree(bob, bytes(alicesPublic)))).toBe(
      '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
    );
    expect(primitives.agree(bob, new Uint8Array(32))).toBeNull();
    expect(primitives.agree(bob, new Uint8Array(31))).toBeNull();
  });

  it('SHA-256 as in FIPS 180-4', () => {
    expect(hex(primitives.hash(new TextEncoder().encode('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
