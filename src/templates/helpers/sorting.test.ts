import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';

describe('sorting', () => {
  it('leaves the list that it is given as it is', () => {
    const given = Object.freeze(['b', 'a', 'B']);
    expect(call('sortStringsAsc', given)).toEqual(['B', 'a', 'b']);
    expect(call('sortStringsDesc', given)).toEqual(['b', 'a', 'B']);
    expect(given).toEqual(['b', 'a', 'B']);
  });

  it('is stable both ways, numeric for whole numbers, which come first', () => {
    const items = ['10', 'b', '9', '1a', undefined, '9'].map((weight, index) => ({
      weight,
      index,
    }));
    const order = (name: string) =>
      (call(name, items, 'weight') as typeof items).map(({ index }) => index);
    expect(order('sortObjectsByKeysAsc')).toEqual([2, 5, 0, 4, 3, 1]);
    expect(order('sortObjectsByKeysDesc')).toEqual([1, 3, 4, 0, 2, 5]);
  });

  it('does not depend on the order of what differs', () => {
    const items = ['9', '10', '1a'].map((weight) => ({ weight }));
    const sorted = call('sortObjectsByKeysAsc', items, 'weight');
    expect(call('sortObjectsByKeysAsc', items.toReversed(), 'weight')).toEqual(sorted);
  });
});
