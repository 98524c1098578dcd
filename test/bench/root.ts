// Where the package lies, wherever this file was compiled to.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';

export const ROOT = dirname(createRequire(import.meta.url).resolve('onehost/package.json'));
