import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resorted } from './resorted.ts';

interface Item {
  readonly key: number;
  readonly version: number;
}

const byKey = (a: Item, b: Item) => a.key - b.key;
const keys = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: max });
const itemsOf = (all: readonly number[], version: number) =>
  all.map((key): Item => ({ key, version }));

it.each([
  ['few', 3],
  ['many', 40],
])('comes to what sorting all comes to, of %s changes', (_, most) => {
  fc.assert(
    fc.property(keys(60), keys(most), keys(most), (before, out, others) => {
      const sorted = itemsOf(before, 1).sort(byKey);
      const gone = sorted.filter(({ key }) => out.includes(key));
      const stay = sorted.filter((item) => !gone.includes(item));
      // Some take the place of one that is gone.
      const added = itemsOf(
        others.filter((key) => !stay.some((item) => item.key === key)),
        2,
      );
      const expected = [...stay, ...added].sort(byKey);
      expect(resorted(sorted, { gone, added }, byKey)).toEqual(expected);
    }),
  );
});
