import { integer, text } from './args.ts';
import { alsoNamed, HelperError, type InlineHelper, inline } from './helper.ts';
import { makeMap } from './made-maps.ts';
import { splitN } from './strings.ts';

const subject = text('text', 'what is changed');
const separator = text('separator', 'where it is cut');

const trimAll = inline({
  name: 'trimAll',
  args: [text('characters', 'the characters to remove'), subject],
  description: 'The text without any of the characters at its ends.',
  example: { template: '{{trimAll "/." "/a.b/"}}', result: 'a.b' },
  fn: (characters, value) => trimAllOf(value, new Set(characters)),
});
const sprigSplit = inline({
  name: 'sprigSplit',
  args: [separator, text('text', 'what is cut')],
  description: "Sprig's `split`: the parts as a map with the keys `_0`, `_1` and so on.",
  example: {
    template: '{{#with (sprigSplit ":" "a:b")}}{{_1}}-{{_0}}{{/with}}',
    result: 'b-a',
  },
  fn: (cut, value) => numbered(splitN(value, cut, -1)),
});
const splitn = inline({
  name: 'splitn',
  args: [separator, integer('count', 'how many parts at most'), text('text', 'what is cut')],
  description:
    'The parts as a map with the keys `_0`, `_1` and so on, the last with the rest. ' +
    '(`splitN` gives a list, and has its arguments in another order.)',
  example: { template: '{{#with (splitn ":" 2 "a:b:c")}}{{_1}}{{/with}}', result: 'b:c' },
  fn: (cut, count, value) => numbered(splitN(value, cut, count)),
});

