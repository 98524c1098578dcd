// What the kernels export of the pipeline (assembly/pipeline/pipeline.ts). Places are offsets in their memory; words of
// 32 bits may be given as signed ones.

export interface PipelineKernels {
  /** Where the tables are that the pipeline goes by, besides the settings: multiples of 64. */
  placeTables(links: number, nodes: number, hops: number): void;
  /** Where the first slot is, how far apart they are, and arrays of a word for each: lengths and egresses. */
  placeSlots(at: number, stride: number, lengths: number, egresses: number): void;
  /** Where it may keep notes, a multiple of 16: five words for each slot, and one. */
  placeScratch(at: number, capacity: number): void;
  /** Makes the directory empty, at a multiple of 64; `capacity` is a power of two. */
  directoryInit(at: number, capacity: number): void;
  /** Puts a value of two words under a key; 0: there is no room. Layout: assembly/layout/directory.ts. */
  directoryPut(kind: number, more: number, low: number, value: number, valueHigh: number): number;
  /** Looks at the frames in `count` slots from `first` on, which came by a link. Nothing is changed by it. */
  look(link: number, first: number, count: number): void;
  /**
   * Passes on the frames that were looked at, from slot `from` on, before `until`, at `now` milliseconds.
   * Returns the first slot whose frame must go up to `decide`; `until`: there is none.
   */
  repeat(from: number, until: number, now: number): number;
}
