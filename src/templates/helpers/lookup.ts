import { isKeyed, isTruthy, keysOf, kindOf, own, textOf } from '../values.ts';
import { any, map, text } from './args.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';

/** Finding and choosing values. */
export const lookupHelpers: readonly InlineHelper[] = [
  inline({
    name: 'lookup',
    args: [any('from', 'a map or list'), any('key', 'a key or index')],
    description: 'The value under a key, or the item at an index; nothing where there is none.',
    example: { template: '{{lookup Env "A.B"}}', context: { Env: { 'A.B': 'x' } }, result: 'x' },
    fn: (from, key) => step(from, key),
  }),
  inline({
    name: 'index',
    args: [any('from', 'a map or list')],
    rest: any('key', 'a key or index'),
    description: 'Like `lookup` with several keys, one for each level.',
    example: {
      template: '{{index containers 0 "Env" "A"}}',
      context: { containers: [{ Env: { A: 'x' } }] },
      result: 'x',
    },
    fn: (from, ...keys) => keys.reduce(step, from),
  }),
  inline({
    name: 'coalesce',
    args: [any('value', 'the first choice')],
    rest: any('more', 'further choices'),
    description: 'The first value that is not absent; empty text is not absent.',
    example: {
      template: '{{coalesce Env.A Env.B "c"}}',
      context: { Env: { B: 'b' } },
      result: 'b',
    },
    fn: (...values) => values.find((value) => value !== undefined && value !== null),
  }),
  inline({
    name: 'sprigCoalesce',
    args: [],
    rest: any('value', 'a choice'),
    description: "Sprig's `coalesce`: the first value that is neither empty, nor 0, nor false.",
    example: {
      template: '{{sprigCoalesce Env.A Env.B "c"}}',
      context: { Env: { A: '' } },
      result: 'c',
    },
    fn: (...values) => values.find(isTruthy),
  }),
  inline({
    name: 'default',
    args: [any('default', 'what takes its place'), any('value', 'the first choice')],
    description: 'The value, or the default if it is absent, empty, 0 or false.',
    example: { template: '{{default "80" Env.PORT}}', context: { Env: {} }, result: '80' },
    fn: (fallback, value) => (isTruthy(value) ? value : fallback),
  }),
  inline({
    name: 'contains',
    args: [map('map', 'a map'), text('key', 'the key looked for')],
    description: 'Whether a map has a key.',
    example: { template: '{{contains Env "A"}}', context: { Env: { A: '' } }, result: 'true' },
    fn: (from, key) => (from instanceof Map ? from.has(key) : Object.hasOwn(from, key)),
  }),
  inline({
    name: 'keys',
    args: [map('map', 'a map')],
    description: 'The keys of a map, sorted.',
    example: {
      template: '{{join " " (keys Env)}}',
      context: { Env: { B: '', A: '' } },
      result: 'A B',
    },
    fn: (from) => keysOf(from),
  }),
  inline({
    name: 'len',
    args: [any('value', 'a list, map or text')],
    description: 'How many items a list or map has; of text, its bytes in UTF-8 as in Go.',
    example: { template: '{{len (list "a" "b")}}', result: '2' },
    fn: (value) => lengthOf(value),
  }),
];

function step(from: unknown, key: unknown): unknown {
  return typeof key === 'number' ? own(from, key) : own(from, textOf(key) ?? '');
}

function lengthOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (value instanceof Set) return value.size;
  if (isKeyed(value)) return keysOf(value).length;
  throw new HelperError(`argument 1 (value) must be a list, map or text, got ${kindOf(value)}`);
}
