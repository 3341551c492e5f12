import { fieldAt } from '../field-path.ts';
import { byCodeUnits, kindOf, own, textOf } from '../values.ts';
import { list, path, text } from './args.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';

const items = list('list', 'what is grouped');
const label = text('label', 'name of a label');

const containers = [
  { Name: 'a', Env: { VIRTUAL_HOST: 'one.test,two.test' }, Labels: { role: 'web' } },
  { Name: 'b', Env: { VIRTUAL_HOST: 'one.test' }, Labels: {} },
];
const show = '{{#each groups as |group key|}}{{key}}:{{#each group}} {{Name}}{{/each}}; {{/each}}';

/**
 * docker-gen's grouping functions. A result is a map without prototype, as its keys come from
 * containers; `each` visits it in sorted order. An item without the field is left out.
 */
export const groupingHelpers: readonly InlineHelper[] = [
  inline({
    name: 'groupBy',
    args: [items, path()],
    description: 'A map from each value of a field to the items that have it.',
    example: example(
      '(groupBy containers "Env.VIRTUAL_HOST")',
      'one.test: b; one.test,two.test: a; ',
    ),
    fn: (all, field) => group(all, (item) => keyOf(fieldAt(item, field), field)),
  }),
  inline({
    name: 'groupByWithDefault',
    args: [items, path(), text('default', 'key of the items without the field')],
    description: 'Like `groupBy`, but items without the field come under the default.',
    example: example('(groupByWithDefault containers "Labels.role" "none")', 'none: b; web: a; '),
    fn: (all, field, fallback) =>
      group(all, (item) => keyOf(fieldAt(item, field) ?? fallback, field)),
  }),
  inline({
    name: 'groupByKeys',
    args: [items, path()],
    description: 'The different values of a field, sorted.',
    example: {
      template: '{{join " " (groupByKeys containers "Name")}}',
      context: { containers },
      result: 'a b',
    },
    fn: (all, field) =>
      Object.keys(group(all, (item) => keyOf(fieldAt(item, field), field))).toSorted(byCodeUnits),
  }),
  inline({
    name: 'groupByMulti',
    args: [items, path(), text('separator', 'what stands between the values of one field')],
    description: 'Like `groupBy`, but a field may hold several values; an item comes under each.',
    example: example(
      '(groupByMulti containers "Env.VIRTUAL_HOST" ",")',
      'one.test: a b; two.test: a; ',
    ),
    fn: (all, field, separator) =>
      group(all, (item) => keyOf(fieldAt(item, field), field)?.split(separator)),
  }),
  inline({
    name: 'groupByLabel',
    args: [items, label],
    description: 'A map from each value of a label to the containers that have it.',
    example: example('(groupByLabel containers "role")', 'web: a; '),
    fn: (all, name) => group(all, (item) => keyOf(own(own(item, 'Labels'), name), name)),
  }),
  inline({
    name: 'groupByLabelWithDefault',
    args: [items, label, text('default', 'key of the containers without the label')],
    description: 'Like `groupByLabel`, but containers without the label come under the default.',
    example: example('(groupByLabelWithDefault containers "role" "none")', 'none: b; web: a; '),
    fn: (all, name, fallback) =>
      group(all, (item) => keyOf(own(own(item, 'Labels'), name) ?? fallback, name)),
  }),
];

function example(expression: string, result: string) {
  const template = `{{#let ${expression} as |groups|}}${show}{{/let}}`;
  return { template, context: { containers }, result };
}

function keyOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  const key = textOf(value);
  if (key === undefined) throw new HelperError(`cannot group by ${field}: it is ${kindOf(value)}`);
  return key;
}

function group(
  all: readonly unknown[],
  keysOf: (item: unknown) => string | readonly string[] | undefined,
): Readonly<Record<string, readonly unknown[]>> {
  const groups: Record<string, unknown[]> = Object.create(null);
  for (const item of all) {
    for (const key of [keysOf(item) ?? []].flat()) {
      groups[key] ??= [];
      groups[key].push(item);
    }
  }
  return groups;
}
