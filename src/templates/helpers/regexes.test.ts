import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';

describe('regular expressions', () => {
  it.each([
    ['regexMatch', ['^a.c$', 'a😀c'], true],
    ['regexMatch', ['(?i)ABC', 'xabcx'], true],
    ['regexMatch', ['(?m)^b$', 'a\nb'], true],
    ['regexMatch', ['(?m)\\Ab', 'a\nb'], false],
    ['regexMatch', ['a\\z', 'a\n'], false],
    ['regexMatch', ['(?s)a.b', 'a\nb'], true],
    ['regexMatch', ['^[[:alpha:]_]+$', 'ab_c'], true],
    ['regexMatch', ['^[^[:space:]]+$', 'a b'], false],
    ['regexMatch', ['^\\pL\\p{Greek}\\PN\\p{^Lu}$', 'éαxa'], true],
    ['regexMatch', ['^\\Qa.b\\E+$', 'a.bb'], true],
    ['regexMatch', ['^\\Qa.b\\E$', 'axb'], false],
    ['regexMatch', ['^\\-\\_\\:\\"\\@$', '-_:"@'], true],
    ['regexMatch', ['^[\\-a\\]]+$', '-a]'], true],
    ['regexMatch', ['^[]a]+$', ']a'], true],
    ['regexMatch', ['^[^]a]+$', 'bc'], true],
    ['regexMatch', ['^a{2}b{1,}}{$', 'aab}{'], true],
    ['regexMatch', ['^{a}]$', '{a}]'], true],
    ['regexMatch', ['^\\s$', '\u00a0'], false],
    ['regexMatch', ['^\\x{1F600}\\x41$', '😀A'], true],
    ['regexFind', ['b+', 'abbbc'], 'bbb'],
    ['regexFind', ['x', 'abc'], ''],
    ['regexFindAll', ['a*', 'baaac', -1], ['', 'aaa', '']],
    ['regexFindAll', ['[2,4]', '1234', 0], []],
    ['regexReplaceAll', ['a(?P<mid>x*)b', '-ab-axxb-', `\${mid}$$`], '-$-xx$-'],
    ['regexReplaceAll', ['a(x*)b', '-ab-axxb-', '$1W'], '---'],
    ['regexReplaceAll', ['x*', 'ab', '-'], '-a-b-'],
    ['regexReplaceAll', ['a', 'bab', '$&$`'], 'b$&$`b'],
    ['regexReplaceAllLiteral', ['a(x*)b', '-ab-', `\${1}`], `-\${1}-`],
    ['regexSplit', ['z+', 'pizza', -1], ['pi', 'a']],
    ['regexSplit', ['z+', 'pizza', 1], ['pizza']],
    ['regexSplit', ['z+', 'pizza', 0], []],
    ['regexSplit', ['a', 'banana', 2], ['b', 'nana']],
    ['regexSplit', ['a', 'aba', -1], ['', 'b', '']],
    ['regexSplit', ['', 'abc', -1], ['a', 'b', 'c']],
    ['regexSplit', ['a', '', -1], ['']],
    ['regexQuoteMeta', ['1.2.3-[x]'], '1\\.2\\.3-\\[x\\]'],
  ])('%s %o is %o', (name, values, result) => expect(call(name, ...values)).toEqual(result));

  it.each([
    ['(', 'argument 1 (regex) is not valid: Invalid regular expression: /(/: Unterminated group'],
    ['a(?i)b', '(?i) is not supported; (?i), (?m) and (?s) are, at the beginning'],
    ['(?U)a+', '(?U) is not supported'],
    ['[[:nope:]]', 'there is no class [:nope:]'],
    ['\\p{Nope}', 'argument 1 (regex) is not valid'],
  ])('says what is wrong with %s', (expression, message) =>
    expect(() => call('regexMatch', expression, 'a')).toThrow(message),
  );
});
