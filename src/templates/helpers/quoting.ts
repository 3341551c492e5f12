import { messageOf } from '../../base/errors.ts';
import { shellQuote } from '../../base/shell-quote.ts';
import { parseHsts } from '../../routing/hsts.ts';
import { nginxComment, nginxInclude, nginxQuote } from '../quote.ts';
import { text } from './args.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';

/** Spelling foreign text safely in a proxy's configuration or a shell script. */
export const quotingHelpers: readonly InlineHelper[] = [
  inline({
    name: 'nginxQuote',
    args: [text('text', 'any text without a NUL')],
    description:
      'The text as one parameter of an nginx directive. nginx still replaces `$variables` in it ' +
      'where a directive takes them.',
    example: { template: 'add_header X {{nginxQuote "a; b"}};', result: 'add_header X "a; b";' },
    fn: (value) => nginxQuote(value),
  }),
  inline({
    name: 'nginxInclude',
    args: [text('path', 'the path of a file')],
    description:
      "The path as the parameter of nginx's `include`: that file alone, also where its name holds " +
      'what `include` takes for a pattern.',
    example: {
      template: 'include {{nginxInclude "/etc/nginx/vhost.d/*.example.com"}};',
      result: 'include "/etc/nginx/vhost.d/[*].example.com";',
    },
    fn: (value) => nginxInclude(value),
  }),
  inline({
    name: 'nginxComment',
    args: [text('text', 'any text')],
    description:
      'The text on one line, for use after `#`: what could end the line is made visible.',
    example: {
      template: '# {{nginxComment name}}',
      context: { name: 'a\nb' },
      result: '# a\\nb',
    },
    fn: (value) => nginxComment(value),
  }),
  inline({
    name: 'nginxMustParseHSTS',
    args: [text('value', 'a `Strict-Transport-Security` header')],
    description:
      'The header in one spelling, safe between double quotes; an error if it is not valid ' +
      '(RFC 6797).',
    example: {
      template: '{{nginxMustParseHSTS "includesubdomains; max-age=31536000"}}',
      result: 'max-age=31536000; includeSubDomains',
    },
    fn: (value) => {
      try {
        return parseHsts(value);
      } catch (cause) {
        throw new HelperError(`argument 1 (value) is not valid: ${messageOf(cause)}`, { cause });
      }
    },
  }),
  inline({
    name: 'shellQuote',
    args: [text('text', 'any text without a NUL')],
    description:
      'The text as one word of a POSIX shell, which takes nothing in it for more than text: no ' +
      '`$(…)`, no quote, no line end. Write none of your own around it. Empty lines in it are ' +
      'dropped like all others, unless `--keep-blank-lines` says otherwise.',
    example: {
      template: 'echo {{shellQuote name}}',
      context: { name: "it's $(date)" },
      result: String.raw`echo 'it'\''s $(date)'`,
    },
    fn: (value) => {
      if (value.includes('\0')) {
        throw new HelperError('argument 1 (text) holds a NUL character, which no shell can read');
      }
      return shellQuote(value);
    },
  }),
];
