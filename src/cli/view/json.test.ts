import { describe, expect, it } from 'vitest';
import { prettyJson } from './json.ts';

const map = (fields: object): object => Object.assign(Object.create(null), fields);

describe('JSON for people', () => {
  it('is indented by two, with empty lists and maps on their line', () => {
    const value = { b: [1, 'x'], a: null, none: undefined, empty: [], bare: {} };
    expect(prettyJson(value)).toBe(`${JSON.stringify(value, undefined, 2)}\n`);
  });

  it('keeps the order of fields, and sorts the keys of maps as Go does', () => {
    const text = prettyJson({ z: map({ b: 1, 9: 2, 10: 3, a: 4, __proto__x: 5 }), a: 1 });
    expect(text.match(/"\w+":/g)).toEqual([
      ...['"z":', '"10":', '"9":', '"__proto__x":', '"a":', '"b":'],
      '"a":',
    ]);
  });

  it('escapes what could drive a terminal or hide text, without changing the value', () => {
    const value = { 'a\u202e': 'b\u009b31m\u001b\u007f\u2028\u{e0001}' };
    const text = prettyJson(value);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
