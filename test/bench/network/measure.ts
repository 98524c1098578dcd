// What is measured: names, units, and which way is better.

export interface Measure {
  readonly id: MeasureId;
  readonly name: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
}

export type MeasureId =
  | 'tcp1'
  | 'tcp4'
  | 'connections'
  | 'p50'
  | 'p99'
  | 'udp'
  | 'cpu1'
  | 'cpu4'
  | 'own1'
  | 'own4'
  | 'idle'
  | 'memory'
  | 'ask50'
  | 'ask99'
  | 'askMost'
  | 'scrape'
  | 'reload';

export const MEASURES: readonly Measure[] = [
  { id: 'tcp1', name: 'TCP, 1 stream', unit: 'Gb/s', better: 'more' },
  { id: 'tcp4', name: 'TCP, 4 streams', unit: 'Gb/s', better: 'more' },
  { id: 'connections', name: 'new connections', unit: 'k/s', better: 'more' },
  { id: 'p50', name: '64-byte round trip, median', unit: 'µs', better: 'less' },
  { id: 'p99', name: '64-byte round trip, 99 %', unit: 'µs', better: 'less' },
  { id: 'udp', name: '64-byte datagrams', unit: 'k/s', better: 'more' },
  { id: 'cpu1', name: 'processors, whole machine, 1 stream', unit: 'ms/Gb', better: 'less' },
  { id: 'cpu4', name: 'processors, whole machine, 4 streams', unit: 'ms/Gb', better: 'less' },
  { id: 'own1', name: "the gateway's process, 1 stream", unit: 'ms/Gb', better: 'less' },
  { id: 'own4', name: "the gateway's process, 4 streams", unit: 'ms/Gb', better: 'less' },
  { id: 'idle', name: 'idle, of one core', unit: '%', better: 'less' },
  { id: 'memory', name: 'memory with 100,000 connections', unit: 'MB', better: 'less' },
  { id: 'ask50', name: 'answer under load, median', unit: 'ms', better: 'less' },
  { id: 'ask99', name: 'answer under load, 99 %', unit: 'ms', better: 'less' },
  { id: 'askMost', name: 'answer under load, longest', unit: 'ms', better: 'less' },
  { id: 'scrape', name: 'metrics under load, longest', unit: 'ms', better: 'less' },
  { id: 'reload', name: 'reload under load', unit: 'ms', better: 'less' },
];

/** What a run of a workload gave. */
export type Values = Readonly<Partial<Record<MeasureId, number>>>;
