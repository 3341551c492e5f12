import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInteger } from './integer.ts';

describe('parseInteger', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['1234', 1234],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('accepts %s', (text, integer) => {
    expect(parseInteger(text)).toEqual({ ok: true, integer });
  });

  it('accepts every safe integer that is not negative', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (integer) => {
        expect(parseInteger(String(integer))).toEqual({ ok: true, integer });
      }),
    );
  });

  it.each([
    ['-1', 'is negative'],
    ['-0', 'is negative'],
    ['1.5', 'is a fraction'],
    ['1e3', 'is not a number in decimal digits'],
    ['0x10', 'is not a number in decimal digits'],
    ['', 'is no integer'],
    [' 7', 'is not a number in decimal digits'],
    ['7\n', 'is not a number in decimal digits'],
    ['+7', 'is not a number in decimal digits'],
    ['٧', 'is not a number in decimal digits'],
    ['seven', 'is not a number in decimal digits'],
    ['Infinity', 'is not a number in decimal digits'],
    ['007', 'has leading zeros'],
    ['9007199254740992', 'is too large'],
    ['9007199254740993', 'is too large'],
    ['99999999999999999999', 'is too large'],
  ])('refuses %j: it %s', (text, fault) => {
    const parsed = parseInteger(text);
    expect(parsed).toEqual({ ok: false, reason: expect.any(String) });
    const reason = parsed.ok ? '' : parsed.reason;
    expect(reason).toContain(`${JSON.stringify(text)} ${fault}`);
    expect(reason).toContain('from 0 to 9007199254740991');
  });

  it('shortens what it quotes', () => {
    const parsed = parseInteger('9'.repeat(5000));
    expect(parsed).toEqual({ ok: false, reason: expect.stringContaining('9…" is too large') });
    expect((parsed.ok ? '' : parsed.reason).length).toBeLessThan(250);
  });
});
