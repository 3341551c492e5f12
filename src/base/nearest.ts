import { byText } from './by-text.ts';

/**
 * The known name that somebody most likely meant, or `undefined` when none is near: at most one
 * edit in three characters (insert, delete, replace, swap neighbours), case aside. Of several as
 * near the one counts that begins like the name for longer: `virtual-prot` lacks the end of
 * `virtual-proto` rather than being a `virtual-port` with two letters swapped.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  const most = Math.max(1, Math.floor(name.length / 3));
  const [best] = [...known]
    .flatMap((candidate) => {
      const other = candidate.toLowerCase();
      // It takes so many edits at least.
      if (Math.abs(other.length - wanted.length) > most) return [];
      return [{ candidate, edits: distance(wanted, other), shared: commonPrefix(wanted, other) }];
    })
    .filter(({ edits }) => edits <= most)
    .sort((a, b) => a.edits - b.edits || b.shared - a.shared || byText(a.candidate, b.candidate));
  return best?.candidate;
}

/** How many characters two names begin with in common. */
function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** Optimal string alignment distance, in three rows. */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        edits = Math.min(edits, (older[column - 2] ?? 0) + 1);
      }
      next.push(edits);
    }
    [older, last] = [last, next];
  }
  return last[b.length] ?? a.length;
}
