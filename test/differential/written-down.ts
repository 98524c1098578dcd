// What happened to a gateway, written down a line each: so that it can be kept, and happen again.

import type { NodeState } from '../../core/decision/topology.ts';
import { hex } from '../golden/hex.ts';
import type { Happening } from './both.ts';

/** `frames LINK HEX…`, `time MILLISECONDS`, `tick`, `node INDEX STATE`, `service VARIANT INDEX`, `reload VARIANT`. */
const lineOf = (happening: Happening): string => {
  const { kind } = happening;
  if (kind === 'frames') {
    const frames = happening.frames.map((frame) => Buffer.from(frame).toString('hex'));
    return [kind, happening.link, ...frames].join(' ');
  }
  if (kind === 'time') return `${kind} ${happening.milliseconds}`;
  if (kind === 'node') return `${kind} ${happening.node} ${happening.state}`;
  if (kind === 'service') return `${kind} ${happening.variant} ${happening.service}`;
  return kind === 'reload' ? `${kind} ${happening.variant}` : kind;
};

export const writtenDown = (all: readonly Happening[]): string => all.map(lineOf).join('\n');

const STATES: readonly string[] = ['active', 'drain', 'down'] satisfies readonly NodeState[];
const isState = (word: string | undefined): word is NodeState => STATES.includes(word ?? '');

/** What a line says. Throws where it is none. */
export const happeningOf = (line: string): Happening => {
  const [kind = '', first, ...rest] = line.split(' ');
  const number = Number(first);
  const [second] = rest;
  switch (kind) {
    case 'frames':
      return { kind, link: number, frames: rest.map(hex) };
    case 'time':
      return { kind, milliseconds: number };
    case 'tick':
      return { kind };
    case 'node':
      if (isState(second)) return { kind, node: number, state: second };
      break;
    case 'service':
      return { kind, variant: number, service: Number(second) };
    case 'reload':
      return { kind, variant: number };
    default:
  }
  throw new SyntaxError(`nothing that happens: ${line}`);
};
