import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHttpdWord } from '../../test/support/httpd-syntax.ts';
import {
  apacheBalancer,
  apacheComment,
  apacheExpression,
  apacheInclude,
  apacheQuote,
} from './quote.ts';

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const hostile = fc.string({ unit: fc.constantFrom(...'ab"\'\\;{}<>#$% \tDOLAR'), maxLength: 20 });
const arbitrary = fc.oneof(hostile, fc.string({ unit: 'binary' }));

describe('apacheQuote', () => {
  it.each([
    ['*.example.com', '*.example.com'],
    ['', '""'],
    ['a b', '"a b"'],
    [String.raw`"\.`, String.raw`"\"\\."`],
    ['%{HTTP_HOST}', '"%{HTTP_HOST}"'],
    ['[::1]', '"[::1]"'],
    ['$1', '"$1"'],
    ['$\u007bHOME}', '"$\u007bDOLLAR}{HOME}"'],
    ['$$\u007bA}', '"$$\u007bDOLLAR}{A}"'],
  ])('of %o is %s', (value, quoted) => expect(apacheQuote(value)).toBe(quoted));

  it('is one word that means the value, whatever is in the environment', () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        fc.pre(!/[\0\r\n]/.test(value));
        const line = `${apacheQuote(value)} next`;
        expect(readHttpdWord(line, { HOME: 'evil', A: 'evil' })).toEqual({ value, rest: ' next' });
      }),
    );
  });

  it.each(['a\nb', 'a\rb', 'a\0b'])('refuses %j', (value) => {
    expect(() => apacheQuote(value)).toThrow('for which httpd has no spelling');
  });
});

describe('apacheInclude', () => {
  it('means one file where the name looks like a pattern', () => {
    expect(apacheInclude('/x/*.a?[b')).toBe('"/x/[*].a[?][[]b"');
  });
});

describe('apacheExpression', () => {
  it('escapes what an expression would replace', () => {
    expect(readHttpdWord(apacheExpression('%{ENV} $1 "\\"\n')).value).toBe(
      String.raw`\%{ENV} \$1 \"\\\"\n`,
    );
  });
});

describe('apacheBalancer', () => {
  it('is the name where httpd can take it, else its SHA-1', () => {
    expect(apacheBalancer('a.example.com')).toBe('a.example.com');
    expect(apacheBalancer('a_b')).toBe(sha1('a_b'));
    expect(apacheBalancer('a'.repeat(51))).toBe(sha1('a'.repeat(51)));
  });
});

describe('apacheComment', () => {
  it('neither ends nor continues its line', () => {
    expect(apacheComment('a\\')).toBe('a\\u{5c}');
    fc.assert(
      fc.property(arbitrary, (text) => {
        const comment = apacheComment(text);
        expect(comment).not.toMatch(/[\0\r\n]/);
        expect(comment.endsWith('\\')).toBe(false);
      }),
    );
  });
});
