import { describe, expect, it } from 'vitest';
import { boundHistory } from './history-bounds.ts';
import type { HistoryIndex, HistorySet } from './history-set.ts';

/** A set with a file of its own, one that all share, and its containers. */
function aSet(number: number): HistorySet {
  const none = { names: [], more: 0 };
  return {
    ...{ number, at: number, content: `c${number}`, generation: 'g', containerCount: 1 },
    files: [
      { path: '/a', hash: `main-${number}` },
      { path: '/b', hash: 'shared' },
    ],
    containers: `containers-${number}`,
    change: {
      ...{ came: none, went: none, changed: none, otherFiles: 0 },
      lines: { added: 0, removed: 0 },
    },
    end: { kind: 'unasked', how: 'written' },
  };
}

const index = (...numbers: readonly number[]): HistoryIndex => ({
  sets: numbers.map(aSet),
  live: 1,
  next: 99,
});

const bounded = (
  of: HistoryIndex,
  bounds: { readonly sets?: number; readonly bytes?: number },
  held: readonly number[] = [],
) =>
  boundHistory(of, {
    sizeOf: (hash) => (hash === 'shared' ? 100 : 10),
    held,
    bounds: { sets: 50, bytes: 1_000_000, ...bounds },
  }).sets.map(({ number }) => number);

describe('boundHistory', () => {
  it('lets the oldest go that are too many, but not what is live, held or newest', () => {
    expect(bounded(index(1, 2, 3, 4, 5), { sets: 5 })).toEqual([1, 2, 3, 4, 5]);
    expect(bounded(index(1, 2, 3, 4, 5), { sets: 3 })).toEqual([1, 4, 5]);
    expect(bounded(index(1, 2, 3, 4, 5), { sets: 3 }, [2])).toEqual([1, 2, 5]);
    expect(bounded(index(1, 2, 3, 4, 5), { sets: 1 }, [2])).toEqual([1, 2, 5]);
  });

  it('counts a content that several have once, and as long as one of them is kept', () => {
    // 100 for what they share, 20 for each.
    expect(bounded(index(1, 2, 3, 4), { bytes: 180 })).toEqual([1, 2, 3, 4]);
    expect(bounded(index(1, 2, 3, 4), { bytes: 179 })).toEqual([1, 3, 4]);
    expect(bounded(index(1, 2, 3, 4), { bytes: 1 })).toEqual([1, 4]);
  });

  it('keeps the numbers that count', () => {
    expect(boundHistory(index(1, 2), { sizeOf: () => 0, held: [] })).toMatchObject({
      live: 1,
      next: 99,
    });
  });
});
