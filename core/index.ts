// The public surface of the core, and nothing else.

export * from './wire/address.ts';
export type { ReadonlyBytes } from './wire/bytes.ts';
export type { Config } from './config/config.ts';
export { decodeConfig } from './config/decode.ts';
export type { Problem } from './config/problem.ts';
export { schemaOf } from './config/schema.ts';
export { topologyOf } from './config/topology.ts';
export type { Explanation } from './explain/explanation.ts';
export { explain } from './explain/explanation.ts';
export { adopt, setNode, setService } from './switch/administration.ts';
export { decide } from './switch/decide.ts';
export type { Dictionary } from './decision/dictionary.ts';
export type { Connection, ConnectionTable, Phase } from './decision/connection/connection.ts';
export type { Reason } from './decision/reason.ts';
export { meaning } from './decision/reason.ts';
export type { CounterName } from './decision/count.ts';
export { counterMeaning, counterOf } from './decision/count.ts';
export type { Output, Step } from './simulate/simulate.ts';
export { elapse, outputOf, outputsOf, step } from './simulate/simulate.ts';
export { announcements, emptyTables } from './switch/start.ts';
export type { Change, Neighbour, Tables } from './decision/tables.ts';
export { apply } from './decision/tables.ts';
export { ageing, tick } from './switch/tick.ts';
export * from './decision/topology.ts';
export type { Forwarding, Send } from './decision/send.ts';
export type { Path } from './decision/path.ts';
export type { Decision, Verdict } from './decision/verdict.ts';
