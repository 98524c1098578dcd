// The control socket of a running member: shows its tables, changes the order of its adapters, and takes and gives
// messages for programs that have no part in the cluster themselves.

import type { Socket } from 'node:net';
import * as E from 'fp-ts/lib/Either.js';
import { parseIpv4 } from '../../core/wire/address.ts';
import { onLines } from '../control/lines.ts';
import type { Answer, Request } from '../control/protocol.ts';
import { readRequest } from '../control/protocol.ts';
import type { ControlSocket } from '../control/unix-socket.ts';
import { listenAt } from '../control/unix-socket.ts';
import { addresseeOf } from './addressee.ts';
import { clock } from './clock.ts';
import type { LocalMember } from './local.ts';
import type { Mail, Mailbox } from './mailbox.ts';
import { outcomeSentence } from './outcome.ts';
import type { SendRequest, StreamLine } from './protocol.ts';
import { LONGEST_LINE, readStreamRequest } from './protocol.ts';
import { memberViews } from './views.ts';

const error = (message: string): Answer => ({ kind: 'error', message });

const setAdapter = (member: LocalMember, written: string, preference: number): Answer => {
  const address = parseIpv4(written);
  if (E.isLeft(address)) return error(address.left);
  if (!Number.isInteger(preference) || preference < 1)
    return error(`${preference} is no place in an order: 1 is the primary, 2 the first alternate`);
  const done = member.prefer(address.right, preference - 1);
  if (E.isLeft(done)) return error(done.left);
  const has = done.right + 1;
  const few = has === preference ? '' : ': this computer has no more adapters';
  return { kind: 'done', message: `adapter ${written} has preference ${has}${few}` };
};

const answerTo = (member: LocalMember, request: Request): Answer => {
  if (request.command === 'set adapter')
    return setAdapter(member, request.adapter, request.preference);
  if (request.command !== 'show') return error('this is a member; only a gateway has that');
  const { what } = request;
  const view = Object.hasOwn(memberViews, what) ? memberViews[what] : undefined;
  return view === undefined
    ? error(`a member has no "${what}"; there are: ${Object.keys(memberViews).join(', ')}`)
    : { kind: 'rows', rows: view({ view: member.view(), now: clock(), unsent: member.unsent }) };
};

const putLine = (client: Socket, line: StreamLine): boolean =>
  client.write(`${JSON.stringify(line)}\n`);

const send = async (member: LocalMember, client: Socket, request: SendRequest): Promise<void> => {
  const { reference } = request;
  const to = addresseeOf(member.view(), request.node);
  if (E.isLeft(to)) {
    putLine(client, { kind: 'settled', reference, outcome: 'refused', why: to.left });
    return;
  }
  const message = new Uint8Array(Buffer.from(request.message, 'base64'));
  const outcome = await member.send(to.right, message, request.class);
  if (client.destroyed) return;
  const why = outcomeSentence(outcome, request.node);
  putLine(client, { kind: 'settled', reference, outcome: outcome.kind, why });
};

/** Gives a client the messages that come, as fast as it reads them. */
const startListening = (member: LocalMember, mailbox: Mailbox, client: Socket): void => {
  const reader = ({ from, message, serviceClass }: Mail): boolean => {
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.length);
    const line = { kind: 'message', from, name: member.nameOf(from), class: serviceClass } as const;
    return putLine(client, { ...line, message: bytes.toString('base64') });
  };
  client.on('drain', () => mailbox.flush());
  client.on('close', () => mailbox.close(reader));
  putLine(client, { kind: 'listening' });
  mailbox.open(reader);
};

/** Listens at `path`; messages go from the mailbox to who listens. Fails with a sentence. */
export const startControl = (
  member: LocalMember,
  mailbox: Mailbox,
  path: string,
): Promise<E.Either<string, ControlSocket>> =>
  listenAt(path, 'member', (client) => {
    let listens = false;
    client.on('error', () => client.destroy());
    onLines(client, LONGEST_LINE, (line) => {
      const stream = readStreamRequest(line);
      if (E.isRight(stream)) {
        if (stream.right.command === 'send') void send(member, client, stream.right);
        else if (!listens) startListening(member, mailbox, client);
        listens ||= stream.right.command === 'listen';
        return;
      }
      const request = readRequest(line);
      const answer = E.isLeft(request) ? error(request.left) : answerTo(member, request.right);
      client.end(`${JSON.stringify(answer)}\n`);
    });
  });
