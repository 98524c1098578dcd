// A frame typed or pasted in hexadecimal: with spaces, colons or line ends between its bytes, or nothing.

import * as E from 'fp-ts/lib/Either.js';

const DIGIT = /[0-9a-f]/i;
const BETWEEN = /[\s:]/;

/** The bytes of `text`, or a sentence with the position, from 1, of what is wrong. */
export const parseFrameHex = (text: string): E.Either<string, Uint8Array> => {
  const digits: string[] = [];
  let position = 0;
  for (const character of text) {
    position++;
    if (BETWEEN.test(character)) {
      if (digits.length % 2 === 1)
        return E.left(`the byte that ends at position ${position - 1} has one digit; expected two`);
    } else if (DIGIT.test(character)) digits.push(character);
    else {
      const shown = JSON.stringify(character);
      return E.left(`${shown} at position ${position} is not a hexadecimal digit`);
    }
  }
  if (digits.length === 0) return E.left('there are no bytes; expected a frame such as 02005e…');
  if (digits.length % 2 === 1)
    return E.left(`the last byte, at position ${position}, has one digit; expected two`);
  return E.right(Uint8Array.from(Buffer.from(digits.join(''), 'hex')));
};
