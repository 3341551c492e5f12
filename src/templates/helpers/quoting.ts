import { nginxComment, nginxQuote } from '../quote.ts';
import { text } from './args.ts';
import { type InlineHelper, inline } from './helper.ts';

/** Spelling foreign text safely in a proxy's configuration. */
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
];
