import { describe, expect, it } from 'vitest';
import { isGone, lossOf } from '../../../adapters/linux/loss.ts';

describe('the loss that an error number of a write tells', () => {
  it.each([
    ['EIO of a TAP that is down', 5, 'down'],
    ['ENETDOWN of a packet socket', 100, 'down'],
    ['EAGAIN of a full queue', 11, 'full'],
    ['ENOBUFS of a full queue', 105, 'full'],
    ['ENOMEM', 12, 'full'],
    ['EINVAL of a frame that is too short', 22, 'refused'],
    ['EMSGSIZE of a frame that is too long', 90, 'refused'],
    ['EBADFD of a TAP that was deleted', 77, 'gone'],
    ['ENXIO of an interface that was deleted', 6, 'gone'],
    ['ENODEV', 19, 'gone'],
  ] as const)('D7: %s', (_, errno, loss) => {
    expect(lossOf(errno)).toBe(loss);
    expect(isGone(errno)).toBe(loss === 'gone');
  });
});
