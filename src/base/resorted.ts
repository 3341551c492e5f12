/** From this part of the list on, sorting it is as quick. */
const MANY = 8;

/**
 * A sorted list without what is gone, and with what came in its place. Places are found by halves,
 * and what lies between is copied as it is: ten thousand items are not looked at for one.
 *
 * @param sorted by `compare`, which tells any two of all these items apart
 * @param gone items of the list, in any order
 * @param added in any order
 */
export function resorted<T>(
  sorted: readonly T[],
  { gone, added }: { readonly gone: readonly T[]; readonly added: readonly T[] },
  compare: (a: T, b: T) => number,
): readonly T[] {
  if (gone.length + added.length > sorted.length / MANY) {
    const left = new Set(gone);
    return [...sorted.filter((item) => !left.has(item)), ...added].sort(compare);
  }
  const edits = [
    ...gone.map((item) => ({ item, isGone: true })),
    ...added.map((item) => ({ item, isGone: false })),
  ]
    .map((edit) => ({ ...edit, at: placeOf(edit.item, sorted, compare) }))
    // Of one that took another's place, the one that is gone stands first.
    .sort((a, b) => a.at - b.at || Number(b.isGone) - Number(a.isGone) || compare(a.item, b.item));
  const parts: (readonly T[])[] = [];
  let from = 0;
  for (const { item, isGone, at } of edits) {
    parts.push(sorted.slice(from, at));
    if (!isGone) parts.push([item]);
    from = isGone ? at + 1 : Math.max(from, at);
  }
  return ([] as T[]).concat(...parts, sorted.slice(from));
}

/** The index of the first item that does not stand before this one. */
function placeOf<T>(item: T, sorted: readonly T[], compare: (a: T, b: T) => number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(sorted[middle] as T, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
