/**
 * A sorted list without what is gone, and with what came in its place. It costs a look at each item
 * and a comparison for each that stands before the last one that came; nothing is sorted but those.
 *
 * @param sorted by `compare`
 * @param added in any order
 */
export function resorted<T>(
  sorted: readonly T[],
  isGone: (item: T) => boolean,
  added: readonly T[],
  compare: (a: T, b: T) => number,
): readonly T[] {
  const fresh = added.toSorted(compare);
  const result: T[] = [];
  let next = 0;
  for (const item of sorted) {
    if (isGone(item)) continue;
    while (next < fresh.length && compare(fresh[next] as T, item) < 0) {
      result.push(fresh[next] as T);
      next += 1;
    }
    result.push(item);
  }
  return next < fresh.length ? [...result, ...fresh.slice(next)] : result;
}
