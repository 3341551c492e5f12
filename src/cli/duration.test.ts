import { describe, expect, it } from 'vitest';
import { parseGoDuration, parseWait } from './duration.ts';

describe('parseGoDuration', () => {
  it.each([
    ['0', 0],
    ['500ms', 500],
    ['1.5s', 1_500],
    ['.5s', 500],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['250us', 0.25],
    ['250µs', 0.25],
    ['+1s', 1_000],
  ])('%s is %d ms', (text, expected) => {
    expect(parseGoDuration(text)).toBeCloseTo(expected, 9);
  });

  it.each(['', '5', '-1s', '1 s', '1d', 's', '1s5', 'ms1s'])('%j is none', (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  });
});

describe('parseWait', () => {
  it.each([
    ['500ms', { minMs: 500, maxMs: 2_000 }],
    ['500ms:1s', { minMs: 500, maxMs: 1_000 }],
    ['1s:1s', { minMs: 1_000, maxMs: 1_000 }],
    ['', undefined],
    ['0', undefined],
    ['0:1s', undefined],
  ])('%j', (text, expected) => {
    expect(parseWait(text)).toEqual(expected);
  });

  it.each(['2s:1s', '1s:', ':1s', '1s:2s:3s', '1'])('refuses %j', (text) => {
    expect(() => parseWait(text)).toThrow('--wait');
  });
});
