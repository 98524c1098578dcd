// Paths for people: they are bytes, of any character set or none.

const UNPRINTABLE = /[^ -~]|["\\]/g;

/** `"/home"`; what is no printable ASCII as `\x0a`. */
export const quotedPath = (path: string): string =>
  `"${path.replaceAll(UNPRINTABLE, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
