export interface ListChanges<T> {
  /** Of the list before, in its order: what the next one does not have. */
  readonly removed: readonly T[];
  /** Of the next list, in its order: what the one before does not have. */
  readonly added: readonly T[];
}

const NONE: ListChanges<never> = { removed: [], added: [] };

/**
 * What went and what came between two lists without repetitions, by identity. It costs a comparison
 * of each item up to the first difference and from the last one on, and more only for what lies
 * between: two lists of ten thousand that differ in one item take some microseconds.
 */
export function listChanges<T>(before: readonly T[], after: readonly T[]): ListChanges<T> {
  if (before === after) return NONE;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < shorter - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  const old = before.slice(start, before.length - end);
  const now = after.slice(start, after.length - end);
  if (old.length === 0 || now.length === 0) return { removed: old, added: now };
  const [olds, nows] = [new Set(old), new Set(now)];
  return {
    removed: old.filter((item) => !nows.has(item)),
    added: now.filter((item) => !olds.has(item)),
  };
}
