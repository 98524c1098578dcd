// Metrics written down for Prometheus: prometheus.io/docs/instrumenting/exposition_formats.

import type * as Prometheus from 'prom-client';
import type { Metric } from './metric.ts';

export interface Exposition {
  /** The media type of what is written. */
  readonly contentType: string;
  write(metrics: readonly Metric[]): Promise<string>;
}

type Client = typeof Prometheus;

const register = (client: Client, registry: Prometheus.Registry, metric: Metric): void => {
  const { name, kind, help, labels, samples } = metric;
  const settings = { name, help, labelNames: labels, registers: [registry] };
  if (kind === 'counter') {
    const counter = new client.Counter(settings);
    for (const sample of samples) counter.inc(sample.labels, sample.value);
    return;
  }
  const gauge = new client.Gauge(settings);
  for (const sample of samples) gauge.set(sample.labels, sample.value);
};

/** Loaded only by those who ask for metrics: nobody else waits for it. */
export const loadExposition = async (): Promise<Exposition> => {
  const client = await import('prom-client');
  return {
    contentType: client.Registry.PROMETHEUS_CONTENT_TYPE,
    write: (metrics) => {
      const registry = new client.Registry();
      for (const metric of metrics) register(client, registry, metric);
      return registry.metrics();
    },
  };
};
