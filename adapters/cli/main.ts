// The command `onehost`: reads arguments, calls one command, ends with its exit code: 0 ok, 1 failed or
// invalid, 2 usage. Each command is loaded when it is called: `check` needs no TAP, `show` no core.

import { readFileSync } from 'node:fs';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { addMemberCommands } from './member-commands.ts';
import { EXPLAIN_HELP, REPLAY_HELP } from './offline-help.ts';
import { configOption, err, jsonOption, out, socketOption } from './option.ts';

const USAGE_ERROR = 2;

// A reader that has seen enough (`| head`) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') err(`onehost: cannot write the output: ${error.message}`);
  process.exit(error.code === 'EPIPE' ? process.exitCode : 1);
});

const version = (): string => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
};

const finish = (code: number): void => {
  process.exitCode = code;
};

const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

const program = new Command('onehost')
  .description('makes a cluster of computers look like one host on the network')
  .version(version(), '-V, --version')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(see -h)');

program
  .command('run')
  .description('the gateway, in the foreground; SIGHUP reloads the file, SIGTERM ends it')
  .addOption(configOption())
  .addOption(socketOption())
  .addOption(new Option('--log <format>', 'how it logs').choices(['text', 'json']).default('text'))
  .addOption(
    new Option(
      '--io <way>',
      'how frames are carried: by io_uring if it can be had, or by a call for each',
    )
      .choices(['io_uring', 'calls'])
      .default('io_uring'),
  )
  .action(
    async (options: {
      config: string;
      socket?: string;
      log: 'text' | 'json';
      io: 'io_uring' | 'calls';
    }) => {
      const { run } = await import('./run.ts');
      finish(await run(options));
    },
  );

program
  .command('check')
  .description('validates a configuration: every error at once, with its place')
  .addOption(configOption())
  .option('--member', 'the file is that of a member')
  .addOption(jsonOption())
  .action(async (options: { config: string; json?: boolean; member?: boolean }) => {
    const { check } = await import('./check.ts');
    finish(check(options, out, err));
  });

program
  .command('schema')
  .description('prints the JSON Schema of the configuration')
  .option('--member', 'that of a member file')
  .action(async (options: { member?: boolean }) => {
    const { schema } = await import('./schema.ts');
    finish(schema(out, options));
  });

program
  .command('replay')
  .description('sends captured frames through the switch, offline')
  .addHelpText('after', REPLAY_HELP)
  .addOption(configOption())
  .addOption(
    new Option('--in <link=capture>', 'frames that arrived on a network, or on `interconnect`')
      .argParser(collect)
      .makeOptionMandatory(),
  )
  .option('-o, --out <file.pcapng>', 'gets what the gateway sends')
  .addOption(jsonOption())
  .action(
    async (options: { config: string; in: readonly string[]; out?: string; json?: boolean }) => {
      const { replay } = await import('./replay.ts');
      finish(replay(options, out, err));
    },
  );

program
  .command('explain')
  .description('tells why a frame goes where it goes')
  .addHelpText('after', EXPLAIN_HELP)
  .argument('[capture]', 'a file that has the frame')
  .addOption(configOption())
  .requiredOption('--on <link>', 'the network that the frame arrives on, or `interconnect`')
  .option('--hex <frame>', 'the frame itself, in hexadecimal digits')
  .option('-n, --number <number>', 'which frame of the capture, from 1', '1')
  .addOption(jsonOption())
  .action(
    async (
      pcap: string | undefined,
      options: { config: string; on: string; hex?: string; number: string; json?: boolean },
    ) => {
      const { explain } = await import('./explain.ts');
      const number = Number(options.number);
      finish(explain({ ...options, number, ...(pcap === undefined ? {} : { pcap }) }, out, err));
    },
  );

/** What a member shows; the rest is the gateway's. */
const OF_MEMBERS = ['cdat', 'responsibilities', 'directions', 'traffic'];

program
  .command('show')
  .description('shows tables of the running gateway, or of the running member: the last four')
  .addArgument(
    new Argument('<what>', 'which table; times are in seconds').choices([
      'services',
      'connections',
      'nodes',
      'counters',
      'neighbours',
      'devices',
      ...OF_MEMBERS,
    ]),
  )
  .addOption(socketOption())
  .addOption(jsonOption())
  .action(async (what: string, options: { socket?: string; json?: boolean }) => {
    const { askRunning } = await import('./ask.ts');
    const who = OF_MEMBERS.includes(what) ? 'member' : 'gateway';
    finish(await askRunning(who, { command: 'show', what }, options, out, err));
  });

const set = program.command('set').description('changes tables of the running gateway');

set
  .command('node')
  .description(
    'active: a node gets new connections; drain: it only keeps those it has; down: it gets nothing',
  )
  .argument('<name>', 'name or number of the node')
  .addArgument(new Argument('<state>').choices(['active', 'drain', 'down']))
  .addOption(socketOption())
  .addOption(jsonOption())
  .action(
    async (
      node: string,
      state: 'active' | 'drain' | 'down',
      options: { socket?: string; json?: boolean },
    ) => {
      const { askRunning } = await import('./ask.ts');
      finish(await askRunning('gateway', { command: 'set node', node, state }, options, out, err));
    },
  );

const serviceArgument = (text: string): string => {
  if (/^\d{1,5}\/(tcp|udp)$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('a service is a port and a protocol, such as 53/udp.');
};

set
  .command('service')
  .usage('[options] <service> node <name>')
  .description(
    'a service of one node goes to another; TCP connections that it has stay where they are',
  )
  .argument('<service>', 'port and protocol, such as 53/udp', serviceArgument)
  .addArgument(new Argument('<node>', 'the word `node`').choices(['node']))
  .argument('<name>', 'name or number of the node, as in `set service 53/udp node alpha`')
  .addOption(socketOption())
  .addOption(jsonOption())
  .action(
    async (
      service: string,
      _word: string,
      node: string,
      options: { socket?: string; json?: boolean },
    ) => {
      const { askRunning } = await import('./ask.ts');
      finish(
        await askRunning('gateway', { command: 'set service', service, node }, options, out, err),
      );
    },
  );

addMemberCommands(program, set, finish);

program
  .command('node-setup')
  .description('what a Linux node needs: ports by the algorithm, routes, cluster addresses')
  .addOption(configOption())
  .requiredOption('--node <name>', 'name or number of the node')
  .option('--apply', 'do it, on this machine, instead of printing it')
  .action(async (options: { config: string; node: string; apply?: boolean }) => {
    const { nodeSetup } = await import('./node-setup.ts');
    finish(nodeSetup(options, out, err));
  });

program
  .command('demo')
  .description('a whole cluster on this machine, real hosts, real traffic')
  .option('--quick', 'the same in a few seconds')
  .option('--memory', 'without namespaces: hosts and gateway in memory')
  .action(async (options: { quick?: boolean; memory?: boolean }) => {
    const { demo } = await import('../demo/demo.ts');
    finish(await demo(options, out, err));
  });

/** Sub-commands made by `command()` do not all inherit it. */
const overrideExits = (command: Command): void => {
  command.exitOverride();
  command.commands.forEach(overrideExits);
};

overrideExits(program);
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  finish(error.exitCode === 0 ? 0 : USAGE_ERROR);
}
