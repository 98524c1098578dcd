// `onehost member`: a member of a cluster, in the foreground, until it is told to stop.

import { dirname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { MemberConfig } from '../../core/config/member-shape.ts';
import { startControl } from '../member/control.ts';
import type { LocalMember } from '../member/local.ts';
import { startLocal } from '../member/local.ts';
import { makeMailbox } from '../member/mailbox.ts';
import { reportSentence } from '../member/report.ts';
import { memberSocketPath } from '../member/socket-path.ts';
import { loadMember } from './config-file.ts';
import type { Log } from './log.ts';
import { makeLog } from './log.ts';
import type { Signals } from './signals.ts';
import { catchSignals } from './signals.ts';

export interface MemberOptions {
  readonly config: string;
  readonly socket?: string;
  readonly log?: 'text' | 'json';
}

const reload = (file: string, member: LocalMember, log: Log): void => {
  const config = loadMember(file);
  const done = E.isLeft(config)
    ? config
    : E.mapLeft((why: string) => [why])(member.reload(config.right));
  if (E.isRight(done)) return log.info(`${file} is read again`);
  for (const line of done.left) log.error(line);
  log.error(`${file} is not taken: the member goes on as it was`);
};

const serve = async (
  options: MemberOptions,
  config: MemberConfig,
  signals: Signals,
  log: Log,
): Promise<number> => {
  const mailbox = makeMailbox();
  const started = startLocal({
    config,
    folder: dirname(options.config),
    warn: (message) => log.warn(message),
    hearer: {
      message: (from, message, serviceClass) => mailbox.put({ from, message, serviceClass }),
      report: (report, nameOf) => log.info(reportSentence(report, nameOf)),
    },
  });
  if (E.isLeft(started)) {
    log.error(started.left);
    return 1;
  }
  const member = started.right;
  mailbox.watch((reading) => member.setReading(reading));
  const listening = await startControl(
    member,
    mailbox,
    options.socket ?? memberSocketPath(config.cluster),
  );
  if (E.isLeft(listening)) {
    log.error(listening.left);
    await member.leave();
    return 1;
  }
  log.info(`${config.name} of ${config.cluster}, fingerprint ${member.id}`);
  // Scripts wait for this line, whatever the format of the log.
  process.stderr.write('onehost: ready\n');
  await new Promise<void>((stop) =>
    signals.attach({ stop, reload: () => reload(options.config, member, log) }),
  );
  await member.leave();
  listening.right.close();
  return 0;
};

/** Exit code: 0 when a signal ended it, 1 when it could not start. */
export const member = async (options: MemberOptions): Promise<number> => {
  // Who read it may be gone (EPIPE): the member goes on without being heard.
  process.stderr.on('error', () => undefined);
  const config = loadMember(options.config);
  if (E.isLeft(config)) {
    for (const line of config.left) process.stderr.write(`${line}\n`);
    return 1;
  }
  const log = makeLog(options.log ?? 'text', config.right.cluster);
  const signals = catchSignals();
  const code = await serve(options, config.right, signals, log);
  signals.release();
  return code;
};
