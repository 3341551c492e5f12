import { describe, expect, it } from 'vitest';
import { integer, list, map, optional, path, text, texts } from './args.ts';
import { inline } from './helper.ts';

const target = text('text', 'a text');
const try1 = inline({
  name: 'try1',
  args: [target, list('list', 'a list'), optional(integer('count', 'a count'))],
  description: 'Echoes.',
  example: { template: '', result: '' },
  fn: (...values) => values,
});
const tryRest = inline({
  name: 'tryRest',
  args: [map('map', 'a map')],
  rest: texts('more', 'texts'),
  description: 'Echoes.',
  example: { template: '', result: '' },
  fn: (...values) => values,
});

describe('a helper', () => {
  it('gets its arguments read', () => {
    expect(try1.fn(80, new Set([1]), '7')).toEqual(['80', [1], 7]);
    expect(try1.fn(undefined, [])).toEqual(['', [], undefined]);
    expect(try1.fn(null, [], -1)).toEqual(['', [], -1]);
    expect(tryRest.fn({}, [1, 'a', undefined], [])).toEqual([{}, ['1', 'a', ''], []]);
  });

  it.each([
    [[['x'], []], 'argument 1 (text) must be text, got a list'],
    [[{}, []], 'argument 1 (text) must be text, got a map'],
    [[() => 'x', []], 'argument 1 (text) must be text, got a function'],
    [['a', undefined], 'argument 2 (list) must be a list, got nothing'],
    [['a', 'b'], 'argument 2 (list) must be a list, got text'],
    [['a', {}], 'argument 2 (list) must be a list, got a map'],
    [['a', [], 'x'], 'argument 3 (count) must be a whole number, got text'],
    [['a', [], 1.5], 'argument 3 (count) must be a whole number, got a number'],
    [['a'], 'takes 2 to 3 arguments (text, list, [count]), got 1'],
    [['a', [], 1, 2], 'takes 2 to 3 arguments (text, list, [count]), got 4'],
  ])('refuses %o', (values, message) => {
    expect(() => try1.fn(...values)).toThrow(
      expect.objectContaining({ name: 'HelperError', message }),
    );
  });

  it('counts further arguments on', () => {
    expect(() => tryRest.fn({}, [], [[]])).toThrow(
      'argument 3 (more) must be a list of text, got a list',
    );
    expect(() => tryRest.fn()).toThrow('takes 1 or more arguments (map, more …), got 0');
    expect(() => tryRest.fn([])).toThrow('argument 1 (map) must be a map, got a list');
  });

  it('takes a path as text alone', () => {
    expect(path().read('Env.A')).toBe('Env.A');
    expect(() => path().read(1)).toThrow('must be text');
  });
});
