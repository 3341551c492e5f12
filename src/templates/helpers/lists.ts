import { isDeepStrictEqual } from 'node:util';
import { byCodeUnits, isTruthy } from '../values.ts';
import { any, integer, list, optional, text, texts, whole } from './args.ts';
import { goText } from './go-text.ts';
import { alsoNamed, HelperError, type InlineHelper, inline } from './helper.ts';

const items = list('list', 'a list');

const makeList = inline({
  name: 'list',
  args: [],
  rest: any('item', 'an item'),
  description: 'A list of the given values.',
  example: { template: '{{join "-" (list 1 2)}}', result: '1-2' },
  fn: (...values) => values,
});

/** Those that Sprig also has as `mustName`. Both fail in the same way here. */
const doubled: readonly InlineHelper[] = [
  inline({
    name: 'first',
    args: [items],
    description: 'The first item; nothing if the list is empty.',
    example: { template: '{{first (list "a" "b")}}', result: 'a' },
    fn: (all) => all[0],
  }),
  inline({
    name: 'last',
    args: [items],
    description: 'The last item; nothing if the list is empty.',
    example: { template: '{{last (list "a" "b")}}', result: 'b' },
    fn: (all) => all.at(-1),
  }),
  inline({
    name: 'rest',
    args: [items],
    description: 'All items but the first.',
    example: { template: '{{join " " (rest (list 1 2 3))}}', result: '2 3' },
    fn: (all) => all.slice(1),
  }),
  inline({
    name: 'initial',
    args: [items],
    description: 'All items but the last.',
    example: { template: '{{join " " (initial (list 1 2 3))}}', result: '1 2' },
    fn: (all) => all.slice(0, -1),
  }),
  inline({
    name: 'append',
    args: [items, any('item', 'what comes last')],
    description: 'A new list with one more item at the end.',
    example: { template: '{{join " " (append (list 1 2) 3)}}', result: '1 2 3' },
    fn: (all, item) => [...all, item],
  }),
  inline({
    name: 'prepend',
    args: [items, any('item', 'what comes first')],
    description: 'A new list with one more item at the beginning.',
    example: { template: '{{join " " (prepend (list 1 2) 0)}}', result: '0 1 2' },
    fn: (all, item) => [item, ...all],
  }),
  inline({
    name: 'reverse',
    args: [items],
    description: 'The items from last to first.',
    example: { template: '{{join " " (reverse (list 1 2 3))}}', result: '3 2 1' },
    fn: (all) => all.toReversed(),
  }),
  inline({
    name: 'uniq',
    args: [items],
    description: 'The items without those that came before, lists and maps compared by content.',
    example: { template: '{{join " " (uniq (list 1 2 1))}}', result: '1 2' },
    fn: (all) => unique(all),
  }),
  inline({
    name: 'compact',
    args: [items],
    description: 'The items that are neither empty, nor 0, nor false.',
    example: { template: '{{join " " (compact (list "a" "" "b"))}}', result: 'a b' },
    fn: (all) => all.filter(isTruthy),
  }),
  inline({
    name: 'without',
    args: [items],
    rest: any('item', 'what is left out'),
    description: 'The items that equal none of the given ones.',
    example: { template: '{{join " " (without (list 1 2 3) 1 3)}}', result: '2' },
    fn: (all, ...unwanted) => all.filter((item) => !holds(unwanted, item)),
  }),
  inline({
    name: 'has',
    args: [any('item', 'what is looked for'), items],
    description: 'Whether a list has an item; types count, as in Go.',
    example: { template: '{{has 2 (list 1 2)}} {{has "2" (list 1 2)}}', result: 'true false' },
    fn: (item, all) => holds(all, item),
  }),
  inline({
    name: 'slice',
    args: [
      items,
      optional(integer('start', 'first item, from 0; 0 if left out')),
      optional(integer('end', 'the item to stop before; the length if left out')),
    ],
    description: 'The items from start up to end.',
    example: { template: '{{join " " (slice (list 1 2 3 4) 1 3)}}', result: '2 3' },
    fn: (all, start = 0, end = all.length) => all.slice(Math.max(0, start), Math.max(0, end)),
  }),
  inline({
    name: 'chunk',
    args: [integer('size', 'items in a part, 1 or more'), items],
    description: 'The list cut into lists of this size; the last may be shorter.',
    example: {
      template: '{{#each (chunk 2 (list 1 2 3))}}[{{join " " this}}]{{/each}}',
      result: '[1 2][3]',
    },
    fn: (size, all) => {
      if (size < 1) throw new HelperError(`argument 1 (size) must be at least 1, got ${size}`);
      return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
        all.slice(index * size, (index + 1) * size),
      );
    },
  }),
];

