import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';

describe('checking values', () => {
  it('passes on what is right', () => {
    for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) {
      expect(call('parseBool', text)).toBe(true);
    }
    for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False']) {
      expect(call('parseBool', text)).toBe(false);
    }
    expect(call('mustBeOneOf', [80, 'a'], '80')).toBe('80');
    expect(call('mustBeInt', '-5')).toBe(-5);
    expect(call('mustBeIntInRange', 1, 5, '5')).toBe(5);
    expect(call('when', true, 'a', 'b')).toBe('a');
    expect(call('ternary', 'a', 'b', false)).toBe('b');
  });

  it.each([
    ['parseBool', ['yes'], 'must be true or false (or 1, t, 0, f), got "yes"'],
    ['mustBeOneOf', [['on', 'off'], 'x'], 'argument 2 (value) must be one of "on", "off", got "x"'],
    ['mustBeInt', ['5x'], 'argument 1 (value) must be a whole number, got "5x"'],
    ['mustBeInt', [''], 'argument 1 (value) must be a whole number, got ""'],
    ['mustBeIntInRange', [1, 5, '6'], 'argument 3 (value) must be between 1 and 5, got 6'],
    ['fail', ['no certificate'], 'no certificate'],
    ['when', ['true', 'a', 'b'], 'argument 1 (condition) must be true or false, got text'],
  ])('%s refuses %o', (name, values, message) =>
    expect(() => call(name, ...values)).toThrow(message),
  );

  it.each([
    ['max-age=31536000', 'max-age=31536000'],
    ['preload;; MAX-AGE = "5" ; includeSUBdomains', 'max-age=5; includeSubDomains; preload'],
  ])('nginxMustParseHSTS %s', (value, result) =>
    expect(call('nginxMustParseHSTS', value)).toBe(result),
  );

  it.each([
    ['', 'max-age=SECONDS is missing'],
    ['off', '"off" is not max-age=SECONDS, includeSubDomains or preload'],
    ['max-age=1; max-age=2', 'max-age stands in it twice'],
    ['max-age', '"max-age" is not max-age=SECONDS'],
    ['max-age=1; preload=1', '"preload=1" is not'],
    ['max-age=1"; add_header X y', 'is not max-age=SECONDS'],
    ['max-age=1; __proto__', 'is not max-age=SECONDS'],
  ])('nginxMustParseHSTS refuses %s', (value, message) =>
    expect(() => call('nginxMustParseHSTS', value)).toThrow(message),
  );
});

describe('what a value is', () => {
  it.each([
    [undefined, 'invalid', '<nil>'],
    ['a', 'string', 'string'],
    [1, 'int', 'int'],
    [1.5, 'float64', 'float64'],
    [true, 'bool', 'bool'],
    [[], 'slice', '[]interface {}'],
    [Object.create(null), 'map', 'map[string]interface {}'],
    [{ Name: 'a' }, 'struct', 'struct'],
  ])('%o is of kind %s and type %s', (value, kind, type) => {
    expect(call('kindOf', value)).toBe(kind);
    expect(call('typeOf', value)).toBe(type);
    expect(call('kindIs', kind, value)).toBe(true);
    expect(call('typeIs', 'other', value)).toBe(false);
  });

  it('compares down to the last item', () => {
    expect(call('deepEqual', { a: [1] }, { a: [1] })).toBe(true);
    expect(call('deepEqual', 1, '1')).toBe(false);
    expect(call('all')).toBe(true);
    expect(call('any')).toBe(false);
    expect(call('sprigCoalesce', '', 0, undefined)).toBeUndefined();
  });
});
