// What time alone brings about, of any table.

import type { Send } from '../../decision/send.ts';
import type { Change } from '../../decision/tables.ts';
import type { Decision } from '../../decision/verdict.ts';

/** What a tick does, and the decisions on packets that it ends. */
export interface Tick {
  readonly sends: readonly Send[];
  readonly changes: readonly Change[];
  readonly decisions: readonly Decision[];
}
