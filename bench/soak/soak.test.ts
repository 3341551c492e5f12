import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { trendOf } from './trend.ts';

describe('a seed', () => {
  const numbers = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 1000 }, () => random.next());
  };

  it('gives the same numbers each time, and another one others', () => {
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
  });

  it('gives numbers all over the range', () => {
    const seen = new Set(numbers(1).map((number) => Math.floor(number * 10)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('picks each choice', () => {
    const random = new Random(3);
    const picked = new Set(Array.from({ length: 50 }, () => random.pick(['a', 'b', 'c'])));
    expect(picked).toEqual(new Set(['a', 'b', 'c']));
    expect(() => random.pick([])).toThrow('nothing to choose from');
  });
});

describe('a trend', () => {
  const line = (start: number, step: number) =>
    Array.from({ length: 100 }, (_, index) => start + step * index);

  it.each([
    ['what stays', line(50, 0), true],
    ['what goes up and down', line(50, 0).map((value, index) => value + (index % 5)), true],
    ['what fills in the beginning', [...line(20, 2).slice(0, 20), ...line(60, 0)], true],
    ['what shrinks', line(100, -0.5), true],
    ['what grows all the time', line(50, 0.5), false],
  ])('sees of %s whether it is flat', (_, samples, expected) => {
    expect(trendOf(samples, 2).isFlat).toBe(expected);
  });

  it('tells the medians and the most', () => {
    expect(trendOf([9, 1, 2, 3], 0)).toEqual({ first: 1, last: 3, most: 9, isFlat: false });
  });
});
