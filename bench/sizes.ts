/** How many containers there are, one after the other: those of the variable `BENCH_SIZES`, by comma, else these. */
export function sizesOf(env: NodeJS.ProcessEnv, sizes: readonly number[]): readonly number[] {
  return env.BENCH_SIZES?.split(',').map(Number) ?? sizes;
}
