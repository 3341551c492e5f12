import { kindOf, textOf } from '../values.ts';
import { any, text } from './args.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';
import { printf } from './printf.ts';

const part = any('part', 'a text, number or truth value');

/** Go's own printing functions. */
export const printingHelpers: readonly InlineHelper[] = [
  inline({
    name: 'print',
    args: [],
    rest: part,
    description: 'The values as one text, with a space between two that are both no text.',
    example: { template: '{{print 1 2 "a" 3}}', result: '1 2a3' },
    fn: (...parts) =>
      parts
        .map((value, index) => {
          const isApart = index > 0 && !isText(value) && !isText(parts[index - 1]);
          return `${isApart ? ' ' : ''}${shown('print', value)}`;
        })
        .join(''),
  }),
  inline({
    name: 'println',
    args: [],
    rest: part,
    description: 'The values with a space between all of them and a line end.',
    example: { template: '{{println 1 "a"}}', result: '1 a\n' },
    fn: (...parts) => `${parts.map((value) => shown('println', value)).join(' ')}\n`,
  }),
  inline({
    name: 'printf',
    args: [text('format', 'text with verbs such as `%s`')],
    rest: any('value', 'what stands for a verb'),
    description:
      "Go's formatting: `%s` text, `%d` whole number, `%v` anything, `%q` quoted text, `%t` truth " +
      'value, `%x` hexadecimal, `%f` `%e` `%g` numbers, `%c` a character, `%%` a percent sign, ' +
      'with flags, width and precision as in `%-8s`, `%05d`, `%.2f`. A value that does not fit ' +
      'its verb is an error.',
    example: {
      template: '{{printf "%s:%d weight=%.1f" host 80 1.25}}',
      context: { host: 'a.test' },
      result: 'a.test:80 weight=1.3',
    },
    fn: (format, ...values) => printf(format, values),
  }),
];

function isText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

function shown(name: string, item: unknown): string {
  const value = textOf(item);
  if (value === undefined) throw new HelperError(`cannot ${name} ${kindOf(item)}`);
  return value;
}