/** Parts of a text, and what it begins or ends with; Sprig's order: the text comes last. */
export const cuttingHelpers: readonly InlineHelper[] = [
  trimAll,
  alsoNamed(trimAll, 'trimall'),
  inline({
    name: 'trimPrefix',
    args: [text('prefix', 'the beginning to remove'), subject],
    description: 'The text without this beginning, if it has it.',
    example: { template: '{{trimPrefix "/" "/web"}}', result: 'web' },
    fn: (prefix, value) => (value.startsWith(prefix) ? value.slice(prefix.length) : value),
  }),
  inline({
    name: 'trimSuffix',
    args: [text('suffix', 'the end to remove'), subject],
    description: 'The text without this end, if it has it.',
    example: { template: '{{trimSuffix ".test" "a.test"}}', result: 'a' },
    fn: (suffix, value) =>
      value.endsWith(suffix) ? value.slice(0, value.length - suffix.length) : value,
  }),
  inline({
    name: 'nospace',
    args: [subject],
    description: 'The text without any white space.',
    example: { template: '{{nospace "a b c"}}', result: 'abc' },
    fn: (value) => value.replaceAll(/\p{White_Space}/gu, ''),
  }),
  inline({
    name: 'trunc',
    args: [integer('length', 'how many characters; from the end if negative'), subject],
    description: 'The first characters of a text, or with a negative length the last ones.',
    example: {
      template: '{{trunc 5 "hello world"}} {{trunc -5 "hello world"}}',
      result: 'hello world',
    },
    fn: (length, value) => {
      const chars = [...value];
      return (length < 0 ? chars.slice(length) : chars.slice(0, length)).join('');
    },
  }),
  inline({
    name: 'substr',
    args: [
      integer('start', 'first character, from 0; from the beginning if negative'),
      integer('end', 'the character to stop before; none if negative'),
      text('text', 'what is cut'),
    ],
    description: 'The characters from start up to end.',
    example: { template: '{{substr 0 5 "hello world"}}', result: 'hello' },
    fn: (start, end, value) => {
      const chars = [...value];
      const stop = end < 0 ? chars.length : end;
      return chars.slice(Math.max(0, start), stop).join('');
    },
  }),
  inline({
    name: 'abbrev',
    args: [integer('width', 'most characters, 4 or more'), subject],
    description: 'The text, cut with an ellipsis of three dots if it is longer.',
    example: { template: '{{abbrev 8 "hello world"}}', result: 'hello...' },
    fn: (width, value) => abbreviate(value, 0, width),
  }),
  inline({
    name: 'abbrevboth',
    args: [
      integer('offset', 'how many characters may go at the left'),
      integer('width', 'most characters, 7 or more'),
      subject,
    ],
    description: 'The text, cut on both sides with three dots.',
    example: { template: '{{abbrevboth 5 10 "1234 5678 9123"}}', result: '...5678...' },
    fn: (offset, width, value) =>
      offset > 0 && width < 7 ? value : abbreviate(value, offset, width),
  }),
  inline({
    name: 'splitList',
    args: [separator, text('text', 'what is cut')],
    description: 'The parts of a text as a list.',
    example: { template: '{{last (splitList "," "a,b")}}', result: 'b' },
    fn: (cut, value) => splitN(value, cut, -1),
  }),
  sprigSplit,
  splitn,
  alsoNamed(splitn, 'sprigSplitn'),
  inline({
    name: 'hasPrefix',
    args: [text('prefix', 'a beginning'), text('text', 'a text')],
    description: 'Whether a text begins so.',
    example: { template: '{{hasPrefix "a" "abc"}}', result: 'true' },
    fn: (prefix, value) => value.startsWith(prefix),
  }),
  inline({
    name: 'hasSuffix',
    args: [text('suffix', 'an end'), text('text', 'a text')],
    description: 'Whether a text ends so.',
    example: { template: '{{hasSuffix "c" "abc"}}', result: 'true' },
    fn: (suffix, value) => value.endsWith(suffix),
  }),
  inline({
    name: 'sprigContains',
    args: [text('part', 'what is looked for'), text('text', 'a text')],
    description: "Sprig's `contains`: whether a text holds another.",
    example: { template: '{{sprigContains "b" "abc"}}', result: 'true' },
    fn: (part, value) => value.includes(part),
  }),
  inline({
    name: 'repeat',
    args: [integer('count', 'how often'), text('text', 'what is repeated')],
    description: 'The text so many times; at most 1,000,000 characters.',
    example: { template: '{{repeat 3 "ab"}}', result: 'ababab' },
    fn: (count, value) => {
      if (count * value.length > 1_000_000) {
        throw new HelperError(`argument 1 (count) asks for more than 1000000 characters: ${count}`);
      }
      return value.repeat(Math.max(0, count));
    },
  }),
  inline({
    name: 'plural',
    args: [
      text('one', 'for exactly 1'),
      text('many', 'for any other number'),
      integer('count', 'the number'),
    ],
    description: 'One of two texts, by a number.',
    example: { template: '{{plural "server" "servers" 2}}', result: 'servers' },
    fn: (one, many, count) => (count === 1 ? one : many),
  }),
];

function numbered(parts: readonly string[]) {
  return makeMap(parts.map((part, index) => [`_${index}`, part]));
}

function trimAllOf(value: string, characters: ReadonlySet<string>): string {
  const chars = [...value];
  const isKept = (char: string): boolean => !characters.has(char);
  const start = chars.findIndex(isKept);
  return start < 0 ? '' : chars.slice(start, chars.findLastIndex(isKept) + 1).join('');
}

/** What Sprig's library does (the rules are those of Apache Commons' `abbreviate`). */
function abbreviate(value: string, offset: number, width: number): string {
  const chars = [...value];
  if (width < 4 || chars.length <= width) return value;
  const start = Math.min(Math.max(0, offset), chars.length - (width - 3));
  if (start <= 4) return `${chars.slice(0, width - 3).join('')}...`;
  if (width < 7) return value;
  if (start + width - 3 < chars.length) {
    return `...${abbreviate(chars.slice(start).join(''), 0, width - 3)}`;
  }
  return `...${chars.slice(chars.length - (width - 3)).join('')}`;
}