/** Sprig's work on lists. The list that is given stays as it is. */
export const listHelpers: readonly InlineHelper[] = [
  makeList,
  alsoNamed(makeList, 'tuple'),
  ...doubled.flatMap((helper) => [helper, alsoNamed(helper, mustName(helper.name))]),
  inline({
    name: 'sortAlpha',
    args: [list('list', 'what is sorted')],
    description: 'The items as text, in ascending code unit order.',
    example: { template: '{{join " " (sortAlpha (list "b" "a"))}}', result: 'a b' },
    fn: (all) => all.map(goText).toSorted(byCodeUnits),
  }),
  inline({
    name: 'toStrings',
    args: [items],
    description: 'The items as text; absent ones are left out.',
    example: { template: '{{json (toStrings (list 1 true))}}', result: '["1","true"]' },
    fn: (all) => all.filter((item) => item !== undefined && item !== null).map(goText),
  }),
  inline({
    name: 'intersect',
    args: [texts('a', 'a list'), texts('b', 'another')],
    description: 'The texts that are in both lists, each once, in the order of the first.',
    example: {
      template: '{{join " " (intersect (list "c" "a" "b") (list "b" "c"))}}',
      result: 'c b',
    },
    fn: (a, b) => {
      const other = new Set(b);
      return [...new Set(a)].filter((item) => other.has(item));
    },
  }),
  inline({
    name: 'closest',
    args: [texts('values', 'what may be in the text'), text('text', 'a text')],
    description: 'The longest of the values that is a part of the text; empty if none is.',
    example: {
      template: '{{closest (list "b.test" "a.b.test") "x.a.b.test"}}',
      result: 'a.b.test',
    },
    fn: (values, value) =>
      values.reduce(
        (best, part) =>
          value.includes(part) && Buffer.byteLength(part) > Buffer.byteLength(best) ? part : best,
        '',
      ),
  }),
  inline({
    name: 'until',
    args: [integer('count', 'where to stop')],
    description: 'The whole numbers from 0 up to the count, or down to a negative one.',
    example: { template: '{{join " " (until 3)}}', result: '0 1 2' },
    fn: (count) => range(0, count, count < 0 ? -1 : 1),
  }),
  inline({
    name: 'untilStep',
    args: [
      whole('start', 'the first number'),
      whole('stop', 'where to stop; it is not in the list'),
      whole('step', 'what is added; with 0 the list is empty'),
    ],
    description: 'The whole numbers from start up (or down) to stop.',
    example: { template: '{{join " " (untilStep 3 -6 -3)}}', result: '3 0 -3' },
    fn: (start, stop, step) => range(start, stop, step),
  }),
  inline({
    name: 'seq',
    args: [],
    rest: whole('number', 'end; start and end; or start, step and end'),
    description: 'The whole numbers up to and with the end, as text with spaces, from 1.',
    example: { template: '{{seq 3}}|{{seq 0 2 4}}|{{seq 2 0}}', result: '1 2 3|0 2 4|2 1 0' },
    fn: (...numbers) => seq(numbers).join(' '),
  }),
];

function mustName(name: string): string {
  return `must${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function holds(all: readonly unknown[], item: unknown): boolean {
  return all.some((other) => isDeepStrictEqual(other ?? undefined, item ?? undefined));
}

function unique(all: readonly unknown[]): readonly unknown[] {
  // Text and numbers, which lists mostly hold, without comparing each with each.
  if (all.every((item) => typeof item === 'string' || typeof item === 'number')) {
    return [...new Set(all)];
  }
  const kept: unknown[] = [];
  for (const item of all) if (!holds(kept, item)) kept.push(item);
  return kept;
}

const LONGEST = 1_000_000;

/** Without `stop`. A length that no file needs is refused, as it may be a container's value. */
function range(start: number, stop: number, step: number): readonly number[] {
  if (step === 0) return [];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > LONGEST)
    throw new HelperError(`${length} numbers are asked for; most are ${LONGEST}`);
  return Array.from({ length }, (_, index) => start + index * step);
}

function seq(numbers: readonly number[]): readonly number[] {
  const [a, b, c] = numbers;
  if (a === undefined || numbers.length > 3) return [];
  if (b === undefined) return a < 1 ? range(1, a - 1, -1) : range(1, a + 1, 1);
  const [end, step] = c === undefined ? [b, a <= b ? 1 : -1] : [c, b];
  return range(a, end + Math.sign(step), step);
}
