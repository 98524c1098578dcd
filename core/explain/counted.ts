// Numbers of things, for people.

/** `1 frame`, `2 frames`. */
export const counted = (count: number, singular: string): string =>
  `${count} ${singular}${count === 1 ? '' : 's'}`;
