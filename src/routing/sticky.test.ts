import { describe, expect, it } from 'vitest';
import { cookieOf, parseSticky, type Sticky } from './sticky.ts';

describe('stickiness', () => {
  it.each<[string, Sticky]>([
    ['true', { kind: 'cookie' }],
    ['Off', { kind: 'off' }],
    ['SRV', { kind: 'cookie', cookie: 'SRV' }],
    ['my.app_route-1', { kind: 'cookie', cookie: 'my.app_route-1' }],
  ])('is read from %j', (text, value) => {
    expect(parseSticky(text)).toEqual({ kind: 'valid', value });
  });

  it.each(['', 'a b', 'a=b', 'a;b', '$Version', 'a\nb', 'a"', 'ü', '-a', 'x'.repeat(65)])(
    'is not %j',
    (text) => {
      expect(parseSticky(text)).toEqual({
        kind: 'invalid',
        reason: expect.stringMatching(/^it is true, false, or the name of a cookie/),
      });
    },
  );

  it('is not by a cookie that browsers would refuse', () => {
    for (const text of ['__Host-a', '__secure-a']) {
      expect(parseSticky(text)).toMatchObject({
        kind: 'invalid',
        reason: expect.stringMatching(/HTTPS/),
      });
    }
  });

  it('has a cookie of its own for each upstream, unless it is named', () => {
    const own = ['a.test', 'b.test', 'a.test'].map((name) => cookieOf({ kind: 'cookie' }, name));
    expect(own).toEqual([expect.stringMatching(/^tsgen_[0-9a-f]{8}$/), expect.anything(), own[0]]);
    expect(own[1]).not.toBe(own[0]);
    expect(cookieOf({ kind: 'cookie', cookie: 'SRV' }, 'a.test')).toBe('SRV');
    expect(cookieOf({ kind: 'off' }, 'a.test')).toBeUndefined();
    expect(cookieOf(undefined, 'a.test')).toBeUndefined();
  });
});
