// A small assembler for programs of eBPF: the instructions that sort frames takes, by name, and labels to jump to
// (Documentation/bpf/standardization/instruction-set.rst).

/** Registers: a result, five arguments, and four that loads from a frame leave alone. */
export const R0 = 0;
export const R1 = 1;
/** Loads from a frame want its context here. */
export const CONTEXT = 6;
export const R7 = 7;
export const R8 = 8;

type Register = number;

/** An instruction, or a place that has a name. `to` is the name of the place that it jumps to. */
export type Line =
  | { readonly label: string }
  | {
      readonly code: number;
      readonly destination: Register;
      readonly source: Register;
      readonly immediate: number;
      readonly to: string | null;
    };

// Classes, and where operands come from.
const LD = 0x00;
const ALU = 0x04;
const ALU64 = 0x07;
const JMP = 0x05;
const JMP32 = 0x06;
const BY_REGISTER = 0x08;

const ABSOLUTE = 0x20;
const INDIRECT = 0x40;
const SIZES = { 4: 0x00, 2: 0x08, 1: 0x10 } as const;
type Size = keyof typeof SIZES;

const OPERATIONS = {
  multiply: 0x20,
  and: 0x50,
  shiftLeft: 0x60,
  shiftRight: 0x70,
  xor: 0xa0,
  move: 0xb0,
} as const;
type Operation = keyof typeof OPERATIONS;

const COMPARISONS = { equal: 0x10, anyBit: 0x40, notEqual: 0x50 } as const;
type Comparison = keyof typeof COMPARISONS;

const line = (
  code: number,
  destination: Register,
  source: Register,
  immediate: number,
  to: string | null = null,
): Line => ({ code, destination, source, immediate, to });

export const label = (name: string): Line => ({ label: name });

/**
 * `R0 = ` the number of so many bytes at `at` of the frame, network order; `from` is a register to be added. A frame
 * that does not reach so far ends the program with 0.
 */
export const load = (bytes: Size, at: number, from: Register | null = null): Line =>
  from === null
    ? line(LD | ABSOLUTE | SIZES[bytes], 0, 0, at)
    : line(LD | INDIRECT | SIZES[bytes], 0, from, at);

/** Arithmetic of 32 bits with a number. */
export const by = (operation: Operation, register: Register, number: number): Line =>
  line(ALU | OPERATIONS[operation], register, 0, number | 0);

/** The same with another register. */
export const withRegister = (operation: Operation, register: Register, other: Register): Line =>
  line(ALU | BY_REGISTER | OPERATIONS[operation], register, other, 0);

/** All 64 bits of a register, such as a context. */
export const copy = (register: Register, other: Register): Line =>
  line(ALU64 | BY_REGISTER | OPERATIONS.move, register, other, 0);

/** Jumps forward where the 32 bits of a register compare so to a number. */
export const jumpIf = (
  comparison: Comparison,
  register: Register,
  number: number,
  to: string,
): Line => line(JMP32 | COMPARISONS[comparison], register, 0, number | 0, to);

export const jump = (to: string): Line => line(JMP, 0, 0, 0, to);

export const exit: Line = line(JMP | 0x90, 0, 0, 0);

const LENGTH = 8;

/** The program as the kernel takes it (`struct bpf_insn`, little endian). Every label that is jumped to must be there. */
export const assemble = (lines: readonly Line[]): Buffer => {
  const places = new Map<string, number>();
  const instructions = lines.flatMap((one, index) => {
    if (!('label' in one)) return [one];
    places.set(one.label, index - places.size);
    return [];
  });
  const bytes = Buffer.alloc(instructions.length * LENGTH);
  instructions.forEach(({ code, destination, source, immediate, to }, index) => {
    const place = to === null ? index + 1 : places.get(to);
    if (place === undefined) throw new RangeError(`no label ${to}`);
    bytes.writeUInt8(code, index * LENGTH);
    bytes.writeUInt8(destination | (source << 4), index * LENGTH + 1);
    bytes.writeInt16LE(place - index - 1, index * LENGTH + 2);
    bytes.writeInt32LE(immediate, index * LENGTH + 4);
  });
  return bytes;
};
