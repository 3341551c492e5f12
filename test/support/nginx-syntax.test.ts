import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Directive, parseNginx } from './nginx-syntax.ts';

/** The arguments of the one directive in a text. */
function argsOf(text: string): readonly string[] {
  const [directive, ...others] = parseNginx(text);
  expect(others).toEqual([]);
  expect(directive).toMatchObject({ name: 'd' });
  return directive?.args ?? [];
}

describe('parseNginx', () => {
  it('reads directives, blocks and what is in them', () => {
    expect(parseNginx('a;\nb 1 2 { c { } d 3; }\n')).toEqual([
      { name: 'a', args: [] },
      {
        name: 'b',
        args: ['1', '2'],
        block: [
          { name: 'c', args: [], block: [] },
          { name: 'd', args: ['3'] },
        ],
      },
    ]);
  });

  it.each([
    ['blanks, tabs and line breaks between words', 'd a \t\r\n b;', ['a', 'b']],
    ['no other white space', 'd a\u00a0b \u2028 \f;', ['a\u00a0b', '\u2028', '\f']],
    ['a comment up to the end of its line', 'd a # b; } "\n c;', ['a', 'c']],
    ['no comment within a word', 'd a#b "#c";', ['a#b', '#c']],
    ['double quotes', `d "a b;{}#'";`, [`a b;{}#'`]],
    ['single quotes', `d 'a b;{}#"';`, [`a b;{}#"`]],
    ['an empty word', `d "" '';`, ['', '']],
    ['quotes over several lines', 'd "a\nb";', ['a\nb']],
    ['quotes within a word as they stand', `d a"b c'd;`, ['a"b', `c'd`]],
    ['escaped quotes and backslashes', String.raw`d "\"\'\\" \"\\;`, [`"'\\`, '"\\']],
    ['escapes for white space', String.raw`d "\t\r\n" a\tb;`, ['\t\r\n', 'a\tb']],
    ['any other escape as it stands', String.raw`d "\.\$" \;\ \{;`, ['\\.\\$', '\\;\\ \\{']],
    ['a variable in braces', `d \${a}b x\${c} "\${e}";`, [`\${a}b`, `x\${c}`, `\${e}`]],
    ['further braces after those of a variable', `d \${{{a};`, [`\${{{a}`]],
    ['a closing brace within a word', 'd a}b;', ['a}b']],
    ['a parenthesis right after quotes', 'd ("a" = "b");', ['("a"', '=', 'b', ')']],
  ])('reads %s', (_, text, args) => {
    expect(argsOf(text)).toEqual(args);
  });

  it('lets a brace end a word, where it does not follow a dollar', () => {
    expect(parseNginx('d a{}')).toEqual([{ name: 'd', args: ['a'], block: [] }]);
    expect(parseNginx('d "a"{}')).toEqual([{ name: 'd', args: ['a'], block: [] }]);
    expect(parseNginx('d $a{}')).toEqual([{ name: 'd', args: ['$a'], block: [] }]);
  });

  it.each([
    ['an end within a directive', 'd a', /not terminated/],
    ['an end within a block', 'd { a;', /expecting "}"/],
    ['an end within quotes', 'd "a;', /cannot read on/],
    ['an end after a backslash', 'd a\\', /cannot read on/],
    ['a closing brace too many', 'd; }', /unexpected "}"/],
    ['a closing brace within a directive', 'd { a }', /"a" is not terminated/],
    ['a semicolon without a directive', 'd;;', /unexpected ";"/],
    ['a block without a directive', '{ }', /unexpected "{"/],
    ['a word right after quotes', 'd "a"b;', /unexpected "b" after a quoted word/],
    ['a closing brace right after quotes', 'd { a "b"}', /unexpected "}" after a quoted word/],
  ])('refuses %s', (_, text, why) => {
    expect(() => parseNginx(text)).toThrow(why);
  });

  it('reads any tree back from its text, however it is quoted', () => {
    fc.assert(
      fc.property(DIRECTIVES, fc.infiniteStream(fc.nat()), (directives, choices) => {
        const choose = (count: number) => Number(choices.next().value) % count;
        expect(parseNginx(written(directives, choose))).toEqual(directives);
      }),
    );
  });
});

const WORD = fc.oneof(
  fc.string({ unit: fc.constantFrom(...`ab\${};#'"\\ \t\r\n()é`) }),
  fc.string({ unit: 'binary' }),
);

const DIRECTIVES: fc.Arbitrary<Directive[]> = fc.letrec<{ all: Directive[]; one: Directive }>(
  (tie) => ({
    all: fc.array(tie('one'), { maxLength: 4, depthIdentifier: 'nginx' }),
    one: fc.record(
      {
        name: WORD,
        args: fc.array(WORD, { maxLength: 3 }),
        block: fc.oneof({ depthIdentifier: 'nginx', maxDepth: 3 }, fc.constant([]), tie('all')),
      },
      { requiredKeys: ['name', 'args'] },
    ),
  }),
).all;

/** A text that stands for the directives: one of many. */
function written(directives: readonly Directive[], choose: (count: number) => number): string {
  const gaps = [' ', '\n', '\t ', ' # } "\n'];
  const gap = () => gaps[choose(gaps.length)] ?? ' ';
  const line = ({ name, args, block }: Directive) => {
    const words = [name, ...args].map((word) => quoted(word, choose)).join(gap());
    const end = block === undefined ? ';' : `{${gap()}${written(block, choose)}}`;
    return `${words}${gap()}${end}${gap()}`;
  };
  return directives.map(line).join('');
}

function quoted(word: string, choose: (count: number) => number): string {
  const bare = /^[^ \t\r\n\\;{}"'#$][^ \t\r\n\\;{$]*$/.test(word);
  const quotes = bare ? ['', '"', "'"] : ['"', "'"];
  const quote = quotes[choose(quotes.length)] ?? '"';
  return `${quote}${quote === '' ? word : word.replaceAll(/["'\\]/g, '\\$&')}${quote}`;
}
