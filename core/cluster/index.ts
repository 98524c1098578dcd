// The public surface of cluster messaging, and nothing else: the whole protocol as one pure function.

export * from './adapter.ts';
export * from './effect.ts';
export * from './endpoint.ts';
export * from './event.ts';
export type { Identity, NodeId } from './identity.ts';
export { nodeIdOf, parseNodeId } from './identity.ts';
export type { Member } from './member.ts';
export { start, step } from './member.ts';
export type { Primitives } from './primitives.ts';
export type { ServiceClass } from './service-class.ts';
export { SERVICE_CLASSES } from './service-class.ts';
export type { Beginning, Settings } from './settings.ts';
export { DEFAULT_SETTINGS } from './settings.ts';
export type { AdapterView, NodeView, View } from './view.ts';
export { nodeNamed, viewOf } from './view.ts';
