import { messageOf } from '../../base/errors.ts';
import { shellQuote } from '../../base/shell-quote.ts';
import { parseHsts } from '../../routing/hsts.ts';
import {
  apacheBalancer,
  apacheComment,
  apacheExpression,
  apacheInclude,
  apachePattern,
  apacheQuote,
  nginxComment,
  nginxInclude,
  nginxQuote,
  REGEX_LIMIT,
} from '../quote.ts';
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
    name: 'regexLimit',
    args: [],
    description:
      'What begins a regular expression that somebody else wrote, so that PCRE (nginx, httpd and ' +
      'HAProxy use it) gives up soon on a text for which it would try for a second.',
    example: {
      template: 'server_name {{nginxQuote (concat "~" (regexLimit) "^(w+)+$")}};',
      result: `server_name "~${REGEX_LIMIT}^(w+)+$";`,
    },
    fn: () => REGEX_LIMIT,
  }),
  inline({
    name: 'apacheQuote',
    args: [text('text', 'any text without line ends or NULs')],
    description:
      'The text as one word of an httpd directive. httpd still replaces `%{…}` in it where a ' +
      'directive takes that. Needs `Define DOLLAR $` in the configuration, for `${` in the text.',
    example: {
      template: 'AuthName {{apacheQuote name}}',
      context: { name: 'The "old" house' },
      result: String.raw`AuthName "The \"old\" house"`,
    },
    fn: (value) => apacheQuote(value),
  }),
  inline({
    name: 'apacheInclude',
    args: [text('path', 'the path of a file')],
    description:
      "The path as the word after httpd's `Include`: that file alone, also where its name holds " +
      'what `Include` takes for a pattern.',
    example: {
      template: 'Include {{apacheInclude "conf/vhost.d/*.example.com"}}',
      result: 'Include "conf/vhost.d/[*].example.com"',
    },
    fn: (value) => apacheInclude(value),
  }),
  inline({
    name: 'apacheExpression',
    args: [text('text', 'any text without a NUL')],
    description:
      'The text as one word of an httpd directive that takes expressions, such as ' +
      '`ErrorDocument`, which shows it as it is. As `apacheQuote` it needs `Define DOLLAR $`.',
    example: {
      template: 'ErrorDocument 404 {{apacheExpression "100% gone"}}',
      result: String.raw`ErrorDocument 404 "100\\% gone"`,
    },
    fn: (value) => apacheExpression(value),
  }),
  inline({
    name: 'apachePattern',
    args: [text('expression', 'a regular expression without line ends or NULs')],
    description:
      "The expression as the pattern of httpd's `RewriteRule` or `RewriteCond`, which read quotes " +
      'in a way of their own. As `apacheQuote` it needs `Define DOLLAR $`.',
    example: {
      template: 'RewriteRule {{apachePattern expression}} "-" [F]',
      context: { expression: '^/"a b"' },
      result: String.raw`RewriteRule "^/\x22a b\x22" "-" [F]`,
    },
    fn: (value) => apachePattern(value),
  }),
  inline({
    name: 'apacheBalancer',
    args: [text('name', 'the name of an upstream')],
    description: "The name as a balancer's of httpd's: its SHA-1 where httpd could not take it.",
    example: {
      template: 'balancer://{{apacheBalancer "a.example.com"}}',
      result: 'balancer://a.example.com',
    },
    fn: (value) => apacheBalancer(value),
  }),
  inline({
    name: 'apacheComment',
    args: [text('text', 'any text')],
    description:
      'The text on one line, for use after `#` in an httpd configuration: what could end the ' +
      'line or continue it is made visible.',
    example: {
      template: '# {{apacheComment name}}',
      context: { name: 'a\nb' },
      result: '# a\\nb',
    },
    fn: (value) => apacheComment(value),
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
