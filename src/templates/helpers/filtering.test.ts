import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { all, type web } from '../testing/containers.ts';

describe('filtering', () => {
  const names = (name: string, ...values: readonly unknown[]) =>
    (call(name, all, ...values) as (typeof web)[]).map(({ Name }) => Name);

  it('compares as docker-gen does: types count, absent equals nothing', () => {
    expect(names('where', 'Env.PORT', '80')).toEqual(['web']);
    expect(names('where', 'Env.PORT', 80)).toEqual([]);
    expect(names('where', 'Env.EMPTY', '')).toEqual(['web']);
    expect(names('where', 'State.Running', true)).toEqual(['web', 'idle']);
    expect(names('whereNot', 'Env.PORT', '80')).toEqual(['db', 'idle']);
    expect(names('whereExist', 'Env.EMPTY')).toEqual(['web']);
    expect(names('whereNotExist', 'Env.EMPTY')).toEqual(['db', 'idle']);
  });

  it('looks at each of several values', () => {
    expect(names('whereAny', 'Env.HOST', ',', ['a.test', 'c.test'])).toEqual(['web', 'db']);
    expect(names('whereAll', 'Env.HOST', ',', ['a.test', 'b.test'])).toEqual(['web']);
    expect(names('whereAny', 'Env.HOST', ',', [])).toEqual([]);
    expect(names('whereAll', 'Env.HOST', ',', [])).toEqual(['web', 'db']);
  });

  it('looks at labels', () => {
    expect(names('whereLabelExists', 'env')).toEqual(['web', 'db']);
    expect(names('whereLabelDoesNotExist', 'env')).toEqual(['idle']);
    expect(names('whereLabelValueMatches', 'com.test.role', '^w')).toEqual([]);
    expect(names('whereLabelValueMatches', 'com.test.role', '(?i)^w')).toEqual(['web']);
    expect(names('whereLabelValueMatches', 'com.test.role', '\\Adb\\z')).toEqual(['db']);
    expect(names('whereLabelValueMatches', 'com.test.role', '(?P<last>b)$')).toEqual(['web', 'db']);
  });

  it('says what is wrong with an expression', () => {
    expect(() => names('whereLabelValueMatches', 'env', '(')).toThrow(
      'argument 3 (regex) is not valid: Invalid regular expression: /(/: Unterminated group',
    );
  });
});
