import { describe, expect, it } from 'vitest';
import { regexFault } from './regex.ts';

describe('a regular expression', () => {
  it.each([
    '^foo\\.bar\\..*\\.example\\.com$',
    '^(www|api|)\\.example\\.com$',
    '^www[.]example[.-][:=][^.:]com$',
    '^(?:a|b)(?=c)(?!d).+?$',
    '^[a-z0-9][\\w-]*\\.[^.\\]]+$',
    '^/(app1|alternative1)/',
    '\\.(php|phtml)$',
    'a{2,3}b{4}c{5,}',
    'a]b}c-d "e" ;#\'$x',
    '[a-]|[-a]|[\\w-]|[a-c-e]|[\\[]',
    `^${'a'.repeat(1023)}`,
    `${'('.repeat(50)}a${')'.repeat(50)}`,
    '(abc){99}',
  ])('is accepted: %s', (text) => {
    expect(regexFault(text)).toBeUndefined();
  });

  it.each([
    ['', /empty/],
    ['a'.repeat(1025), /longer than 1024/],
    ['a\nb', /not printable ASCII/],
    ['a\u0000', /not printable ASCII/],
    ['ü', /not printable ASCII/],
    ['(?<name>a)', /named group/],
    ['(?P<host>a)', /named group/],
    ["(?'name'a)", /named group/],
    ['(?<=a)b', /kind that is not supported/],
    ['(?<!a)b', /kind that is not supported/],
    ['(?i)a', /kind that is not supported/],
    ['(?>a)', /kind that is not supported/],
    ['(?#a)', /kind that is not supported/],
    ['(*ACCEPT)', /cannot be compiled/],
    ['(', /cannot be compiled/],
    ['a)', /without its \(/],
    ['[a', /without its \]/],
    ['[]a]', /begins with \]/],
    ['[^]', /begins with \]/],
    ['[:alpha:]', /POSIX class/],
    ['[.\\].]', /POSIX class/],
    ['[=\\=]', /POSIX class/],
    ['[z-a]', /cannot be compiled/],
    ['[\\w-z]', /begins or ends with a set/],
    ['[a-\\d]', /begins or ends with a set/],
    ['[[:alpha:]]', /has a \[ within a set/],
    ['[a[]', /has a \[ within a set/],
    ['[\\b]', /has \\b/],
    ['a\\', /ends with a backslash/],
    ['[a\\', /ends with a backslash/],
    ['(a)\\1', /has \\1/],
    ['\\u0041', /has \\u/],
    ['\\Q.\\E', /has \\Q/],
    ['\\x{41}', /has \\x/],
    ['\\p{L}', /has \\p/],
    ['a{,3}', /begins no count/],
    ['a{b', /begins no count/],
    ['a{3,2}', /cannot be compiled/],
    ['a{1000}', /count above 999/],
    ['*a', /cannot be compiled/],
    ['a**', /cannot be compiled/],
    ['a++', /cannot be compiled/],
    [`${'('.repeat(51)}a${')'.repeat(51)}`, /nested deeper than 50/],
    ['((a{99}){99}){99}', /too large/],
    ['([ab]{999}){2}', /too large/],
  ])('is refused: %j', (text, reason) => {
    expect(regexFault(text)).toMatch(reason);
  });

  it('accepts all printable ASCII characters in a set, and no other character', () => {
    const accepted = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code)).filter(
      (char) => regexFault(`[a${char === '\\' ? '\\\\' : char}b]`) === undefined,
    );
    // An unescaped [ is refused, ] closes the set, and - would make a range: a-b.
    const printable = Array.from({ length: 0x5f }, (_, index) => String.fromCharCode(0x20 + index));
    expect(accepted).toEqual(printable.filter((char) => char !== '['));
  });
});
