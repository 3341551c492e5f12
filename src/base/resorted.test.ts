import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resorted } from './resorted.ts';

it('comes to what sorting all comes to', () => {
  const list = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 12 });
  const up = (a: number, b: number) => a - b;
  fc.assert(
    fc.property(list, list, list, (before, gone, others) => {
      const added = others.filter((item) => !before.includes(item) || gone.includes(item));
      const stay = before.filter((item) => !gone.includes(item));
      const result = resorted(before.toSorted(up), (item) => gone.includes(item), added, up);
      expect(result).toEqual([...stay, ...added].sort(up));
    }),
  );
});
