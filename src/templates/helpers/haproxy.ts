import { haproxyFormat, haproxyLiteral, haproxyMapRegex, haproxyQuote } from '../haproxy-quote.ts';
import { readHtpasswd } from '../htpasswd.ts';
import { nginxComment } from '../quote.ts';
import { text } from './args.ts';
import { type InlineHelper, inline } from './helper.ts';

/** Spelling foreign text safely in HAProxy's configuration and the files that it reads. */
export const haproxyHelpers: readonly InlineHelper[] = [
  inline({
    name: 'haproxyQuote',
    args: [text('text', 'any text without a NUL')],
    description:
      'The text as one word of a HAProxy configuration: nothing in it ends the word, begins a ' +
      'comment or names an environment variable. A `%` still means something where HAProxy reads ' +
      'a format.',
    example: {
      template: 'http-request set-header X {{haproxyQuote "a #$b"}}',
      result: String.raw`http-request set-header X "a #\$b"`,
    },
    fn: (value) => haproxyQuote(value),
  }),
  inline({
    name: 'haproxyLiteral',
    args: [text('text', 'any text')],
    description:
      'The text as a part of one of HAProxy’s formats (`log-format` and whatever takes `%[…]`), ' +
      'where it stands for itself. Quote the whole.',
    example: {
      template: 'http-request set-header X {{haproxyQuote (haproxyLiteral "50%")}}',
      result: 'http-request set-header X "50%%"',
    },
    fn: (value) => haproxyLiteral(value),
  }),
  inline({
    name: 'haproxyFormat',
    args: [text('text', 'any text')],
    description:
      'A text with nginx’s `$variables` as one of HAProxy’s formats; a variable that HAProxy has ' +
      'nothing for is empty. Quote the whole.',
    example: {
      template: 'redirect location {{haproxyQuote (haproxyFormat "https://$host$request_uri")}}',
      result: 'redirect location "https://%[var(txn.host)]%[pathq]"',
    },
    fn: (value) => haproxyFormat(value),
  }),
  inline({
    name: 'haproxyMapRegex',
    args: [text('regex', 'a regular expression')],
    description:
      'The expression as the key of a map file for `map_reg`, which ends at the first blank.',
    example: {
      template: '{{haproxyMapRegex "^/a b$"}} backend',
      result: String.raw`^/a\x20b$ backend`,
    },
    fn: (value) => haproxyMapRegex(value),
  }),
  inline({
    name: 'haproxyComment',
    args: [text('text', 'any text')],
    description:
      'The text on one line, for use after `#`: what could end the line is made visible.',
    example: {
      template: '# {{haproxyComment name}}',
      context: { name: 'a\nb' },
      result: '# a\\nb',
    },
    fn: (value) => nginxComment(value),
  }),
  inline({
    name: 'readHtpasswd',
    args: [text('text', 'lines of `name:hash`, as `htpasswd -B` writes them')],
    description:
      'A map with `users`, each with `name` and `hash`, and `refused`, the names whose password ' +
      'is hashed in a way that crypt(3) does not know, such as `$apr1$`.',
    example: {
      template:
        '{{#with (readHtpasswd "me:$5$salt$hash\nyou:$apr1$x$y")}}{{users.0.name}}, not {{join " " refused}}{{/with}}',
      result: 'me, not you',
    },
    fn: (value) => readHtpasswd(value),
  }),
];
