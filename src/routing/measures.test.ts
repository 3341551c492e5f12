import { describe, expect, it } from 'vitest';
import { parseSize, timeBetween } from './measures.ts';

describe('a time', () => {
  const parse = timeBetween(10, 90_000);

  it.each([
    ['10ms', 10],
    ['1S', 1000],
    ['90 s', 90_000],
    ['1m', 60_000],
    ['0001m', 60_000],
  ])('is read from %j', (text, value) => {
    expect(parse(text)).toEqual({ kind: 'valid', value });
  });

  it.each(['', '9ms', '91s', '2m', '1h', '30', 's', '-1s', '1.5s', '1d', '1s1', '9'.repeat(99)])(
    'is not %j',
    (text) => {
      expect(parse(text)).toEqual({
        kind: 'invalid',
        reason: 'it is a time from 10ms to 90s, with ms, s, m or h after the number',
      });
    },
  );
});

describe('a size', () => {
  it.each([
    ['0', 0],
    ['OFF', 0],
    ['1', 1],
    ['512k', 524_288],
    ['10M', 10_485_760],
    ['10mb', 10_485_760],
    ['1 g', 1_073_741_824],
    ['1024g', 1_099_511_627_776],
  ])('is read from %j', (text, value) => {
    expect(parseSize(text)).toEqual({ kind: 'valid', value });
  });

  it.each(['', 'k', '-1', '1.5m', '1t', '10 m b', '1025g', '9'.repeat(99), '1k;'])(
    'is not %j',
    (text) => {
      expect(parseSize(text)).toEqual({
        kind: 'invalid',
        reason: expect.stringMatching(/^it is a size up to 1024g/),
      });
    },
  );
});
