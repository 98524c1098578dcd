// The kernels' public surface: what WebAssembly exports, besides its memory. It imports nothing. Every
// function works on the memory that it is pointed to; only the flow table, of which an instance has one,
// knows where it is.
import { checksum } from './packet/checksum.ts';
import { placeSlots, placeTables } from './pipeline/areas.ts';
import { directoryInit, directoryPut } from './pipeline/directory.ts';
import {
  findInside,
  findOutside,
  flowAllocate,
  flowBuckets,
  flowBytes,
  flowEnterInside,
  flowExpired,
  flowForgetHops,
  flowInit,
  flowLeaveInside,
  flowLink,
  flowOldestFleeting,
  flowRestate,
  flowSize,
  flowUnlink,
} from './flow/table.ts';
import { look, placeScratch, repeat } from './pipeline/pipeline.ts';
import { rewrite, rewriteError, writeEthernet } from './packet/rewrite.ts';

export { checksum, rewrite, rewriteError, writeEthernet };
export { findInside, findOutside };
export { flowAllocate, flowBuckets, flowBytes, flowInit, flowSize };
export { flowEnterInside, flowLeaveInside, flowLink, flowRestate, flowUnlink };
export { flowExpired, flowForgetHops, flowOldestFleeting };
export { directoryInit, directoryPut, placeScratch, placeSlots, placeTables };
export { look, repeat };
