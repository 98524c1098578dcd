// What goes over the control socket: one request and one answer, each a line of JSON.

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Row } from './views.ts';

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

const Request = t.union([ShowRequest, SetNodeRequest, SetServiceRequest]);
export type Request = t.TypeOf<typeof Request>;

/** `rows` for what is shown, `done` for what was changed, `error` in a sentence. */
export type Answer =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'done'; readonly message: string }
  | { readonly kind: 'error'; readonly message: string };

/** Longest request that a gateway takes, characters. */
export const LONGEST_REQUEST = 4096;

export const readRequest = (line: string): E.Either<string, Request> => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return E.left('a request is one line of JSON');
  }
  const request = Request.decode(value);
  return E.isRight(request) ? request : E.left('no such request');
};
