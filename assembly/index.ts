// The kernels' public surface: what WebAssembly exports, besides its memory. It imports nothing and keeps
// no state; every function works on the memory that it is pointed to.
import { checksum } from './checksum.ts';
import { rewrite, rewriteError, writeEthernet } from './rewrite.ts';

export { checksum, rewrite, rewriteError, writeEthernet };
