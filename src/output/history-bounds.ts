import type { HistoryIndex, HistorySet } from './history-set.ts';

/** What a history may take of the disk. */
export interface HistoryBounds {
  readonly sets: number;
  /** Of all contents, as they are kept. */
  readonly bytes: number;
}

export const HISTORY_BOUNDS: HistoryBounds = { sets: 50, bytes: 32 * 1024 * 1024 };

/**
 * Lets the oldest sets go until the rest is within the bounds. What is live, what is held and the
 * newest stay, however large they are.
 *
 * @param sizeOf bytes of a content, by its hash.
 */
export function boundHistory(
  index: HistoryIndex,
  options: {
    readonly sizeOf: (hash: string) => number;
    readonly held: readonly number[];
    readonly bounds?: HistoryBounds;
  },
): HistoryIndex {
  const { sizeOf, held, bounds = HISTORY_BOUNDS } = options;
  const needed = new Set([index.live, ...held, index.sets.at(-1)?.number]);
  const uses = new Map<string, number>();
  let bytes = 0;
  for (const hash of index.sets.flatMap(contentsOf)) {
    const count = uses.get(hash) ?? 0;
    if (count === 0) bytes += sizeOf(hash);
    uses.set(hash, count + 1);
  }
  let count = index.sets.length;
  const sets = index.sets.filter((set) => {
    if (needed.has(set.number) || (count <= bounds.sets && bytes <= bounds.bytes)) return true;
    count -= 1;
    for (const hash of contentsOf(set)) {
      const left = (uses.get(hash) ?? 0) - 1;
      uses.set(hash, left);
      if (left === 0) bytes -= sizeOf(hash);
    }
    return false;
  });
  return { ...index, sets };
}

/** The hashes of all that a set needs to be kept. */
export function contentsOf({ files, containers }: HistorySet): readonly string[] {
  return [...new Set([...files.map(({ hash }) => hash), containers])];
}
