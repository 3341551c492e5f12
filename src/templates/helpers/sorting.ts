import { fieldAt } from '../field-path.ts';
import { byCodeUnits, textOf } from '../values.ts';
import { list, path, texts } from './args.ts';
import { type InlineHelper, inline } from './helper.ts';

const servers = [
  { name: 'a', weight: '10' },
  { name: 'b', weight: '9' },
];
const show = '{{#each sorted}}{{name}} {{/each}}';

/** docker-gen's sorting functions; the list that is given stays as it is. */
export const sortingHelpers: readonly InlineHelper[] = [
  inline({
    name: 'sortStringsAsc',
    args: [texts('list', 'what is sorted')],
    description: 'The texts in ascending code unit order.',
    example: { template: '{{join " " (sortStringsAsc (list "b" "a"))}}', result: 'a b' },
    fn: (all) => all.toSorted(byCodeUnits),
  }),
  inline({
    name: 'sortStringsDesc',
    args: [texts('list', 'what is sorted')],
    description: 'The texts in descending code unit order.',
    example: { template: '{{join " " (sortStringsDesc (list "a" "b"))}}', result: 'b a' },
    fn: (all) => all.toSorted(byCodeUnits).reverse(),
  }),
  inline({
    name: 'sortObjectsByKeysAsc',
    args: [list('list', 'what is sorted'), path()],
    description:
      'The items by a field, ascending: whole numbers by value and before other text. Items ' +
      'with equal fields keep their order; an absent field counts as empty text.',
    example: example('(sortObjectsByKeysAsc servers "weight")', 'b a '),
    fn: (all, field) => sortByField(all, field, 1),
  }),
  inline({
    name: 'sortObjectsByKeysDesc',
    args: [list('list', 'what is sorted'), path()],
    description: 'Like `sortObjectsByKeysAsc`, but descending; equal items keep their order.',
    example: example('(sortObjectsByKeysDesc servers "weight")', 'a b '),
    fn: (all, field) => sortByField(all, field, -1),
  }),
];

function example(expression: string, result: string) {
  const template = `{{#let ${expression} as |sorted|}}${show}{{/let}}`;
  return { template, context: { servers }, result };
}

function sortByField(all: readonly unknown[], field: string, sign: 1 | -1): readonly unknown[] {
  return all
    .map((item) => ({ item, key: sortKeyOf(fieldAt(item, field)) }))
    .sort((a, b) => sign * compare(a.key, b.key))
    .map(({ item }) => item);
}

type SortKey = number | string;

function sortKeyOf(value: unknown): SortKey {
  const text = textOf(value) ?? '';
  return /^[+-]?\d+$/.test(text) ? Number(text) : text;
}

/**
 * docker-gen compares numerically where both sides are whole numbers, else as text. With both
 * kinds in one list that is no order (9 < 10 < 1a < 9), so numbers come first here.
 */
function compare(a: SortKey, b: SortKey): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
