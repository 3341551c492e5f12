import { describe, expect, it } from 'vitest';
import { haproxyWords, parseHaproxy } from './haproxy-syntax.ts';

describe('haproxyWords', () => {
  it.each([
    ['blanks and tabs', ' a \t b', ['a', 'b']],
    ['a comment', 'a b # c "', ['a', 'b']],
    ['a comment right after a word', 'a#b', ['a']],
    ['an escaped hash and blank', String.raw`a\#b\ c`, ['a#b c']],
    ['double quotes, also within a word', `a"b #' c"d`, [`ab #' cd`]],
    ['escapes in double quotes', String.raw`"\"\\\$\n\x41"`, ['"\\$\nA']],
    ['single quotes, in which nothing is special', String.raw`'a\n "$x" #'`, ['a\\n "$x" #']],
    ['an empty word', `a "" ''`, ['a', '', '']],
    ['a dollar without quotes as it stands', 'a$b', ['a$b']],
  ])('reads %s', (_, line, words) => expect(haproxyWords(line)).toEqual(words));

  it.each(['"a', "a 'b"])('refuses a quote without an end: %s', (line) =>
    expect(() => haproxyWords(line)).toThrow(SyntaxError),
  );

  it('refuses a variable', () => expect(() => haproxyWords('"$HOME"')).toThrow(SyntaxError));
});

describe('parseHaproxy', () => {
  it('reads sections and their lines, without conditions', () => {
    const text =
      'global\n  user x\n.if defined(Y)\n  a b # c\n.endif\n\nbackend b\n  server s a:1\n';
    expect(parseHaproxy(text)).toEqual([
      {
        kind: 'global',
        name: '',
        lines: [
          ['user', 'x'],
          ['a', 'b'],
        ],
      },
      { kind: 'backend', name: 'b', lines: [['server', 's', 'a:1']] },
    ]);
  });

  it('refuses a line outside of sections', () => {
    expect(() => parseHaproxy('mode http')).toThrow('"mode" stands in no section');
  });
});
