import { isDeepStrictEqual } from 'node:util';
import { isKeyed, isTruthy } from '../values.ts';
import { any, text, truth } from './args.ts';
import { goText } from './go-text.ts';
import { type InlineHelper, inline } from './helper.ts';
import { isMade } from './made-maps.ts';

const value = any('value', 'any value');

/** What a value is, whether it is anything, and one of two. */
export const typeHelpers: readonly InlineHelper[] = [
  inline({
    name: 'when',
    args: [truth('condition', 'what decides'), any('a', 'if it is true'), any('b', 'if not')],
    description: 'One of two values, by a truth value such as the result of `eq`.',
    example: {
      template: '{{when (eq port 443) "https" "http"}}',
      context: { port: 443 },
      result: 'https',
    },
    fn: (condition, a, b) => (condition ? a : b),
  }),
  inline({
    name: 'ternary',
    args: [any('a', 'if it is true'), any('b', 'if not'), truth('condition', 'what decides')],
    description: 'Like `when`, with the truth value last.',
    example: { template: '{{ternary "yes" "no" (eq 1 2)}}', result: 'no' },
    fn: (a, b, condition) => (condition ? a : b),
  }),
  inline({
    name: 'empty',
    args: [value],
    description: 'Whether a value is absent, 0, false, or has no characters or items.',
    example: { template: '{{empty ""}}', result: 'true' },
    fn: (given) => !isTruthy(given),
  }),
  inline({
    name: 'all',
    args: [],
    rest: value,
    description: 'Whether none of the values is empty.',
    example: { template: '{{all 1 "a"}} {{all 1 ""}}', result: 'true false' },
    fn: (...values) => values.every(isTruthy),
  }),
  inline({
    name: 'any',
    args: [],
    rest: value,
    description: 'Whether one of the values is not empty.',
    example: { template: '{{any "" 0 "a"}}', result: 'true' },
    fn: (...values) => values.some(isTruthy),
  }),
  inline({
    name: 'deepEqual',
    args: [any('a', 'a value'), any('b', 'another')],
    description: 'Whether two values are the same down to the last item; types count.',
    example: { template: '{{deepEqual (list 1 2) (list 1 2)}}', result: 'true' },
    fn: (a, b) => isDeepStrictEqual(a ?? undefined, b ?? undefined),
  }),
  inline({
    name: 'toString',
    args: [value],
    description: 'The value as text, as Go prints it: lists as `[a b]`, maps as `map[k:v]`.',
    example: { template: '{{toString (list 1 "a")}}', result: '[1 a]' },
    fn: (given) => goText(given),
  }),
  inline({
    name: 'kindOf',
    args: [value],
    description:
      "Go's word for what a value is: `string`, `int`, `float64`, `bool`, `slice`, `map`, " +
      '`struct` (what tsgen gives, such as a container) or `invalid` (nothing).',
    example: { template: '{{kindOf 1}} {{kindOf (list)}}', result: 'int slice' },
    fn: (given) => kindOf(given),
  }),
  inline({
    name: 'kindIs',
    args: [text('kind', 'as `kindOf` says it'), value],
    description: 'Whether a value is of this kind.',
    example: { template: '{{kindIs "map" (dict)}}', result: 'true' },
    fn: (kind, given) => kindOf(given) === kind,
  }),
  inline({
    name: 'typeOf',
    args: [value],
    description: "Go's name for the type of a value.",
    example: { template: '{{typeOf "a"}}', result: 'string' },
    fn: (given) => typeOf(given),
  }),
  ...['typeIs', 'typeIsLike'].map((name) =>
    inline({
      name,
      args: [text('type', 'as `typeOf` says it'), value],
      description: 'Whether a value is of this type.',
      example: { template: `{{${name} "string" "a"}}`, result: 'true' },
      fn: (type, given) => typeOf(given) === type,
    }),
  ),
];

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'invalid';
  if (Array.isArray(value) || value instanceof Set) return 'slice';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  if (!isKeyed(value)) return 'func';
  const isMap = isMade(value) || value instanceof Map || Object.getPrototypeOf(value) === null;
  return isMap ? 'map' : 'struct';
}

function typeOf(value: unknown): string {
  const kind = kindOf(value);
  const names: Readonly<Record<string, string>> = {
    invalid: '<nil>',
    slice: '[]interface {}',
    map: 'map[string]interface {}',
  };
  return names[kind] ?? kind;
}
