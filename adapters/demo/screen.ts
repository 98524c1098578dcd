// Where the demo shows itself: a terminal, whose last lines are drawn again and again, or plain lines.

import type { Scene } from './view.ts';
import { HEIGHT, WIDTH, askedLine, coloured, frameOf, plain } from './view.ts';

export interface Screen {
  /** A phase has begun: the scene has its title. */
  begins(scene: Scene): void;
  /** The last of the scene's questions was asked. */
  asked(scene: Scene): void;
  /** Leaves the terminal as it was, whatever comes next. */
  leave(): void;
}

type Out = (text: string) => void;

const plainScreen = (out: Out): Screen => ({
  begins: ({ title }) => {
    out('');
    out(`  ${title}`);
  },
  asked: (scene) => {
    const last = scene.asked.at(-1);
    if (last !== undefined) out(askedLine(last, scene, plain));
  },
  leave: () => undefined,
});

/** Control sequences of ECMA-48 and of DEC terminals. */
const CLEAR_TO_END_OF_LINE = '\x1b[K';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const up = (lines: number): string => `\x1b[${lines}A`;

const terminalScreen = (out: Out): Screen => {
  let drawn = false;
  const draw = (scene: Scene): void => {
    const lines = frameOf(scene, coloured).map((line) => line + CLEAR_TO_END_OF_LINE);
    out((drawn ? up(HEIGHT) : HIDE_CURSOR) + lines.join('\n'));
    drawn = true;
  };
  const leave = (): void => {
    process.off('exit', leave);
    if (drawn) process.stdout.write(SHOW_CURSOR);
    drawn = false;
  };
  // An error that nobody foresaw leaves no terminal without a cursor.
  process.on('exit', leave);
  return { begins: draw, asked: draw, leave };
};

/** Whether lines can be drawn again: on a terminal that is large enough, when nothing speaks against it. */
const isLive = ({ isTTY, columns, rows }: NodeJS.WriteStream): boolean => {
  const { NO_COLOR = '', CI = '', TERM } = process.env;
  if (!isTTY || NO_COLOR !== '' || CI !== '' || TERM === 'dumb') return false;
  return columns > WIDTH && rows > HEIGHT;
};

/** `out` writes a text and ends the line. */
export const makeScreen = (out: Out): Screen =>
  isLive(process.stdout) ? terminalScreen(out) : plainScreen(out);
