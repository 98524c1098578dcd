// The public surface of the core, and nothing else.

export * from './wire/address.ts';
export type { ReadonlyBytes } from './wire/bytes.ts';
export type { Config } from './config/config.ts';
export { decodeConfig } from './config/decode.ts';
export type { Problem } from './config/problem.ts';
export { schemaOf } from './config/schema.ts';
export { topologyOf } from './config/topology.ts';
export type { Explanation } from './explain/explanation.ts';
export { decide } from './switch/decide.ts';
export type { Dictionary } from './switch/dictionary.ts';
export type { Connection, ConnectionTable, Phase } from './switch/connection/connection.ts';
export type { Reason } from './switch/reason.ts';
export { meaning } from './switch/reason.ts';
export type { Output, Step } from './switch/simulate.ts';
export { elapse, outputOf, outputsOf, step } from './switch/simulate.ts';
export { announcements, emptyTables } from './switch/start.ts';
export type { Change, Neighbour, Tables } from './switch/tables.ts';
export { apply } from './switch/tables.ts';
export { ageing, tick } from './switch/tick.ts';
export * from './switch/topology.ts';
export type { Forwarding, Send } from './switch/send.ts';
export type { Decision, Path, Verdict } from './switch/verdict.ts';
