import { any, integer, text } from './args.ts';
import { goQuote, goText } from './go-text.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';

const width = integer('width', 'characters in a line');
const subject = text('text', 'what is changed');

/** Lines, indentation and quotes. */
export const layoutHelpers: readonly InlineHelper[] = [
  inline({
    name: 'indent',
    args: [integer('spaces', 'how many'), subject],
    description: 'The text with so many spaces before each line.',
    example: { template: '{{indent 2 text}}', context: { text: 'a\nb' }, result: '  a\n  b' },
    fn: (spaces, value) => indent(spaces, value),
  }),
  inline({
    name: 'nindent',
    args: [integer('spaces', 'how many'), subject],
    description: 'Like `indent`, after a line end.',
    example: { template: 'key:{{nindent 2 "a"}}', result: 'key:\n  a' },
    fn: (spaces, value) => `\n${indent(spaces, value)}`,
  }),
  inline({
    name: 'wrap',
    args: [width, subject],
    description: 'The text broken into lines at spaces; a longer word stays whole.',
    example: { template: '{{wrap 5 "ab cd ef"}}', result: 'ab cd\nef' },
    fn: (most, value) => wrap(value, most, '\n', false),
  }),
  inline({
    name: 'wrapWith',
    args: [width, text('separator', 'what stands between the lines'), subject],
    description: 'Like `wrap` with another line end; a longer word is cut.',
    example: { template: '{{wrapWith 4 "|" "ab cdefgh"}}', result: 'ab|cdef|gh' },
    fn: (most, separator, value) => wrap(value, most, separator || '\n', true),
  }),
  inline({
    name: 'comment',
    args: [text('mark', 'what begins a comment'), text('text', 'any lines')],
    description: 'The text with the mark and a space before each line.',
    example: { template: '{{comment "#" text}}', context: { text: 'a\nb' }, result: '# a\n# b' },
    fn: (mark, value) =>
      value
        .split('\n')
        .map((line) => `${mark} ${line}`)
        .join('\n'),
  }),
  inline({
    name: 'quote',
    args: [],
    rest: any('value', 'a value'),
    description:
      'Each value in double quotes, escaped as in Go source, with spaces between; absent ones ' +
      'are left out. For a proxy use its own function, such as `nginxQuote`.',
    example: { template: '{{quote "a" "b \\"c\\""}}', context: {}, result: '"a" "b \\"c\\""' },
    fn: (...values) =>
      values
        .filter(isThere)
        .map((value) => goQuote(goText(value)))
        .join(' '),
  }),
  inline({
    name: 'squote',
    args: [],
    rest: any('value', 'a value'),
    description: 'Each value in single quotes, with spaces between. Nothing is escaped.',
    example: { template: '{{squote "a" 1}}', result: "'a' '1'" },
    fn: (...values) =>
      values
        .filter(isThere)
        .map((value) => `'${goText(value)}'`)
        .join(' '),
  }),
  inline({
    name: 'cat',
    args: [],
    rest: any('value', 'a value'),
    description: 'The values with spaces between; absent ones are left out.',
    example: { template: '{{cat "a" 1 "b"}}', result: 'a 1 b' },
    fn: (...values) => values.filter(isThere).map(goText).join(' '),
  }),
];

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function indent(spaces: number, value: string): string {
  if (spaces > 1000)
    throw new HelperError(`argument 1 (spaces) must be at most 1000, got ${spaces}`);
  const space = ' '.repeat(Math.max(0, spaces));
  return space + value.replaceAll('\n', `\n${space}`);
}

/** Spaces at which a line is broken, and those that would begin one, are left out. */
function wrap(value: string, width: number, separator: string, cutsWords: boolean): string {
  const most = Math.max(1, width);
  const chars = [...value];
  const lines: string[] = [];
  let start = 0;
  while (chars.length - start > most) {
    if (chars[start] === ' ') {
      start++;
      continue;
    }
    // No further back than this line, or a long text without spaces would take n² steps.
    const space = chars.slice(start, start + most + 1).lastIndexOf(' ');
    let end = start + space;
    if (space < 0) end = cutsWords ? start + most : chars.indexOf(' ', start + most);
    if (end < 0) break;
    lines.push(chars.slice(start, end).join(''));
    start = chars[end] === ' ' ? end + 1 : end;
  }
  return [...lines, chars.slice(start).join('')].join(separator);
}
