import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../core/rpc/call.ts';
import { encodeFailure, procedureOf, readHandle } from '../../../core/rpc/nfs.ts';
import { guarded } from './guarded.ts';
import { bytes, counted, raw, word } from './slow-xdr.ts';

const NFS = 100003;
const ACL = 100227;

const callOf = (program: number, version: number, procedure: number, argumentsAt = 0): Call => ({
  kind: 'call',
  xid: 1,
  program,
  version,
  procedure,
  argumentsAt,
});

// Written from the RFCs' result types: the words of a failure, status included; 0 where none can fail.
const FAILURES: readonly (readonly [program: number, version: number, words: readonly number[]])[] =
  [
    [NFS, 2, [0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
    [NFS, 3, [0, 1, 3, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 5, 4, 2, 2, 2, 2, 2, 3]],
    [ACL, 2, [0, 1, 1, 1, 1, 1]],
    [ACL, 3, [0, 2, 2, 1]],
  ];
const each = FAILURES.flatMap(([program, version, words]) =>
  words.map((length, procedure) => ({ program, version, procedure, length })),
);

describe('A18: the filehandle of a call', () => {
  it.each(each)('program $program version $version procedure $procedure', (row) => {
    const { program, version, procedure, length } = row;
    const handle = Uint8Array.from({ length: 32 }, (_, index) => index);
    const written = version === 2 ? raw(handle) : counted(handle);
    const message = bytes(word(0xdeadbeef), written);
    const call = callOf(program, version, procedure, 4);
    const found = readHandle(guarded(message, 4).bytes, call, message.length);
    expect(found).toEqual(length === 0 ? 'none' : { at: version === 2 ? 4 : 8, length: 32 });
    if (length === 0) return;
    // The first fragment of a call may end right behind the handle, and no earlier.
    for (let end = 0; end < message.length; end++)
      expect(readHandle(guarded(message, 4, end).bytes, call, end)).toBe('truncated');
  });

  it('has up to 64 bytes in version 3', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (handle) => {
        const message = bytes(counted(handle));
        const found = readHandle(guarded(message).bytes, callOf(NFS, 3, 1), message.length);
        expect(found).toEqual({ at: 4, length: handle.length });
      }),
    );
    const tooLong = bytes(counted(new Uint8Array(65)));
    expect(readHandle(tooLong, callOf(NFS, 3, 1), tooLong.length)).toBe('too-long');
  });

  it('is not looked for in what is none of these programs, versions, procedures', () => {
    const { bytes: untouchable } = guarded(new Uint8Array(64), 64);
    const found = (program: number, version: number, procedure: number) =>
      readHandle(untouchable, callOf(program, version, procedure), 64);
    expect(found(100005, 3, 1)).toBe('program-unavailable');
    expect(found(0xffffffff, 3, 1)).toBe('program-unavailable');
    for (const version of [0, 1, 4, 0xffffffff]) {
      expect(found(NFS, version, 1)).toBe('program-mismatch');
      expect(found(ACL, version, 1)).toBe('program-mismatch');
    }
    for (const [program, version, words] of FAILURES)
      for (const procedure of [words.length, 0x80000000, 0xffffffff])
        expect(found(program, version, procedure)).toBe('procedure-unavailable');
  });
});

describe('A18: a failure', () => {
  it.each(each)('of program $program version $version procedure $procedure', (row) => {
    const { program, version, procedure, length } = row;
    const failure = encodeFailure(callOf(program, version, procedure), 70);
    if (length === 0) expect(failure).toBeNull();
    else expect(failure).toEqual(bytes(word(70), word(0).repeat(length - 1)));
  });

  it('is there for no procedure that does not exist', () => {
    expect(encodeFailure(callOf(NFS, 3, 22), 70)).toBeNull();
    expect(encodeFailure(callOf(NFS, 4, 1), 70)).toBeNull();
    expect(encodeFailure(callOf(100005, 3, 1), 70)).toBeNull();
  });
});

describe('procedures have their names in the order of the RFCs', () => {
  it.each([
    [
      NFS,
      2,
      'NULL GETATTR SETATTR ROOT LOOKUP READLINK READ WRITECACHE WRITE CREATE REMOVE RENAME LINK SYMLINK MKDIR RMDIR READDIR STATFS',
    ],
    [
      NFS,
      3,
      'NULL GETATTR SETATTR LOOKUP ACCESS READLINK READ WRITE CREATE MKDIR SYMLINK MKNOD REMOVE RMDIR RENAME LINK READDIR READDIRPLUS FSSTAT FSINFO PATHCONF COMMIT',
    ],
    [ACL, 2, 'NULL GETACL SETACL GETATTR ACCESS GETXATTRDIR'],
    [ACL, 3, 'NULL GETACL SETACL GETXATTRDIR'],
  ])('program %i version %i', (program, version, names) => {
    const found = names
      .split(' ')
      .map((_, procedure) => procedureOf(callOf(program, version, procedure)));
    expect(found.map((entry) => (typeof entry === 'string' ? entry : entry.name)).join(' ')).toBe(
      names,
    );
  });
});
