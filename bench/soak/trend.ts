import { median } from '../stats.ts';

/** How what a process holds went along. */
export interface Trend {
  readonly first: number;
  readonly last: number;
  readonly most: number;
  readonly isFlat: boolean;
}

/** Caches, and code that was not compiled yet, fill in the beginning: that is no leak. */
const WARM_UP = 0.25;
/** Growth that is noise: a share, and beside it so much. */
const SHARE = 0.15;

/**
 * Compares the medians of the first and the last third of the samples after a warm-up.
 *
 * @param slack what it may grow by besides 15 %, in the unit of the samples.
 */
export function trendOf(samples: readonly number[], slack: number): Trend {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const first = median(warm.slice(0, third));
  const last = median(warm.slice(-third));
  return { first, last, most: Math.max(...samples), isFlat: last <= first * (1 + SHARE) + slack };
}
