import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDest, parsePath } from './paths.ts';

describe('a path', () => {
  it.each([
    ['/', '/', 'prefix'],
    ['/api', '/api', 'prefix'],
    ['/api/v1/', '/api/v1/', 'prefix'],
    ['/a.b/~user/$x!&()*+,=:@-_', '/a.b/~user/$x!&()*+,=:@-_', 'prefix'],
    ['/.well-known/..a/b..', '/.well-known/..a/b..', 'prefix'],
    ['~^/(app1|app2)/', '^/(app1|app2)/', 'regex'],
    ['~ ^/a b', '^/a b', 'regex'],
    ['~*\\.PHP$', '\\.PHP$', 'regex-ignore-case'],
  ])('%s is taken', (text, path, pathKind) => {
    expect(parsePath(text)).toEqual({ kind: 'valid', value: { path, pathKind } });
  });

  it.each([
    ['api', /begins with \//],
    ['= /api', /begins with \//],
    ['@named', /begins with \//],
    ['/a b', /character " "/],
    ['/a;b', /character ";"/],
    ['/a{b', /character "{"/],
    ['/a}b', /character "}"/],
    ['/a"b', /character "\\""/],
    ["/a'b", /character "'"/],
    ['/a\\b', /character "\\\\"/],
    ['/a\nb', /character "\\n"/],
    ['/a#b', /character "#"/],
    ['/a?b', /character "\?"/],
    ['/ü', /character "ü"/],
    ['/\ud83d\ude00', /character "\ud83d\ude00"/],
    ['/a%20b', /character "%"/],
    ['/a//b', /normalised/],
    ['/a/../b', /normalised/],
    ['/a/.', /normalised/],
    [`/${'a'.repeat(1024)}`, /longer than 1024/],
    ['~', /empty/],
    ['~*', /empty/],
    ['~^/(?<request_uri>.*)', /named group/],
    ['~^/a\n', /not printable/],
  ])('%j is refused', (text, reason) => {
    expect(parsePath(text)).toEqual({ kind: 'invalid', reason: expect.stringMatching(reason) });
  });
});

describe('a destination', () => {
  it.each(['', '/', '/app/', '/a%20b/~x', '/a:b@c'])('%j is taken', (text) => {
    expect(parseDest(text)).toEqual({ kind: 'valid', value: text });
  });

  it.each([
    ['app', /begins with \//],
    ['/$host', /character "\$"/],
    ['/a%2', /character "%"/],
    ['/a%zz', /character "%"/],
    ['/a b', /character " "/],
    ['/a;', /character ";"/],
    ['/a?b=c', /character "\?"/],
    [`/${'a'.repeat(1024)}`, /longer than 1024/],
  ])('%j is refused', (text, reason) => {
    expect(parseDest(text)).toEqual({ kind: 'invalid', reason: expect.stringMatching(reason) });
  });

  it('names the character that is at fault, whatever it is', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = parseDest(`/${text}`);
        const isSafe = /^(?:[\w/.~!&()*+,=:@-]|%[\da-f]{2})*$/i.test(text);
        expect(parsed.kind).toBe(isSafe ? 'valid' : 'invalid');
      }),
    );
  });
});
