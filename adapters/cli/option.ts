// What several commands have in common: options, and where they write.

import { Option } from 'commander';

export const out = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
export const err = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

export const configOption = (): Option =>
  new Option('-c, --config <file>', 'the configuration').makeOptionMandatory();
export const jsonOption = (): Option => new Option('--json', 'for programs: JSON instead of text');
export const socketOption = (): Option =>
  new Option('--socket <path>', "the gateway's control socket (/run/onehost/CLUSTER.sock)");
export const memberSocketOption = (): Option =>
  new Option('--socket <path>', "the member's control socket (/run/onehost/CLUSTER.member.sock)");
