// Messages that came, until somebody takes them: nothing that was acknowledged to its sender is dropped while this
// computer runs, and nothing is let in faster than it is taken.

import type { NodeId } from '../../core/cluster/identity.ts';
import type { ServiceClass } from '../../core/cluster/service-class.ts';

export interface Mail {
  readonly from: NodeId;
  readonly message: Uint8Array;
  readonly serviceClass: ServiceClass;
}

/** Takes a message; says whether it takes another right now. If not, it says so by `flush` later. */
export type Reader = (mail: Mail) => boolean;

export interface Mailbox {
  put(mail: Mail): void;
  /** From now on `reader` gets the messages, in turn after those who came before it and stay. */
  open(reader: Reader): void;
  close(reader: Reader): void;
  /** A reader has room again. */
  flush(): void;
  /** Calls `hear` at once, and each time that it changes, with whether somebody takes messages. */
  watch(hear: (reading: boolean) => void): void;
}

export const makeMailbox = (): Mailbox => {
  const kept: Mail[] = [];
  let readers: readonly Reader[] = [];
  let reading = false;
  let hear: (reading: boolean) => void = () => undefined;

  const become = (ready: boolean): void => {
    if (ready === reading) return;
    reading = ready;
    hear(ready);
  };

  const flush = (): void => {
    const [reader] = readers;
    if (reader === undefined) return become(false);
    for (let mail = kept.shift(); mail !== undefined; mail = kept.shift())
      if (!reader(mail)) return become(false);
    become(true);
  };

  return {
    put: (mail) => {
      kept.push(mail);
      if (reading) flush();
    },
    open: (reader) => {
      readers = [...readers, reader];
      flush();
    },
    close: (reader) => {
      readers = readers.filter((one) => one !== reader);
      flush();
    },
    flush,
    watch: (listener) => {
      hear = listener;
      hear(reading);
    },
  };
};
