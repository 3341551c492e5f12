import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { web } from '../testing/containers.ts';
import { bare } from '../testing/render.ts';

describe('looking up', () => {
  it('finds what is there', () => {
    expect(call('lookup', ['a', 'b'], 1)).toBe('b');
    expect(call('lookup', ['a', 'b'], 2)).toBeUndefined();
    expect(call('lookup', undefined, 'a')).toBeUndefined();
    expect(call('index', { a: [{ b: 1 }] }, 'a', 0, 'b')).toBe(1);
    expect(call('index', { a: [] }, 'a', 0, 'b')).toBeUndefined();
    expect(call('contains', web.Env, 'EMPTY')).toBe(true);
    expect(call('contains', web.Env, 'toString')).toBe(false);
    expect(call('keys', bare({ b: 1, 10: 1, 9: 1 }))).toEqual(['10', '9', 'b']);
  });

  it('chooses: coalesce what is not absent, default what is not empty', () => {
    expect(call('coalesce', undefined, null, '', 'x')).toBe('');
    expect(call('coalesce', undefined)).toBeUndefined();
    expect(call('default', 'x', '')).toBe('x');
    expect(call('default', 'x', [])).toBe('x');
    expect(call('default', 'x', 0)).toBe('x');
    expect(call('default', 'x', 'y')).toBe('y');
  });

  it('counts', () => {
    expect(call('len', 'é')).toBe(2);
    expect(call('len', web.Env)).toBe(3);
    expect(call('len', undefined)).toBe(0);
    expect(() => call('len', 3)).toThrow(
      'argument 1 (value) must be a list, map or text, got a number',
    );
    expect(call('first', [])).toBeUndefined();
    expect(call('last', [])).toBeUndefined();
  });
});
