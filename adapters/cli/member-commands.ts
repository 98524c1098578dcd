// The commands of cluster messaging: `member`, `keygen`, `send`, `listen`, `set adapter`.

import type { Command } from 'commander';
import { Argument, InvalidArgumentError, Option } from 'commander';
import { SERVICE_CLASSES } from '../../core/cluster/service-class.ts';
import type { ListenOptions } from './listen.ts';
import { configOption, err, jsonOption, memberSocketOption, out } from './option.ts';
import type { SendOptions } from './send.ts';

const countArgument = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected how many messages, 1 or more.');
};

const preferenceArgument = (text: string): number => {
  if (/^[1-8]$/.test(text)) return Number(text);
  throw new InvalidArgumentError('1 is the primary, 2 the first alternate, and so on up to 8.');
};

type Finish = (code: number) => void;

const addSetAdapter = (set: Command, finish: Finish): void => {
  set
    .command('adapter')
    .usage('[options] <address> preference <place>')
    .description('an own adapter of the running member comes to another place in the order')
    .argument('<address>', 'the address of the adapter')
    .addArgument(new Argument('<preference>', 'the word `preference`').choices(['preference']))
    .argument('<place>', '1 for the primary, 2 for the first alternate', preferenceArgument)
    .addOption(memberSocketOption())
    .addOption(jsonOption())
    .action(
      async (
        adapter: string,
        _word: string,
        preference: number,
        options: { socket?: string; json?: boolean },
      ) => {
        const { askRunning } = await import('./ask.ts');
        const request = { command: 'set adapter', adapter, preference } as const;
        finish(await askRunning('member', request, options, out, err));
      },
    );
};

const addMember = (program: Command, finish: Finish): void => {
  program
    .command('member')
    .description(
      'a member of a cluster, in the foreground; SIGHUP reloads the file, SIGTERM ends it',
    )
    .addOption(configOption())
    .addOption(memberSocketOption())
    .addOption(
      new Option('--log <format>', 'how it logs').choices(['text', 'json']).default('text'),
    )
    .action(async (options: { config: string; socket?: string; log: 'text' | 'json' }) => {
      const { member } = await import('./member.ts');
      finish(await member(options));
    });
};

const addKeygen = (program: Command, finish: Finish): void => {
  program
    .command('keygen')
    .description('makes the key that all members of a cluster share')
    .option('--member', 'makes the own key of one member instead')
    .option('-o, --output <file>', 'a new file, for its owner alone')
    .action(async (options: { member?: boolean; output?: string }) => {
      const { keygen } = await import('./keygen.ts');
      finish(keygen(options, out, err));
    });
};

const addSend = (program: Command, finish: Finish): void => {
  program
    .command('send')
    .description('sends what comes on stdin to a computer of the cluster, as one message')
    .argument('<node>', 'name or fingerprint of the computer')
    .option('--lines', 'each line is a message of its own')
    .addOption(
      new Option('--class <class>', 'class of service')
        .choices([...SERVICE_CLASSES])
        .default('standard'),
    )
    .addOption(memberSocketOption())
    .addOption(jsonOption())
    .action(async (node: string, options: SendOptions) => {
      const { send } = await import('./send.ts');
      finish(await send(node, options, process.stdin, out, err));
    });
};

const addListen = (program: Command, finish: Finish): void => {
  program
    .command('listen')
    .description('prints the messages that come for this computer')
    .option('-n, --number <number>', 'ends after so many', countArgument)
    .addOption(memberSocketOption())
    .addOption(jsonOption())
    .action(async (options: ListenOptions) => {
      const { listen } = await import('./listen.ts');
      finish(await listen(options, process.stdout, err));
    });
};

/** Adds them to the program; `set` is its command of that name. */
export const addMemberCommands = (program: Command, set: Command, finish: Finish): void => {
  addSetAdapter(set, finish);
  addMember(program, finish);
  addKeygen(program, finish);
  addSend(program, finish);
  addListen(program, finish);
};
