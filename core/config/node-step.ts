// What a node is set up by: one list of steps, which is printed as a shell script, or done. So the two
// cannot differ.

/** Lines for a file below /proc/sys, each written whole by one call; later ones are added to the first. */
export interface WriteStep {
  readonly kind: 'write';
  /** What it is for: comments of the script. */
  readonly about: readonly string[];
  readonly file: string;
  readonly lines: readonly string[];
}

/** A line that a program prints: a regular expression, the same to grep(1) and to JavaScript. */
export interface Sign {
  readonly argv: readonly string[];
  readonly line: string;
}

/** A program with its arguments: words without blanks and quotes. */
export interface CommandStep {
  readonly kind: 'command';
  readonly about: readonly string[];
  readonly argv: readonly string[];
  /** What shows that there is nothing left to do; null: it is done always. */
  readonly unless: Sign | null;
}

/** What must be so, or nothing is done. */
export interface CheckStep {
  readonly kind: 'check';
  readonly about: readonly string[];
  readonly sign: Sign;
  /** What is wrong when it is not so: a sentence without quotes. */
  readonly otherwise: string;
}

export type Step = WriteStep | CommandStep | CheckStep;

/** A setting of one line. */
export const setting = (file: string, value: string, ...about: readonly string[]): WriteStep => ({
  kind: 'write',
  about,
  file,
  lines: [value],
});

/** A command that leads to the same state however often it runs. */
export const command = (line: string, ...about: readonly string[]): CommandStep => ({
  kind: 'command',
  about,
  argv: line.split(' '),
  unless: null,
});

const writeLines = (path: string, lines: readonly string[]): readonly string[] => {
  const [only = ''] = lines;
  if (lines.length <= 1) return [`echo '${only}' > ${path}`];
  return [
    'while read -r line; do',
    '  echo "$line" >&3',
    `done 3> ${path} <<'END'`,
    ...lines,
    'END',
  ];
};

const commandLine = ({ argv, unless }: CommandStep): string =>
  unless === null
    ? argv.join(' ')
    : `${unless.argv.join(' ')} | grep -q '${unless.line}' || ${argv.join(' ')}`;

const checkLines = ({ sign, otherwise }: CheckStep): readonly string[] => [
  `${sign.argv.join(' ')} | grep -q '${sign.line}' || {`,
  `  echo '${otherwise}' >&2`,
  '  exit 1',
  '}',
];

const doingLines = (step: Step, procSys: string): readonly string[] => {
  if (step.kind === 'check') return checkLines(step);
  return step.kind === 'write'
    ? writeLines(`${procSys}/${step.file}`, step.lines)
    : [commandLine(step)];
};

/** A step as lines of a shell script; `procSys` is where the kernel's settings are. */
export const scriptLines = (step: Step, procSys: string): readonly string[] => [
  ...step.about.map((line) => `# ${line}`),
  ...doingLines(step, procSys),
];
