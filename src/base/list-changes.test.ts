import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listChanges } from './list-changes.ts';

describe('listChanges', () => {
  it.each([
    ['nothing', ['a', 'b'], ['a', 'b'], [], []],
    ['one that came first', ['b', 'c'], ['a', 'b', 'c'], [], ['a']],
    ['one that went from the middle', ['a', 'b', 'c'], ['a', 'c'], ['b'], []],
    ['one in the place of another', ['a', 'b', 'c'], ['a', 'x', 'c'], ['b'], ['x']],
    ['one at each end', ['a', 'b', 'c'], ['b', 'c', 'd'], ['a'], ['d']],
    ['all', ['a'], ['b'], ['a'], ['b']],
    ['no one that only moved', ['a', 'b', 'c'], ['c', 'a', 'b'], [], []],
  ])('tells of %s', (_, before, after, removed, added) => {
    expect(listChanges(before, after)).toEqual({ removed, added });
  });

  it('tells the same once more, and of another list what is so of that', () => {
    const [one, two, three] = [['a'], ['b'], ['b', 'c']];
    expect(listChanges(one, three)).toEqual({ removed: ['a'], added: ['b', 'c'] });
    expect(listChanges(one, three)).toBe(listChanges(one, three));
    expect(listChanges(two, three)).toEqual({ removed: [], added: ['c'] });
    expect(listChanges(three, two)).toEqual({ removed: ['c'], added: [] });
    expect(listChanges(one, three)).toEqual({ removed: ['a'], added: ['b', 'c'] });
  });

  it('comes to what two sets come to, whatever the lists', () => {
    const list = fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(list, list, (before, after) => {
        const { removed, added } = listChanges(before, after);
        expect(removed).toEqual(before.filter((item) => !after.includes(item)));
        expect(added).toEqual(after.filter((item) => !before.includes(item)));
      }),
    );
  });
});
