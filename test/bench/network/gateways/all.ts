// Those who are compared, in the order of the table.

import type { Contestant } from './contestant.ts';
import { haproxy } from './haproxy.ts';
import { kernel, plainKernel } from './kernel.ts';
import { nodeProxy } from './node-proxy.ts';
import { onehost } from './onehost.ts';

export const CONTESTANTS: readonly Contestant[] = [
  kernel,
  plainKernel,
  haproxy,
  nodeProxy,
  onehost,
];
