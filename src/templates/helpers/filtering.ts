import { isDeepStrictEqual } from 'node:util';
import { fieldAt } from '../field-path.ts';
import { own, textOf } from '../values.ts';
import { any, list, path, text, texts } from './args.ts';
import { type InlineHelper, inline } from './helper.ts';
import { regexOf } from './regex.ts';

const items = list('list', 'what is filtered');
const label = text('label', 'name of a label');
const separator = text('separator', 'what stands between the values of one field');
const values = texts('values', 'the values looked for');

const containers = [
  { Name: 'a', Env: { PORT: '80', HOSTS: 'x,y' }, Labels: { role: 'web' } },
  { Name: 'b', Env: { HOSTS: 'y' }, Labels: { role: 'db' } },
  { Name: 'c', Env: { PORT: '81' }, Labels: {} },
];

/** docker-gen's filters. Each keeps the order of the list; an absent field equals nothing. */
export const filteringHelpers: readonly InlineHelper[] = [
  inline({
    name: 'where',
    args: [items, path(), any('value', 'what the field has to be')],
    description: 'The items of which a field has this value.',
    example: example('(where containers "Env.PORT" "80")', 'a'),
    fn: (all, field, value) => all.filter((item) => isDeepStrictEqual(fieldAt(item, field), value)),
  }),
  inline({
    name: 'whereNot',
    args: [items, path(), any('value', 'what the field must not be')],
    description: 'The items of which a field is absent or has another value.',
    example: example('(whereNot containers "Env.PORT" "80")', 'b c'),
    fn: (all, field, value) =>
      all.filter((item) => !isDeepStrictEqual(fieldAt(item, field), value)),
  }),
  inline({
    name: 'whereExist',
    args: [items, path()],
    description: 'The items that have a field.',
    example: example('(whereExist containers "Env.PORT")', 'a c'),
    fn: (all, field) => all.filter((item) => fieldAt(item, field) !== undefined),
  }),
  inline({
    name: 'whereNotExist',
    args: [items, path()],
    description: 'The items that do not have a field.',
    example: example('(whereNotExist containers "Env.PORT")', 'b'),
    fn: (all, field) => all.filter((item) => fieldAt(item, field) === undefined),
  }),
  inline({
    name: 'whereAny',
    args: [items, path(), separator, values],
    description:
      'The items of which a field, cut at the separator, has at least one of the values.',
    example: example('(whereAny containers "Env.HOSTS" "," (list "x" "z"))', 'a'),
    fn: (all, field, cut, wanted) =>
      all.filter((item) => {
        const found = valuesOf(item, field, cut);
        return found !== undefined && wanted.some((value) => found.includes(value));
      }),
  }),
  inline({
    name: 'whereAll',
    args: [items, path(), separator, values],
    description: 'The items of which a field, cut at the separator, has all of the values.',
    example: example('(whereAll containers "Env.HOSTS" "," (list "x" "y"))', 'a'),
    fn: (all, field, cut, wanted) =>
      all.filter((item) => {
        const found = valuesOf(item, field, cut);
        return found !== undefined && wanted.every((value) => found.includes(value));
      }),
  }),
  inline({
    name: 'whereLabelExists',
    args: [items, label],
    description: 'The containers that have a label.',
    example: example('(whereLabelExists containers "role")', 'a b'),
    fn: (all, name) => all.filter((item) => labelOf(item, name) !== undefined),
  }),
  inline({
    name: 'whereLabelDoesNotExist',
    args: [items, label],
    description: 'The containers that do not have a label.',
    example: example('(whereLabelDoesNotExist containers "role")', 'c'),
    fn: (all, name) => all.filter((item) => labelOf(item, name) === undefined),
  }),
  inline({
    name: 'whereLabelValueMatches',
    args: [items, label, text('regex', 'regular expression, matched anywhere in the value')],
    description: 'The containers of which a label matches a regular expression.',
    example: example('(whereLabelValueMatches containers "role" "^w")', 'a'),
    fn: (all, name, expression) => {
      const regex = regexOf(expression);
      return all.filter((item) => {
        const value = labelOf(item, name);
        return value !== undefined && regex.test(value);
      });
    },
  }),
];

function example(expression: string, result: string) {
  return {
    template: `{{join " " (groupByKeys ${expression} "Name")}}`,
    context: { containers },
    result,
  };
}

function labelOf(item: unknown, name: string): string | undefined {
  const value = own(own(item, 'Labels'), name);
  return typeof value === 'string' ? value : undefined;
}

/** `undefined` where the field is absent or has no text. */
function valuesOf(item: unknown, field: string, separator: string): string[] | undefined {
  const value = fieldAt(item, field);
  return value === undefined ? undefined : textOf(value)?.split(separator);
}
