/**
 * Whether an integer is prime, by trial division up to its square root: slow on purpose, so that
 * a request keeps a core busy and more replicas have something to share.
 *
 * @param n an integer from 0 to `Number.MAX_SAFE_INTEGER` (2^53-1). The largest primes below it
 *   cost some 30 million divisions.
 */
export function isPrime(n: number): boolean {
  if (n < 2) return false;
  if (n < 4) return true;
  if (n % 2 === 0 || n % 3 === 0) return false;
  // The square root of a perfect square is exact, so a squared prime meets its divisor.
  const limit = Math.sqrt(n);
  // Every prime above 3 is one less or one more than a multiple of 6.
  for (let divisor = 5; divisor <= limit; divisor += 6) {
    if (n % divisor === 0 || n % (divisor + 2) === 0) return false;
  }
  return true;
}
