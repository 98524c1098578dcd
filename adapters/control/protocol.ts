// What goes over the control socket: one request and one answer, each a line of JSON.

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

export const ShowRequest = t.type({ command: t.literal('show'), what: t.string });

export const SetNodeRequest = t.type({
  command: t.literal('set node'),
  node: t.string,
  state: t.union([t.literal('active'), t.literal('drain'), t.literal('down')]),
});

export const SetServiceRequest = t.type({
  command: t.literal('set service'),
  /** As people write it: `53/udp`. */
  service: t.string,
  node: t.string,
});

/** Of a member: the own adapter of this address comes to stand at this place, from 1, the primary. */
export const SetAdapterRequest = t.type({
  command: t.literal('set adapter'),
  adapter: t.string,
  preference: t.number,
});

const Request = t.union([ShowRequest, SetNodeRequest, SetServiceRequest, SetAdapterRequest]);
export type Request = t.TypeOf<typeof Request>;

const Cell = t.union([t.string, t.number, t.readonlyArray(t.string), t.null]);

/** `rows` for what is shown, `done` for what was changed, `error` in a sentence. */
const Answer = t.union([
  t.type({ kind: t.literal('rows'), rows: t.readonlyArray(t.record(t.string, Cell)) }),
  t.type({ kind: t.literal('done'), message: t.string }),
  t.type({ kind: t.literal('error'), message: t.string }),
]);
export type Answer = t.TypeOf<typeof Answer>;

/** Longest request that a gateway takes, characters. */
export const LONGEST_REQUEST = 4096;

/** Reads one line of JSON as an A; fails with a sentence about `what`. */
export const readLine = <A>(line: string, of: t.Type<A>, what: string): E.Either<string, A> => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return E.left(`${what} is one line of JSON`);
  }
  const decoded = of.decode(value);
  return E.isRight(decoded) ? decoded : E.left(`this is not ${what} of this version`);
};

export const readRequest = (line: string): E.Either<string, Request> =>
  readLine(line, Request, 'a request');

export const readAnswer = (line: string): E.Either<string, Answer> =>
  readLine(line, Answer, 'an answer');
