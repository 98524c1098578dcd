// What iperf3 says with --json.

interface Report {
  readonly error?: string;
  readonly end?: {
    readonly sum_received?: { readonly bytes?: number; readonly seconds?: number };
  };
}

export interface Transfer {
  /** Of payload, at the receiver. */
  readonly gigabits: number;
  readonly seconds: number;
}

/** What arrived. Throws a sentence where nothing did, or iperf3 says what went wrong. */
export const transferOf = (text: string): Transfer => {
  let report: Report;
  try {
    report = JSON.parse(text) as Report;
  } catch {
    throw new Error('iperf3 ended without a report');
  }
  if (report.error !== undefined) throw new Error(`iperf3: ${report.error}`);
  const { bytes, seconds } = report.end?.sum_received ?? {};
  if (bytes === undefined || seconds === undefined || !(bytes > 0) || !(seconds > 0))
    throw new Error('iperf3: nothing was received');
  return { gigabits: (bytes * 8) / 1e9, seconds };
};
