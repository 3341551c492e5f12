import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

describe('Backoff', () => {
  it('doubles its range up to the longest, and starts over after a reset', () => {
    const backoff = new Backoff({ firstMs: 250, longestMs: 1_000, random: () => 0.999_999 });
    expect([1, 2, 3, 4].map(() => backoff.next())).toEqual([250, 500, 1_000, 1_000]);
    backoff.reset();
    expect(backoff.next()).toBe(250);
  });

  it('draws from the upper half of the range', () => {
    const backoff = new Backoff({ firstMs: 200, longestMs: 200, random: () => 0 });
    expect(backoff.next()).toBe(100);
  });

  it('stays at the longest however often it is asked', () => {
    const backoff = new Backoff({ firstMs: 1, longestMs: 10_000, random: () => 0.999_999 });
    for (let attempt = 0; attempt < 5_000; attempt += 1) backoff.next();
    expect(backoff.next()).toBe(10_000);
  });
});
