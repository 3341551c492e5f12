import { kindOf, textOf } from '../values.ts';
import { any, integer, list, optional, text } from './args.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';

const subject = text('text', 'what is changed');

/** Work on text, under docker-gen's and Sprig's names and with their argument order. */
export const stringHelpers: readonly InlineHelper[] = [
  inline({
    name: 'join',
    args: [text('separator', 'what comes between'), list('list', 'the items')],
    description: 'The items as one text, with a separator between them; absent items are left out.',
    example: { template: '{{join ", " (list "a" "b")}}', result: 'a, b' },
    fn: (separator, items) =>
      items
        .filter((item) => item !== undefined && item !== null)
        .map((item) => shown('join', item))
        .join(separator),
  }),
  inline({
    name: 'split',
    args: [subject, text('separator', 'where it is cut')],
    description: 'The parts of a text; with an empty separator its characters.',
    example: { template: '{{last (split "a,b" ",")}}', result: 'b' },
    fn: (value, separator) => splitN(value, separator, -1),
  }),
  inline({
    name: 'splitN',
    args: [subject, text('separator', 'where it is cut'), integer('count', 'how many parts')],
    description:
      'Like `split`, but at most so many parts, the last with the rest; all if the count is ' +
      'negative, none if it is 0.',
    example: { template: '{{last (splitN "a:b:c" ":" 2)}}', result: 'b:c' },
    fn: (value, separator, count) => splitN(value, separator, count),
  }),
  inline({
    name: 'trim',
    args: [subject],
    description: 'The text without white space at its ends.',
    example: { template: '[{{trim " a b "}}]', result: '[a b]' },
    fn: (value) => trim(value),
  }),
  inline({
    name: 'replace',
    args: [
      subject,
      text('old', 'what is replaced'),
      text('new', 'what takes its place'),
      optional(integer('count', 'how many at most; all if negative or left out')),
    ],
    description: 'The text with one part replaced by another, from the left.',
    example: { template: '{{replace "a.b.c" "." "_" 1}}', result: 'a_b.c' },
    fn: (value, old, by, count = -1) => replace(value, old, by, count),
  }),
  inline({
    name: 'sprigReplace',
    args: [text('old', 'what is replaced'), text('new', 'what takes its place'), subject],
    description: "Sprig's `replace`: all of them, with the text as last argument.",
    example: { template: '{{sprigReplace "." "_" "a.b.c"}}', result: 'a_b_c' },
    fn: (old, by, value) => replace(value, old, by, -1),
  }),
  inline({
    name: 'concat',
    args: [],
    rest: any('part', 'texts to join, or lists to join'),
    description: 'All texts as one text, or all lists as one list.',
    example: { template: '{{concat "up-" 8080}}', result: 'up-8080' },
    fn: (...parts) => {
      if (parts.length > 0 && parts.every((part) => Array.isArray(part))) return parts.flat();
      return parts.map((part) => shown('concat', part)).join('');
    },
  }),
];

/** Go's `strings.SplitN`; an empty separator cuts into characters. */
export function splitN(value: string, separator: string, count: number): string[] {
  const parts = separator === '' ? [...value] : value.split(separator);
  if (count < 0 || parts.length <= count) return parts;
  return count === 0 ? [] : [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

function shown(name: string, item: unknown): string {
  const value = textOf(item);
  if (value === undefined) throw new HelperError(`cannot ${name} ${kindOf(item)}`);
  return value;
}

/** Go's `strings.Replace`: an empty `old` matches before each character and at the end. */
function replace(value: string, old: string, by: string, count: number): string {
  if (old === by || count === 0) return value;
  const parts = old === '' ? ['', ...value, ''] : value.split(old);
  const cuts = parts.length - 1;
  const done = count < 0 ? cuts : Math.min(count, cuts);
  return parts.slice(1).reduce((result, part, index) => {
    return result + (index < done ? by : old) + part;
  }, parts[0] ?? '');
}

/** Unicode white space, as in Go. By hand, as an expression takes n² steps for n spaces inside. */
function trim(value: string): string {
  const isSpace = (index: number): boolean => /\p{White_Space}/u.test(value.charAt(index));
  let start = 0;
  let end = value.length;
  while (start < end && isSpace(start)) start++;
  while (end > start && isSpace(end - 1)) end--;
  return value.slice(start, end);
}
