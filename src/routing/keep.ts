/**
 * The next list with each item that is equal to one of the list before replaced by that one; the
 * list before itself when nothing changed. Items are plain data, built with their fields in one
 * order.
 */
export function keepEqual<T>(before: readonly T[], next: readonly T[]): readonly T[] {
  if (isSameList(before, next)) return before;
  const known = new Map(before.map((item) => [JSON.stringify(item), item]));
  const kept = next.map((item) => known.get(JSON.stringify(item)) ?? item);
  return isSameList(before, kept) ? before : kept;
}

/** The same objects in the same order. */
export function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
