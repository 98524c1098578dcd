#!/usr/bin/env node
// The command `onehost`: reads arguments, calls one command, ends with its exit code.

import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { askGateway } from './ask.ts';
import { check } from './check.ts';
import { schema } from './schema.ts';

const USAGE_ERROR = 2;

const out = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const err = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
