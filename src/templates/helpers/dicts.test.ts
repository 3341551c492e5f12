import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { bare, renderText } from '../testing/render.ts';

const dict = (...parts: readonly unknown[]) => call('dict', ...parts);

describe('maps', () => {
  it('are made without a prototype, of any keys', () => {
    const made = dict('__proto__', 1, 2, 'b', 'last');
    expect(Object.getPrototypeOf(made)).toBeNull();
    expect(call('json', made)).toBe('{"2":"b","__proto__":1,"last":""}');
    expect(() => dict(['a'], 1)).toThrow('argument 1 (key) must be text, got a list');
  });

  it('can be changed where a template made them, and stay where it did not', () => {
    const own = dict('a', 1);
    expect(call('set', own, 'b', 2)).toBe(own);
    expect(call('unset', own, 'a')).toBe(own);
    expect(own).toEqual(bare({ b: 2 }));
    const Env = bare({ A: '1' });
    const message =
      "argument 1 (target) is not a map of the template's own, so it cannot be changed: use one from dict, or a copy from deepCopy";
    for (const [name, ...rest] of [
      ['set', 'A', '2'],
      ['unset', 'A'],
      ['merge', { B: 1 }],
    ]) {
      expect(() => call(name as string, Env, ...rest)).toThrow(message);
    }
    expect(Env).toEqual(bare({ A: '1' }));
    expect(call('set', call('deepCopy', Env), 'A', '2')).toEqual(bare({ A: '2' }));
  });

  it('carry what a loop finds out of it', () => {
    const text =
      '{{#let (dict "n" 0) as |sum|}}{{#each ports}}{{do (set sum "n" (add sum.n this))}}{{/each}}{{sum.n}}{{/let}}';
    expect(renderText(text, { ports: [1, 2, 3] })).toBe('6');
  });

  it('give values in the order of their keys', () => {
    const map = bare({ b: 1, 10: 2, 9: 3 });
    expect(call('values', map)).toEqual([2, 3, 1]);
    expect(call('keys', map)).toEqual(['10', '9', 'b']);
    expect(call('get', map, 'constructor')).toBe('');
    expect(call('hasKey', map, 'constructor')).toBe(false);
    expect(call('hasKey', bare({ a: undefined }), 'a')).toBe(true);
    expect(call('pick', map, 'b', 'x')).toEqual(bare({ b: 1 }));
    expect(call('omit', map, '9', '10')).toEqual(bare({ b: 1 }));
    expect(call('pluck', 'b', map, {}, { b: 0 })).toEqual([1, 0]);
  });

  it('dig: a default for what is absent, an error for what is no map', () => {
    const map = { a: { b: '', c: 'text' } };
    expect(call('dig', 'a', 'b', 'none', map)).toBe('');
    expect(call('dig', 'a', 'x', 'none', map)).toBe('none');
    expect(call('dig', 'x', 'y', 'none', map)).toBe('none');
    expect(() => call('dig', 'a', 'c', 'd', 'none', map)).toThrow(
      'the value under c must be a map, got text',
    );
    expect(() => call('dig', 'a', map)).toThrow('takes a key or more, a default and a map');
  });

  it('merge: the first that is not empty stays, at any depth', () => {
    const into = dict('a', '', 'b', 'mine', 'deep', dict('x', 1));
    const source = { a: 'theirs', b: 'theirs', deep: { x: 2, y: { z: 3 } } };
    expect(call('json', call('merge', into, source))).toBe(
      '{"a":"theirs","b":"mine","deep":{"x":1,"y":{"z":3}}}',
    );
  });

  it('mergeOverwrite: the last that is not empty wins, and sources stay', () => {
    const Env = bare({ x: '1' });
    const into = dict('a', 'mine', 'b', 'mine', 'env', Env);
    call('mergeOverwrite', into, { a: '', b: 'theirs', env: { x: '2' } });
    expect(call('json', into)).toBe('{"a":"mine","b":"theirs","env":{"x":"2"}}');
    expect(Env).toEqual(bare({ x: '1' }));
  });
});
