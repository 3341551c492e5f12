import { describe, expect, it } from 'vitest';
import { median, quantile, summary } from './stats.ts';
import { renderTable } from './table.ts';

describe('stats', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])('takes the median of %j', (samples, expected) => {
    expect(median(samples)).toBe(expected);
  });

  it('interpolates quantiles, and leaves the samples as they are', () => {
    const samples = [50, 10, 20, 30, 40];
    expect([0, 0.25, 0.9, 1].map((q) => quantile(samples, q))).toEqual([10, 20, 46, 50]);
    expect(samples).toEqual([50, 10, 20, 30, 40]);
    expect(summary(samples)).toBe('30.0 (20.0–40.0)');
  });
});

describe('renderTable', () => {
  it('aligns numbers to the right and text to the left', () => {
    const rows = [
      ['a', '1.0'],
      ['longer', '100.0'],
    ];
    expect(renderTable(['what', 'ms'], rows).split('\n')).toEqual([
      'what     ms',
      '──────   ─────',
      'a          1.0',
      'longer   100.0',
    ]);
  });
});
