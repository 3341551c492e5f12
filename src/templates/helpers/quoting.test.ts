import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';

describe('shellQuote', () => {
  it('makes one word of any text, and of a number', () => {
    expect(call('shellQuote', `a'b "c" $(d)\n`)).toBe(`'a'\\''b "c" $(d)\n'`);
    expect(call('shellQuote', '')).toBe("''");
    expect(call('shellQuote', 80)).toBe('80');
  });

  it('refuses a NUL, at which a shell would stop or which it would drop', () => {
    expect(() => call('shellQuote', 'a\0b')).toThrow('NUL');
  });
});
