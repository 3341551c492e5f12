import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPrime } from './is-prime.ts';

/** Which of 0 to `limit` are prime, by crossing out multiples. */
function sieve(limit: number): readonly boolean[] {
  const prime = Array.from({ length: limit + 1 }, (_, n) => n >= 2);
  for (let n = 2; n * n <= limit; n++) {
    if (!prime[n]) continue;
    for (let multiple = n * n; multiple <= limit; multiple += n) prime[multiple] = false;
  }
  return prime;
}

describe('isPrime', () => {
  it('agrees with a sieve up to 100,000', () => {
    const expected = sieve(100_000);
    const wrong = expected.flatMap((prime, n) => (isPrime(n) === prime ? [] : [n]));
    expect(wrong).toEqual([]);
    expect(expected.filter(Boolean)).toHaveLength(9592);
  });

  it.each([2_147_483_647, 4_294_967_291, 999_999_999_989, 9_007_199_254_740_881])(
    '%d is prime',
    (n) => {
      expect(isPrime(n)).toBe(true);
    },
  );

  it.each([
    ['2^53-1 = 6361 × 69431 × 20394401', Number.MAX_SAFE_INTEGER],
    ['an even number just below it', Number.MAX_SAFE_INTEGER - 1],
    ['the square of the largest prime below 2^26.5', 94_906_249 ** 2],
    ['a product of two neighbouring primes', 65_521 * 65_537],
    ['a Carmichael number', 1_436_697_831_295_441],
  ])('%s is not prime', (_name, n) => {
    expect(isPrime(n)).toBe(false);
  });

  it('finds no product of two integers prime', () => {
    const factor = fc.integer({ min: 2, max: 2 ** 26 });
    fc.assert(fc.property(factor, factor, (a, b) => !isPrime(a * b)));
  });

  it('finds squares of primes composite', () => {
    const expected = sieve(100_000);
    const primes = expected.flatMap((prime, n) => (prime ? [n] : []));
    fc.assert(fc.property(fc.constantFrom(...primes), (p) => isPrime(p) && !isPrime(p * p)));
  });
});
