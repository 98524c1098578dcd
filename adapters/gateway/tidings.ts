// What a carrier has to tell besides frames: that its bell rang, and which devices were lost. Each is told once.

import type { Carrier, Loss } from './carrier.ts';

export interface Tidings extends Pick<Carrier, 'wasRung' | 'hasLosses' | 'losses'> {
  /** The bell rang. */
  ring(): void;
  /** A device was lost. */
  lose(loss: Loss): void;
}

export const makeTidings = (): Tidings => {
  let isRung = false;
  let lost: Loss[] = [];
  return {
    ring: () => {
      isRung = true;
    },
    lose: (loss) => {
      lost.push(loss);
    },
    wasRung: () => {
      const was = isRung;
      isRung = false;
      return was;
    },
    hasLosses: () => lost.length > 0,
    losses: () => {
      const told = lost;
      lost = [];
      return told;
    },
  };
};
