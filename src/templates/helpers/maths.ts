import { any, integer, number, optional, whole } from './args.ts';
import { addDecimals, divideDecimals, multiplyDecimals, subtractDecimals } from './decimal.ts';
import { alsoNamed, HelperError, type InlineHelper, inline } from './helper.ts';

const a = whole('a', 'a number; what stands after the point is dropped');
const b = whole('b', 'another');
const x = number('a', 'a number');
const y = number('b', 'another');

const max = inline({
  name: 'max',
  args: [a],
  rest: b,
  description: 'The greatest of whole numbers.',
  example: { template: '{{max 1 3 2}}', result: '3' },
  fn: (...values) => extreme(values, 1),
});

/** Sprig's maths: whole numbers, and those on `f` with a point. */
export const mathHelpers: readonly InlineHelper[] = [
  inline({
    name: 'add',
    args: [],
    rest: a,
    description: 'The sum of whole numbers.',
    example: { template: '{{add 1 2 3}}', result: '6' },
    fn: (...values) => exact(values.reduce((sum, value) => sum + value, 0)),
  }),
  inline({
    name: 'add1',
    args: [a],
    description: 'The whole number after.',
    example: { template: '{{add1 1}}', result: '2' },
    fn: (value) => exact(value + 1),
  }),
  inline({
    name: 'sub',
    args: [a, b],
    description: 'The first whole number less the second.',
    example: { template: '{{sub 5 2}}', result: '3' },
    fn: (first, second) => exact(first - second),
  }),
  inline({
    name: 'mul',
    args: [a],
    rest: b,
    description: 'The product of whole numbers.',
    example: { template: '{{mul 2 3 4}}', result: '24' },
    fn: (...values) => exact(values.reduce((product, value) => product * value, 1)),
  }),
  inline({
    name: 'div',
    args: [a, b],
    description: 'The first whole number divided by the second, without the rest.',
    example: { template: '{{div 7 2}} {{div -7 2}}', result: '3 -3' },
    fn: (first, second) => Math.trunc(first / divisor(second)) + 0,
  }),
  inline({
    name: 'mod',
    args: [a, b],
    description: 'The rest of that division; it has the sign of the first.',
    example: { template: '{{mod 7 2}} {{mod -7 2}}', result: '1 -1' },
    fn: (first, second) => (first % divisor(second)) + 0,
  }),
  max,
  alsoNamed(max, 'biggest'),
  inline({
    name: 'min',
    args: [a],
    rest: b,
    description: 'The least of whole numbers.',
    example: { template: '{{min 1 3 2}}', result: '1' },
    fn: (...values) => extreme(values, -1),
  }),
  inline({
    name: 'addf',
    args: [],
    rest: x,
    description: 'The sum, in decimal: no 0.30000000000000004.',
    example: { template: '{{addf 0.1 0.2}}', result: '0.3' },
    fn: (...values) => values.reduce(addDecimals, 0),
  }),
  inline({
    name: 'add1f',
    args: [x],
    description: 'The number and 1.',
    example: { template: '{{add1f 1.5}}', result: '2.5' },
    fn: (value) => addDecimals(value, 1),
  }),
  inline({
    name: 'subf',
    args: [x],
    rest: y,
    description: 'The first less all the others, in decimal.',
    example: { template: '{{subf 7.5 2 3}}', result: '2.5' },
    fn: (first, ...others) => others.reduce(subtractDecimals, first),
  }),
  inline({
    name: 'mulf',
    args: [x],
    rest: y,
    description: 'The product, in decimal.',
    example: { template: '{{mulf 1.5 2 2}}', result: '6' },
    fn: (first, ...others) => others.reduce(multiplyDecimals, first),
  }),
  inline({
    name: 'divf',
    args: [x],
    rest: y,
    description: 'The first divided by all the others, to 16 places.',
    example: { template: '{{divf 10 4}}', result: '2.5' },
    fn: (first, ...others) =>
      others.reduce((value, other) => divideDecimals(value, divisor(other)), first),
  }),
  inline({
    name: 'maxf',
    args: [x],
    rest: y,
    description: 'The greatest number.',
    example: { template: '{{maxf 1 2.5}}', result: '2.5' },
    fn: (...values) => extreme(values, 1),
  }),
  inline({
    name: 'minf',
    args: [x],
    rest: y,
    description: 'The least number.',
    example: { template: '{{minf 1.5 2}}', result: '1.5' },
    fn: (...values) => extreme(values, -1),
  }),
  inline({
    name: 'floor',
    args: [x],
    description: 'The next whole number below.',
    example: { template: '{{floor 1.9}}', result: '1' },
    fn: (value) => Math.floor(value) + 0,
  }),
  inline({
    name: 'ceil',
    args: [x],
    description: 'The next whole number above.',
    example: { template: '{{ceil 1.1}}', result: '2' },
    fn: (value) => Math.ceil(value) + 0,
  }),
  inline({
    name: 'round',
    args: [
      x,
      integer('places', 'digits after the point'),
      optional(number('from', 'the part from which it goes up; 0.5 if left out')),
    ],
    description: 'The number rounded to so many places, away from zero at the half.',
    example: { template: '{{round 123.5555 3}} {{round -1.5 0}}', result: '123.556 -2' },
    fn: (value, places, from = 0.5) => round(value, places, from),
  }),
  inline({
    name: 'int64',
    args: [any('value', 'a number, a text or a truth value')],
    description: 'The value as a whole number; 0 for what is none.',
    example: { template: '{{int64 "42"}} {{int64 "x"}} {{int64 3.9}}', result: '42 0 3' },
    fn: (value) => toWhole(value),
  }),
  inline({
    name: 'int',
    args: [any('value', 'a number, a text or a truth value')],
    description: 'The same as `int64`.',
    example: {
      template: '{{add (int Env.PORT) 1}}',
      context: { Env: { PORT: '80' } },
      result: '81',
    },
    fn: (value) => toWhole(value),
  }),
  inline({
    name: 'atoi',
    args: [any('value', 'a text')],
    description: 'The text as a whole number; 0 for what is none.',
    example: { template: '{{atoi "42"}} {{atoi "4.2"}}', result: '42 0' },
    fn: (value) => (typeof value === 'string' && /^[+-]?\d+$/.test(value) ? toWhole(value) : 0),
  }),
  inline({
    name: 'float64',
    args: [any('value', 'a number, a text or a truth value')],
    description: 'The value as a number; 0 for what is none.',
    example: { template: '{{float64 "4.50"}}', result: '4.5' },
    fn: (value) => toNumber(value),
  }),
  inline({
    name: 'toDecimal',
    args: [any('value', 'octal digits, such as the rights of a file')],
    description: 'The number that octal digits spell; 0 for what is none.',
    example: { template: '{{toDecimal "777"}}', result: '511' },
    fn: (value) => (/^[0-7]+$/.test(String(value)) ? Number.parseInt(String(value), 8) : 0),
  }),
];

function extreme(values: readonly number[], sign: 1 | -1): number {
  return values.reduce((best, value) => (sign * value > sign * best ? value : best));
}

/** Beyond 2^53 JavaScript would show another number than the right one. */
function exact(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new HelperError('the result is beyond the whole numbers that are exact (9007199254740991)');
}

function divisor(value: number): number {
  if (value === 0) throw new HelperError('argument 2 (b) must not be 0');
  return value;
}

function round(value: number, places: number, from: number): number {
  const shift = 10 ** Math.min(Math.max(places, -300), 300);
  const size = multiplyDecimals(Math.abs(value), shift);
  const below = Math.floor(size);
  const digits = subtractDecimals(size, below) >= from && size !== below ? below + 1 : below;
  return Math.sign(value) * divideDecimals(digits, shift) + 0;
}

function toNumber(value: unknown): number {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string' && value.trim() !== value) return 0;
  const result = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0;
  return Number.isFinite(result) ? result : 0;
}

function toWhole(value: unknown): number {
  if (typeof value === 'string' && !/^[+-]?\d+(?:\.\d+)?$/.test(value)) return 0;
  const result = Math.trunc(toNumber(value)) + 0;
  return Number.isSafeInteger(result) ? result : 0;
}
