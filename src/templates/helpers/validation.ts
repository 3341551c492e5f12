import { integer, list, text } from './args.ts';
import { goText } from './go-text.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';

/** Values that end the rendering unless they are what the template needs. */
export const validationHelpers: readonly InlineHelper[] = [
  inline({
    name: 'fail',
    args: [text('message', 'what is wrong, and what to do')],
    description: 'Ends the rendering with this message.',
    example: {
      template: '{{#if broken}}{{fail "no certificate"}}{{else}}fine{{/if}}',
      result: 'fine',
    },
    fn: (message) => {
      throw new HelperError(message);
    },
  }),
  inline({
    name: 'parseBool',
    args: [text('text', '`1`, `t`, `true`, `0`, `f` or `false`, also with capitals')],
    description: 'The truth value that a text spells; an error for any other.',
    example: { template: '{{parseBool "true"}}', result: 'true' },
    fn: (value) => {
      if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) return true;
      if (/^(?:0|f|F|FALSE|false|False)$/.test(value)) return false;
      throw new HelperError(
        `argument 1 (text) must be true or false (or 1, t, 0, f), got ${shown(value)}`,
      );
    },
  }),
  inline({
    name: 'mustBeOneOf',
    args: [list('allowed', 'what it may be'), text('value', 'the value')],
    description: 'The value, if it is one of these; else an error.',
    example: { template: '{{mustBeOneOf (list "on" "off") "on"}}', result: 'on' },
    fn: (allowed, value) => {
      const all = allowed.map(goText);
      if (all.includes(value)) return value;
      throw new HelperError(
        `argument 2 (value) must be one of ${all.map(shown).join(', ')}, got ${shown(value)}`,
      );
    },
  }),
  inline({
    name: 'mustBeInt',
    args: [text('value', 'the value')],
    description: 'The value as a whole number, if it spells one; else an error.',
    example: { template: '{{mustBeInt "80"}}', result: '80' },
    fn: (value) => wholeOf(value, 1),
  }),
  inline({
    name: 'mustBeIntInRange',
    args: [
      integer('least', 'the least it may be'),
      integer('most', 'the most it may be'),
      text('value', 'the value'),
    ],
    description: 'The value as a whole number, if it spells one between these; else an error.',
    example: { template: '{{mustBeIntInRange 1 65535 "80"}}', result: '80' },
    fn: (least, most, value) => {
      const number = wholeOf(value, 3);
      if (number >= least && number <= most) return number;
      throw new HelperError(
        `argument 3 (value) must be between ${least} and ${most}, got ${number}`,
      );
    },
  }),
];

function wholeOf(value: string, position: number): number {
  const number = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new HelperError(`argument ${position} (value) must be a whole number, got ${shown(value)}`);
}

/** A container's value: on one line, and not without end. */
function shown(value: string): string {
  return JSON.stringify(value.slice(0, 100));
}
