import { isDeepStrictEqual } from 'node:util';
import { isTruthy, kindOf } from '../values.ts';
import { any } from './args.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';

const a = any('a', 'the first');
const b = any('b', 'the second');

/** Comparison and logic as in Go's templates. */
export const logicHelpers: readonly InlineHelper[] = [
  inline({
    name: 'eq',
    args: [a, b],
    rest: any('more', 'other values that will do'),
    description:
      'Whether the first value equals any of the others. An absent value equals empty text, a ' +
      'number the text that spells it.',
    example: { template: '{{eq port "80" "8080"}}', context: { port: 8080 }, result: 'true' },
    fn: (value, ...others) => others.some((other) => isEqual(value, other)),
  }),
  inline({
    name: 'ne',
    args: [a, b],
    description: 'Whether two values differ.',
    example: { template: '{{ne "a" "b"}}', result: 'true' },
    fn: (first, second) => !isEqual(first, second),
  }),
  inline({
    name: 'and',
    args: [a],
    rest: any('more', 'further values'),
    description: 'The first value that is empty or false, else the last.',
    example: { template: '{{and "a" "b"}}', result: 'b' },
    fn: (...values) => decide(values, false),
  }),
  inline({
    name: 'or',
    args: [a],
    rest: any('more', 'further values'),
    description: 'The first value that is neither empty nor false, else the last.',
    example: { template: '{{or Env.HOST "localhost"}}', context: { Env: {} }, result: 'localhost' },
    fn: (...values) => decide(values, true),
  }),
  inline({
    name: 'not',
    args: [any('value', 'what is negated')],
    description: 'Whether the value is empty or false.',
    example: { template: '{{not ""}}', result: 'true' },
    fn: (value) => !isTruthy(value),
  }),
  ordering('lt', 'less than', (order) => order < 0, 'true'),
  ordering('le', 'at most', (order) => order <= 0, 'true'),
  ordering('gt', 'more than', (order) => order > 0, 'false'),
  ordering('ge', 'at least', (order) => order >= 0, 'false'),
];

/** The first value of this truth, else the last value. */
function decide(values: readonly unknown[], truth: boolean): unknown {
  const index = values.findIndex((value) => isTruthy(value) === truth);
  return values.at(index);
}

function ordering(
  name: string,
  words: string,
  accepts: (order: number) => boolean,
  result: string,
): InlineHelper {
  return inline({
    name,
    args: [a, b],
    description: `Whether the first is ${words} the second: numbers by value, text by code unit.`,
    example: { template: `{{${name} 8 10}}`, result },
    fn: (first, second) => accepts(compare(first, second)),
  });
}

function isEqual(first: unknown, second: unknown): boolean {
  const x = first ?? '';
  const y = second ?? '';
  if (typeof x === 'string' && typeof y === 'string') return x === y;
  if (typeof x === 'number' && typeof y === 'string') return String(x) === y;
  if (typeof x === 'string' && typeof y === 'number') return x === String(y);
  return isDeepStrictEqual(x, y);
}

/** Below, at or above 0. Text that spells a number counts as one beside a number. */
function compare(first: unknown, second: unknown): number {
  if (typeof first === 'string' && typeof second === 'string') {
    return first < second ? -1 : first > second ? 1 : 0;
  }
  const [x, y] = [numberOf(first), numberOf(second)];
  if (x !== undefined && y !== undefined) return x - y;
  throw new HelperError(
    `arguments 1 (a) and 2 (b) must be two numbers or two texts, got ${kindOf(first)} and ${kindOf(second)}`,
  );
}

function numberOf(value: unknown): number | undefined {
  const isNumeral = typeof value === 'string' && /^[+-]?\d+(?:\.\d+)?$/.test(value);
  const number = isNumeral ? Number(value) : value;
  return typeof number === 'number' ? number : undefined;
}
