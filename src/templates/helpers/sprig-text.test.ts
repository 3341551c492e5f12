import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';

describe('text as in Sprig', () => {
  it.each([
    ['trunc', [5, 'hello world'], 'hello'],
    ['trunc', [-5, 'hello world'], 'world'],
    ['trunc', [-50, 'hello'], 'hello'],
    ['trunc', [0, 'hello'], ''],
    ['trunc', [1, '😀é'], '😀'],
    ['substr', [0, 5, 'hello world'], 'hello'],
    ['substr', [-1, 5, 'hello world'], 'hello'],
    ['substr', [6, -1, 'hello world'], 'world'],
    ['substr', [6, 50, 'hello world'], 'world'],
    ['substr', [5, 2, 'hello world'], ''],
    ['abbrev', [5, 'hello world'], 'he...'],
    ['abbrev', [3, 'hello world'], 'hello world'],
    ['abbrev', [11, 'hello world'], 'hello world'],
    ['abbrevboth', [4, 10, '1234 5678 9123'], '1234 56...'],
    ['abbrevboth', [20, 10, '1234 5678 9123'], '...78 9123'],
    ['title', ["it's a_b éa-c 1st"], "It'S A_b Éa-C 1st"],
    ['untitle', ['Hello Big-World'], 'hello big-World'],
    ['swapcase', ['This Is 1'], 'tHIS iS 1'],
    ['snakecase', ['HTTPServer'], 'http_server'],
    ['snakecase', ['NoHTTPS'], 'no_https'],
    ['snakecase', ['GO PATH'], 'go_path'],
    ['kebabcase', ['web_app Server'], 'web-app-server'],
    ['camelcase', ['web-app server'], 'WebAppServer'],
    ['nospace', [' a\t b\u00a0c '], 'abc'],
    ['trimAll', ['$', '$5.00$'], '5.00'],
    ['trimAll', ['ab', 'abba'], ''],
    ['trimPrefix', ['-', '--a'], '-a'],
    ['trimSuffix', ['', 'a'], 'a'],
    ['trimSuffix', ['-', 'a--'], 'a-'],
    ['splitN', ['a:b:c', ':', 2], ['a', 'b:c']],
    ['splitN', ['a:b:c', ':', 0], []],
    ['splitN', ['a:b:c', ':', -1], ['a', 'b', 'c']],
    ['splitN', ['a😀c', '', 2], ['a', '😀c']],
    ['splitList', ['$', 'a$b'], ['a', 'b']],
    ['splitn', ['$', 2, 'a$b$c'], { _0: 'a', _1: 'b$c' }],
    ['sprigSplitn', ['$', 9, 'a'], { _0: 'a' }],
    ['sprigSplit', ['.', 'a.b'], { _0: 'a', _1: 'b' }],
    ['sprigReplace', [' ', '-', 'a b c'], 'a-b-c'],
    ['indent', [2, 'a\n\nb'], '  a\n  \n  b'],
    ['nindent', [1, 'a'], '\n a'],
    ['comment', ['#', 'a\n\nb\n'], '# a\n# \n# b\n# '],
    ['comment', ['//', ''], '// '],
    ['wrap', [10, 'a verylongword b'], 'a\nverylongword\nb'],
    ['wrap', [80, 'short'], 'short'],
    ['wrapWith', [3, '', 'abcdefg'], 'abc\ndef\ng'],
    ['quote', ['a\n\u0000\u00a0é"', undefined, 1], '"a\\n\\x00\\u00a0é\\"" "1"'],
    ['squote', ['a', undefined, 'b'], "'a' 'b'"],
    ['cat', ['a', undefined, '', ['x', 1]], 'a  [x 1]'],
    ['plural', ['one', 'many', 0], 'many'],
    ['repeat', [-1, 'a'], ''],
    ['toString', [{ b: 1, a: [true, undefined] }], 'map[a:[true <nil>] b:1]'],
  ])('%s %o is %o', (name, values, result) =>
    expect(call(name, ...values)).toEqual(
      typeof result === 'object' && !Array.isArray(result)
        ? Object.assign(Object.create(null), result)
        : result,
    ),
  );

  it('refuses to fill the memory', () => {
    expect(() => call('repeat', 1e9, 'ab')).toThrow('more than 1000000 characters');
    expect(() => call('indent', 1001, 'a')).toThrow('argument 1 (spaces) must be at most 1000');
    expect(() => call('until', 1e9)).toThrow('1000000000 numbers are asked for');
    expect(() => call('printf', '%999999d', 1)).toThrow('"%999999d" is wider than 10000');
  });
});

describe('printf', () => {
  it.each([
    ['%5d|%-5d|%05d|%+d', [42, 42, -42, 42], '   42|42   |-0042|+42'],
    ['%s-%v-%%', ['a', [1, 'b']], 'a-[1 b]-%'],
    ['%6.2f|%e|%g|%.3g', [Math.PI, 123_456, 1e-5, 1234.5], '  3.14|1.234560e+05|1e-05|1.23e+03'],
    ['%x|%X|%#x|%x', [255, 255, 255, 'hi'], 'ff|FF|0xff|6869'],
    ['%q|%.2s|%5s|%t', ['a"b', 'héllo', 'é', true], '"a\\"b"|hé|    é|true'],
    ['%c%U|%b|%o', [0x1f600, 0x1f600, 5, 8], '😀U+1F600|101|10'],
    ['%v %v', [undefined, { b: 1, a: 2 }], '<nil> map[a:2 b:1]'],
  ])('%s of %o', (format, values, result) =>
    expect(call('printf', format, ...values)).toBe(result),
  );

  it.each([
    ['%d', ['80'], 'argument 2 (value) must be a whole number for "%d", got text'],
    ['%d', [1.5], 'argument 2 (value) must be a whole number for "%d", got a number'],
    ['%s%t', ['a', 'b'], 'argument 3 (value) must be true or false for "%t", got text'],
    ['%s', [{}], 'argument 2 (value) must be text for "%s", got a map'],
    ['%s %s', ['a'], 'the format asks for 2 values, got 1'],
    ['%s', ['a', 'b'], 'the format asks for 1 values, got 2'],
    ['%y', [1], '"%y" in the format is no verb that is known'],
    ['100%', [], 'the format ends in "%", which is no verb'],
  ])('refuses %s of %o', (format, values, message) =>
    expect(() => call('printf', format, ...values)).toThrow(message),
  );
});
