// Signals of the running gateway: one that comes while it still starts is kept until somebody listens.

export interface SignalListener {
  /** SIGTERM, SIGINT. */
  stop(): void;
  /** SIGHUP. */
  reload(): void;
}

export interface Signals {
  /** From now on `listener` hears; first what came before. */
  attach(listener: SignalListener): void;
  /** Gives the signals back to the system. */
  release(): void;
}

export const catchSignals = (): Signals => {
  let listener: SignalListener | null = null;
  let stopped = false;
  let reloads = false;
  const stop = (): void => {
    stopped = true;
    listener?.stop();
  };
  const reload = (): void => {
    reloads = true;
    listener?.reload();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', reload);
  return {
    attach: (one) => {
      listener = one;
      if (reloads) one.reload();
      if (stopped) one.stop();
    },
    release: () => {
      process.off('SIGTERM', stop).off('SIGINT', stop).off('SIGHUP', reload);
    },
  };
};
