// Text that others sent, for people: paths and names are bytes, of any character set or none.

const UNPRINTABLE = /[^ -~]|["\\]/g;

/** `"/home"`; what is no printable ASCII as `\x0a`. */
export const quotedText = (path: string): string =>
  `"${path.replaceAll(UNPRINTABLE, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
