#!/usr/bin/env node
// The command, from a clone or a package alike.
import { existsSync } from 'node:fs';

const main = new URL('../dist/adapters/cli/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write('onehost: not built yet: `npm ci`, or `npm run build`, does it\n');
  process.exitCode = 1;
}
