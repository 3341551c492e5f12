/** The value in the middle of the sorted samples, or the mean of the two there. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** Linear between the two nearest ranks; `NaN` without samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** `median (first quartile to third)`, with the digits given. */
export function summary(samples: readonly number[], digits = 1): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(samples, q).toFixed(digits));
  return `${middle} (${low}–${high})`;
}
