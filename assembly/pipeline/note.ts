// What the pipeline notes of a slot between its passes: four words. Offsets in bytes.

export const SIZE: usize = 16;
/** What was seen of the packet (./sight.ts); 0: it goes up. */
export const SEEN: usize = 0;
export const TAG: usize = 4;
/** What will be needed of the memory next. */
export const PLACE: usize = 8;
/** The record that may be its own; 0: none is known. */
export const CANDIDATE: usize = 12;
