// Lines of JSON on a stream: cut out of what arrives in pieces.

import type { Socket } from 'node:net';

/**
 * Calls `hear` with each line of the stream, without its end. A line of more than `longest` characters ends
 * the connection: whoever sends it speaks something else.
 */
export const onLines = (stream: Socket, longest: number, hear: (line: string) => void): void => {
  let pieces: string[] = [];
  let length = 0;
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = text.split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const whole = pieces.join('') + line;
      pieces = [];
      length = 0;
      hear(whole);
    }
    pieces.push(rest);
    length += rest.length;
    if (length > longest) stream.destroy();
  });
};
