import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../core/rpc/byte-string.ts';
import * as mount from '../../../core/rpc/mount.ts';
import * as arbitrary from '../../arbitraries/rpc.ts';
import { guarded } from './guarded.ts';
import { bytes, counted, listed, raw, string, word } from './slow-xdr.ts';

describe("A15: MOUNT's path", () => {
  it('is what the client sent, byte for byte', () => {
    fc.assert(
      fc.property(arbitrary.byteString(1024), (path) => {
        const message = bytes(string(path));
        const read = mount.readPath(guarded(message).bytes, 0, message.length);
        expect(read).toEqual(E.right(path));
      }),
    );
  });

  it('is truncated at every length short of its padding', () => {
    const message = bytes(string('/projects'));
    for (let end = 0; end < message.length; end++)
      expect(mount.readPath(guarded(message, 0, end).bytes, 0, end)).toEqual(E.left('truncated'));
  });

  it('has at most 1024 bytes', () => {
    const of = (length: number) => {
      const message = bytes(string('/'.repeat(length)));
      return mount.readPath(message, 0, message.length);
    };
    expect(of(1024)).toEqual(E.right('/'.repeat(1024)));
    expect(of(1025)).toEqual(E.left('too-long'));
  });

  it('equals what a configuration writes when its UTF-8 does', () => {
    const message = bytes(counted([0x2f, 0xc3, 0xa9]));
    expect(mount.readPath(message, 0, 8)).toEqual(E.right(utf8('/é')));
    expect(mount.readPath(bytes(counted([0x2f, 0xe9])), 0, 8)).not.toEqual(E.right(utf8('/é')));
  });

  it('is carried by MNT and UMNT, and in version 2 by PATHCONF', () => {
    const carriers = (version: number) =>
      [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((procedure) => mount.carriesPath(version, procedure));
    expect([1, 2, 3].map(carriers)).toEqual([
      [1, 3],
      [1, 3, 7],
      [1, 3],
    ]);
  });

  it('versions 1 to 3 have 7, 8 and 6 procedures', () => {
    const count = (version: number) =>
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 0xffffffff].filter((procedure) =>
        mount.hasProcedure(version, procedure),
      ).length;
    expect([1, 2, 3].map(count)).toEqual([7, 8, 6]);
  });
});

describe('A15: what MOUNT answers', () => {
  it('a failed MNT is its status', () => {
    expect(mount.encodeFailedMount(2)).toEqual(bytes('00000002'));
    expect(mount.encodeFailedMount(10006)).toEqual(bytes('00002716'));
  });

  it('DUMP lists hosts and directories', () => {
    const entry = fc.record({
      host: arbitrary.byteString(255),
      directory: arbitrary.byteString(1024),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const written = entries.map(({ host, directory }) => string(host) + string(directory));
        expect(mount.encodeMounts(entries)).toEqual(bytes(listed(written)));
      }),
    );
  });

  it('EXPORT lists paths, each with no groups', () => {
    fc.assert(
      fc.property(fc.array(arbitrary.byteString(1024), { maxLength: 6 }), (paths) => {
        const written = paths.map((path) => string(path) + listed([]));
        expect(mount.encodeExports(paths)).toEqual(bytes(listed(written)));
      }),
    );
  });
});

describe('A17: the results of MNT', () => {
  it('have a filehandle of up to 64 bytes in version 3', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (handle) => {
        const message = bytes(word(0), counted(handle));
        const end = message.length;
        expect(mount.readMountResult(guarded(message).bytes, 0, end, 3)).toEqual({
          status: 0,
          handle: { at: 8, length: handle.length },
        });
        for (let cut = 0; cut < end; cut++)
          expect(mount.readMountResult(guarded(message, 0, cut).bytes, 0, cut, 3)).toBe(
            'truncated',
          );
      }),
      { numRuns: 30 },
    );
    expect(mount.readMountResult(bytes(word(0), word(65)), 0, 8, 3)).toBe('too-long');
  });

  it.each([1, 2])('have a filehandle of 32 bytes in version %i', (version) => {
    const message = bytes(word(0), raw(new Uint8Array(32)));
    expect(mount.readMountResult(message, 0, 36, version)).toEqual({
      status: 0,
      handle: { at: 4, length: 32 },
    });
    expect(mount.readMountResult(message, 0, 35, version)).toBe('truncated');
  });

  it.each([1, 3])('have none in version %i when it failed', (version) => {
    expect(mount.readMountResult(bytes(word(13)), 0, 4, version)).toEqual({
      status: 13,
      handle: null,
    });
  });
});
