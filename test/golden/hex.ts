// Bytes written out, as golden tests have them: hexadecimal, with spaces and line ends anywhere.

export const hex = (text: string): Uint8Array => {
  const digits = text.replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new SyntaxError(`not hexadecimal: ${text}`);
  return Uint8Array.from(Buffer.from(digits, 'hex'));
};
