import { describe, expect, it } from 'vitest';
import { parseWeight } from './weight.ts';

describe('a weight', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    ['256', 256],
    ['007', 7],
  ])('is read from %j', (text, value) => {
    expect(parseWeight(text)).toEqual({ kind: 'valid', value });
  });

  it.each(['', '-1', '1.5', '257', '1000', '1 2', 'heavy'])('is not %j', (text) => {
    expect(parseWeight(text)).toEqual({
      kind: 'invalid',
      reason: 'it is a whole number from 0 to 256',
    });
  });
});
