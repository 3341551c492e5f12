import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { ListMarks } from './list-marks.ts';

describe('ListMarks', () => {
  it('keeps the object of a container that stays as it is, by name', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => aContainer({ name }));
    if (!a || !b || !c) throw new Error('there are three');
    const marks = new ListMarks();
    const before = marks.of([c, a]);
    const after = marks.of([c, b, a]);
    expect(after.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect([after[0], after[2]]).toEqual(before);
    expect(after[0]).toBe(before[0]);
    expect(marks.of([c, b, a])).toBe(after);
    expect(marks.of([c, { ...b }, a])[1]?.print).toBe(after[1]?.print);
    expect(marks.of([c, { ...b, status: 'paused' }, a])[1]?.print).not.toBe(after[1]?.print);
  });

  it('comes to what one comes to that remembers nothing, whatever changes', () => {
    const container = fc
      .record({
        name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        status: fc.constantFrom('running', 'paused'),
      })
      .map(aContainer);
    const list = fc.uniqueArray(container, { selector: ({ Name }) => Name, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(list, { minLength: 2, maxLength: 6 }), (lists) => {
        const marks = new ListMarks();
        for (const listed of lists) expect(marks.of(listed)).toEqual(new ListMarks().of(listed));
      }),
    );
  });
});
