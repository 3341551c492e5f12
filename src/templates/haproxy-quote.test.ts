import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { haproxyWords } from '../../test/support/haproxy-syntax.ts';
import { haproxyFormat, haproxyLiteral, haproxyMapRegex, haproxyQuote } from './haproxy-quote.ts';

describe('haproxyQuote', () => {
  it.each([
    ['*.example.com', '*.example.com'],
    ['http://10.0.0.1:80/a', 'http://10.0.0.1:80/a'],
    ['', '""'],
    ['a b', '"a b"'],
    ['"\\', '"\\"\\\\"'],
    ["it's", '"it\'s"'],
    ['a\n\tb\r', '"a\\n\\tb\\r"'],
    ['#x', '"#x"'],
    ['$HOME', '"\\$HOME"'],
    ['\x01\x7f', '"\\x01\\x7f"'],
    ['%[src]', '"%[src]"'],
  ])('of %o is %s', (value, quoted) => expect(haproxyQuote(value)).toBe(quoted));

  it('is one word that means the value, on one line', () => {
    const hostile = fc.string({ unit: fc.constantFrom(...'ab"\'\\;{}#$% \n\r\tntrx0') });
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (value) => {
        fc.pre(!value.includes('\0'));
        const quoted = haproxyQuote(value);
        expect(haproxyWords(`a ${quoted} b`)).toEqual(['a', value, 'b']);
        expect(quoted).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('refuses a NUL', () => {
    expect(() => haproxyQuote('a\0b')).toThrow(
      'cannot write "a\\u0000b" into a HAProxy configuration: it holds a NUL character, for which HAProxy has no spelling',
    );
  });
});

describe('formats', () => {
  it('has a text stand for itself', () => {
    expect(haproxyLiteral('100% %[src]')).toBe('100%% %%[src]');
  });

  it.each([
    ['https://$host$request_uri', 'https://%[var(txn.host)]%[pathq]'],
    [`$${'{scheme}'}s`, '%[ssl_fc,iif(https,http)]s'],
    ['$arg_id-$cookie_a-$http_x_user', '%[url_param(id)]-%[req.cook(a)]-%[req.fhdr(x-user)]'],
    ['50% of $nothing.', '50%% of .'],
    ['$', '$'],
    ['$constructor$__proto__', ''],
  ])('of %s is %s', (text, format) => expect(haproxyFormat(text)).toBe(format));
});

describe('haproxyMapRegex', () => {
  it.each([
    ['^/a b$', '^/a\\x20b$'],
    ['#x', '\\x23x'],
    ['[ #]', '[\\x20\\x23]'],
    ['\\ \\#', '\\x20\\x23'],
    ['\\\\ ', '\\\\\\x20'],
    ['\\.php$', '\\.php$'],
  ])('of %s is %s', (regex, key) => expect(haproxyMapRegex(regex)).toBe(key));

  it('matches what the expression does', () => {
    const piece = fc.constantFrom('a', ' ', '#', '\\ ', '\\#', '\\\\', '[ #]', '.', 'b*', '\\.');
    const subject = fc.string({ unit: fc.constantFrom(...'ab #\\.') });
    fc.assert(
      fc.property(fc.array(piece), subject, (pieces, text) => {
        const key = haproxyMapRegex(pieces.join(''));
        expect(key).not.toMatch(/\s|^#/);
        expect(new RegExp(key).test(text)).toBe(new RegExp(pieces.join('')).test(text));
      }),
    );
  });
});
