// How long a datagram a pair of adapters carries, found by probes of its own (RFC 8899), without ICMP.

/** Lengths of IP datagrams, bytes. What needs no probe, as every path is taken to carry it. */
export const BASE_MTU = 1200;
/** Lengths worth trying: those of common links (RFC 1191 section 7.1, and tunnels). */
const PLATEAUS = [1280, 1350, 1400, 1450, 1492, 1500, 2048, 4352, 8166, 9000, 65535] as const;
/** Probes of one length without an answer that show it to be too long. */
const TRIES = 2;
/** So long a probe is waited for, ms, and so long the search rests when it has ended. */
export const PROBE_TIMEOUT_MS = 300;
const RAISE_MS = 60_000;
/** Times in a row that long datagrams were lost, all of one time-out together, while none came through. */
const LOSSES = 2;
/** IPv4 header without options, and UDP's. */
export const IPV4_UDP = 28;
/** IPv6 header, and UDP's. */
export const IPV6_UDP = 48;

export interface PathMtuState {
  /** What is known to go through. */
  readonly current: number;
  /** What the adapters, or a router, allow. */
  readonly ceiling: number;
  /** The smallest length that did not go through since the search began; past the ceiling at first. */
  readonly failed: number;
  readonly probe: { readonly size: number; readonly number: number; readonly at: number } | null;
  readonly tries: number;
  /** What a router, or the own kernel, said; 0 for nothing. */
  readonly hint: number;
  /** When the next search may begin. */
  readonly raiseAt: number;
  /** Times that long datagrams were lost since one came through. */
  readonly losses: number;
}

export const newPathMtu = (ceiling: number): PathMtuState => ({
  current: Math.min(BASE_MTU, ceiling),
  ceiling,
  failed: ceiling + 1,
  probe: null,
  tries: 0,
  hint: 0,
  raiseAt: 0,
  losses: 0,
});

/**
 * The length to probe next, when one is worth it now; null when not. First what the adapters allow, which is
 * the usual case; then upwards from what is known, as an answer is quick and its lack is slow.
 */
export const toProbe = (state: PathMtuState, now: number): number | null => {
  if (state.probe !== null || now < state.raiseAt) return null;
  const worth = (size: number): boolean => size < state.failed && size > state.current;
  if (worth(state.ceiling)) return state.ceiling;
  if (worth(state.hint)) return state.hint;
  return PLATEAUS.find((size) => worth(size) && size <= state.ceiling) ?? null;
};

export const probing = (state: PathMtuState, number: number, now: number): PathMtuState => {
  const size = toProbe(state, now);
  return size === null ? state : { ...state, probe: { size, number, at: now } };
};

/** At the end of a search all lengths are worth trying again, but not soon. */
const rested = (state: PathMtuState, now: number): PathMtuState =>
  toProbe({ ...state, raiseAt: 0 }, now) === null
    ? { ...state, failed: state.ceiling + 1, hint: 0, raiseAt: now + RAISE_MS }
    : state;

/** The answer to the probe `number` has come. */
export const probeAnswered = (state: PathMtuState, number: number, now: number): PathMtuState =>
  state.probe?.number !== number
    ? state
    : rested({ ...state, current: state.probe.size, probe: null, tries: 0, losses: 0 }, now);

/** The probe was waited for long enough. */
export const probeLost = (state: PathMtuState, now: number): PathMtuState => {
  if (state.probe === null) return state;
  const { size } = state.probe;
  if (state.tries + 1 < TRIES) return { ...state, probe: null, tries: state.tries + 1 };
  return rested({ ...state, probe: null, tries: 0, failed: size }, now);
};

/** Datagrams of data of up to `size` were lost: when that goes on, the path is a black hole for such (section 4.3). */
export const longLost = (state: PathMtuState, size: number, now: number): PathMtuState => {
  if (size <= BASE_MTU || size > state.current) return state;
  if (state.losses + 1 < LOSSES) return { ...state, losses: state.losses + 1 };
  return {
    ...newPathMtu(state.ceiling),
    failed: state.current,
    raiseAt: now + PROBE_TIMEOUT_MS,
  };
};

/** A datagram of data of `size` came through. */
export const longArrived = (state: PathMtuState, size: number): PathMtuState =>
  size > BASE_MTU && state.losses > 0 ? { ...state, losses: 0 } : state;

/** A router, or the own kernel, says what the path carries (section 4.6): only less is believed. */
export const told = (state: PathMtuState, mtu: number): PathMtuState => {
  const hint = Math.max(mtu, BASE_MTU);
  if (hint >= state.failed) return state;
  const current = Math.min(state.current, hint);
  return { ...state, current, hint, failed: hint + 1, probe: null, tries: 0 };
};
