import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nginxComment, nginxQuote } from './quote.ts';

/** Reads one token as nginx does (`ngx_conf_read_token`), from text that ends with `;`. */
function readToken(text: string): { readonly value: string; readonly rest: string } {
  const isQuoted = text.startsWith('"');
  let end = isQuoted ? 1 : 0;
  while (end < text.length && !(isQuoted ? text[end] === '"' : /[\s;{]/.test(text[end] ?? ''))) {
    end += text[end] === '\\' ? 2 : 1;
  }
  const letters: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };
  const value = text
    .slice(isQuoted ? 1 : 0, end)
    .replaceAll(/\\(["'\\trn])/g, (_, char: string) => letters[char] ?? char);
  return { value, rest: text.slice(isQuoted ? end + 1 : end) };
}

describe('nginxQuote', () => {
  it.each([
    ['*.example.com', '*.example.com'],
    ['http://10.0.0.1:80/a', 'http://10.0.0.1:80/a'],
    ['', '""'],
    ['a b', '"a b"'],
    ['a;}', '"a;}"'],
    ['"\\', '"\\"\\\\"'],
    ['a\n\tb\r', '"a\\n\\tb\\r"'],
    ['#x', '"#x"'],
    ['[::1]', '"[::1]"'],
    ['$host', '"$host"'],
  ])('of %o is %s', (value, quoted) => expect(nginxQuote(value)).toBe(quoted));

  it('is one token that means the value, on one line', () => {
    const hostile = fc.string({ unit: fc.constantFrom(...'ab"\'\\;{}#$ \n\r\tntr') });
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (value) => {
        fc.pre(!value.includes('\0'));
        const quoted = nginxQuote(value);
        expect(readToken(`${quoted};`)).toEqual({ value, rest: ';' });
        expect(quoted).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('refuses a NUL', () => {
    expect(() => nginxQuote('a\0b')).toThrow(
      'cannot write "a\\u0000b" into an nginx configuration: it holds a NUL character, for which nginx has no spelling',
    );
  });
});

describe('nginxComment', () => {
  it.each([
    ['web 1 (healthy) — ok', 'web 1 (healthy) — ok'],
    ['a\n} evil;\r\t', 'a\\n} evil;\\r\\t'],
    ['\0\x1b\x7f\x85', '\\u{0}\\u{1b}\\u{7f}\\u{85}'],
    ['a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
    ['\u202etxt\ufeff\u200b', '\\u{202e}txt\\u{feff}\\u{200b}'],
    ['\ud800', '\\u{d800}'],
    ['', ''],
  ])('of %o is %s', (text, comment) => expect(nginxComment(text)).toBe(comment));

  it('stays below the 4,096 bytes of a comment that nginx reads, four times on a line', () => {
    for (const text of ['😀', '\u{e0001}', '\n', 'x', '漢'].map((char) => char.repeat(5000))) {
      const comment = nginxComment(text);
      expect(Buffer.byteLength(`# ${comment.repeat(4)}`)).toBeLessThan(4000);
      expect(comment.endsWith('…')).toBe(true);
    }
  });
});
