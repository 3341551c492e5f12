import { describe, expect, it } from 'vitest';
import { parseHstsSetting } from './hsts-setting.ts';

describe('the setting of Strict-Transport-Security', () => {
  it.each([
    ['max-age=31536000', 'max-age=31536000'],
    ['max-age=0', 'max-age=0'],
    [' PRELOAD ;includesubdomains; Max-Age = "5";', 'max-age=5; includeSubDomains; preload'],
    ['off', ''],
    ['OFF', ''],
  ])('is read from %j', (text, value) => {
    expect(parseHstsSetting(text)).toEqual({ kind: 'valid', value });
  });

  it.each([
    ['on', /"on" is not max-age=SECONDS, includeSubDomains or preload, or off$/],
    ['includeSubDomains', /max-age=SECONDS is missing, or off$/],
    ['max-age', /"max-age" is not/],
    ['max-age=1; max-age=2', /twice/],
    ['max-age=1" always; return 200 "', /is not max-age/],
    ['max-age=$host', /is not max-age/],
    ['max-age=1; __proto__', /"__proto__" is not/],
    ['max-age=1; constructor', /"constructor" is not/],
    [`max-age=${'1'.repeat(19)}`, /is not max-age=SECONDS/],
  ])('refuses %j', (text, reason) => {
    expect(parseHstsSetting(text)).toEqual({
      kind: 'invalid',
      reason: expect.stringMatching(reason),
    });
  });
});
