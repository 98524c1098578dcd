// The JavaScript reference: access to the kernels' memory, through views that JavaScript has for it. Whatever
// is read lies where its size says, so that a word is one load. Words are signed: those stay small integers.

export interface Words {
  readonly get8: (at: number) => number;
  readonly get16: (at: number) => number;
  readonly get32: (at: number) => number;
  readonly getDouble: (at: number) => number;
  readonly put16: (at: number, value: number) => void;
  readonly put32: (at: number, value: number) => void;
  readonly putDouble: (at: number, value: number) => void;
}

export const wordsIn = (buffer: ArrayBuffer): Words => {
  const bytes = new Uint8Array(buffer);
  const halves = new Uint16Array(buffer);
  const words = new Int32Array(buffer);
  const doubles = new Float64Array(buffer);
  return {
    get8: (at) => bytes[at] as number,
    get16: (at) => halves[at >> 1] as number,
    get32: (at) => words[at >> 2] as number,
    getDouble: (at) => doubles[at >> 3] as number,
    put16: (at, value) => {
      halves[at >> 1] = value;
    },
    put32: (at, value) => {
      words[at >> 2] = value;
    },
    putDouble: (at, value) => {
      doubles[at >> 3] = value;
    },
  };
};

export const swap16 = (value: number): number => ((value & 0xff) << 8) | (value >>> 8);

export const swap32 = (value: number): number =>
  (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
