import { describe, expect, it } from 'vitest';
import { bare } from './testing/render.ts';
import { isTruthy, keysOf, own, textOf } from './values.ts';

describe('isTruthy', () => {
  it.each([false, 0, '', undefined, null, [], {}, Object.create(null), new Map(), new Set()])(
    '%o is false, as in Go',
    (value) => expect(isTruthy(value)).toBe(false),
  );

  it.each([true, 1, -1, 'a', '0', 'false', [0], { a: 0 }, new Map([['a', 0]]), new Set([0])])(
    '%o is true',
    (value) => expect(isTruthy(value)).toBe(true),
  );
});

describe('own', () => {
  it('finds own fields alone', () => {
    expect(own({ a: 1 }, 'a')).toBe(1);
    expect(own(['x'], 0)).toBe('x');
    expect(own(new Map([['a', 1]]), 'a')).toBe(1);
    for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(own({}, key)).toBeUndefined();
      expect(own([], key)).toBeUndefined();
      expect(own('text', key)).toBeUndefined();
    }
  });

  it('finds a foreign key of any name, but no function', () => {
    const labels = bare(JSON.parse('{ "constructor": "a", "__proto__": "b" }'));
    expect(own(labels, 'constructor')).toBe('a');
    expect(own(labels, '__proto__')).toBe('b');
    expect(own({ run: () => 'x' }, 'run')).toBeUndefined();
  });
});

describe('keysOf', () => {
  it('sorts by code units, numbers too', () => {
    expect(keysOf({ b: 0, 10: 0, 9: 0, B: 0 })).toEqual(['10', '9', 'B', 'b']);
  });
});

describe('textOf', () => {
  it.each([
    [undefined, ''],
    [null, ''],
    ['a', 'a'],
    [0, '0'],
    [false, 'false'],
    [{ Registry: 'r.test', Repository: 'a/b', Tag: '1' }, 'r.test/a/b:1'],
    [{ Registry: '', Repository: 'a', Tag: '' }, 'a'],
    [[], undefined],
    [Object.create(null), undefined],
    [() => 'x', undefined],
  ])('of %o is %o', (value, text) => expect(textOf(value)).toBe(text));
});
