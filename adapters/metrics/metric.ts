// What a metric is, before it is written down: prometheus.io/docs/concepts/data_model, and its practices of naming.

export interface Sample {
  /** By label. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric {
  /** With a unit where there is one, in the plural; `_total` at the end of what only grows. */
  readonly name: string;
  /** `counter`: it only grows, from the start of the gateway. `gauge`: it goes up and down. */
  readonly kind: 'counter' | 'gauge';
  /** What is counted, in a sentence for people. */
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: readonly Sample[];
}
