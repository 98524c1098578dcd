// The node that an NFS call names (A17, A18): the number in the filehandle that the arguments begin with.
// The same reading as core/rpc: call.ts, nfs.ts, filehandle.ts.

import * as udp from '../../core/wire/layout/udp.ts';
import * as nfs from '../../core/rpc/layout/nfs.ts';
import * as rpc from '../../core/rpc/layout/rpc.ts';
import { nodeNumbered } from './directory.ts';
import * as directory from '../layout/directory.ts';
import * as config from '../layout/settings.ts';

const WORD = 4;
const NOBODY: i32 = -1;
const NOWHERE: usize = 0;

function word(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

/** Where what follows a credential or verifier is; NOWHERE: it is too long, or not all there. */
function afterAuth(at: usize, end: usize): usize {
  if (at + 2 * WORD > end) return NOWHERE;
  const length = word(at + WORD);
  if (length > <u32>rpc.MAX_AUTH_LENGTH) return NOWHERE;
  const after = at + 2 * WORD + ((length + 3) & ~3);
  return after > end ? NOWHERE : after;
}

/** Whether the call at `at` is of a procedure that takes a filehandle. */
function takesHandle(at: usize): bool {
  const program = word(at + rpc.PROGRAM);
  const version = word(at + rpc.VERSION);
  const procedure = word(at + rpc.PROCEDURE);
  if (procedure > 31) return false;
  let entry: usize = config.AT + config.PROGRAMS;
  for (; load<u32>(entry, config.PROGRAM) != 0; entry += config.PROGRAM_SIZE)
    if (load<u32>(entry, config.PROGRAM) == program && load<u32>(entry, config.VERSION) == version)
      return ((load<u32>(entry, config.PROCEDURES) >>> procedure) & 1) != 0;
  return false;
}

/** The number in the field that a service names of the handle of `length` bytes at `at`, as node index. */
function nodeInHandle(at: usize, length: u32, service: u64): i32 {
  const offset = (<u32>(service >>> directory.FIELD_OFFSET_SHIFT)) & 0xff;
  const size = (<u32>(service >>> directory.FIELD_SIZE_SHIFT)) & 7;
  const isLittle = ((<u32>(service >>> directory.FIELD_LITTLE_SHIFT)) & 1) != 0;
  if (offset + size > length) return NOBODY;
  let number: u32 = 0;
  for (let index: u32 = 0; index < size; index++) {
    const from = isLittle ? size - 1 - index : index;
    number = (number << 8) | load<u8>(at + offset + from);
  }
  return <i32>nodeNumbered(number) - 1;
}

/**
 * The index of the node that the call in the UDP datagram at `transport`, up to `end` at most, is for;
 * NOBODY (-1) where it names none, or is none.
 */
export function nodeOfCall(transport: usize, end: usize, service: u64): i32 {
  const at = transport + udp.HEADER_LENGTH;
  const stop = min<usize>(end, transport + bswap<u16>(load<u16>(transport, udp.LENGTH)));
  if (at + rpc.CREDENTIAL > stop) return NOBODY;
  if (word(at + rpc.MESSAGE_TYPE) != rpc.CALL) return NOBODY;
  if (word(at + rpc.RPC_VERSION) != rpc.RPC_VERSION_2) return NOBODY;
  const verifier = afterAuth(at + rpc.CREDENTIAL, stop);
  if (verifier == NOWHERE) return NOBODY;
  const handle = afterAuth(verifier, stop);
  if (handle == NOWHERE || !takesHandle(at)) return NOBODY;

  if (word(at + rpc.VERSION) == nfs.VERSION_2) {
    if (handle + nfs.HANDLE_LENGTH_2 > stop) return NOBODY;
    return nodeInHandle(handle, nfs.HANDLE_LENGTH_2, service);
  }
  if (handle + WORD > stop) return NOBODY;
  const length = word(handle);
  if (length > <u32>nfs.MAX_HANDLE_LENGTH_3) return NOBODY;
  if (handle + WORD + ((length + 3) & ~3) > stop) return NOBODY;
  return nodeInHandle(handle + WORD, length, service);
}
