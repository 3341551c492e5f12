import type { Server } from '../../routing/model.ts';
import { haproxyFormat, haproxyLiteral, haproxyMapRegex, haproxyQuote } from '../haproxy-quote.ts';
import { haproxyServer, type ServerTraits } from '../haproxy-server.ts';
import { readHtpasswd } from '../htpasswd.ts';
import { nginxComment } from '../quote.ts';
import { map, text } from './args.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';

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
    name: 'haproxyServer',
    args: [map('server', 'one of an upstream’s'), map('upstream', 'the upstream')],
    description:
      'What stands after `server` in a backend: name, address and what the upstream asks for. The ' +
      'same words add the server to a HAProxy that runs.',
    example: {
      template: 'server {{haproxyServer server upstream}}',
      context: {
        server: {
          address: '192.0.2.7',
          port: 80,
          family: 4,
          container: { id: 'c0ffee', name: 'web' },
        },
        upstream: { keepalive: 'auto' },
      },
      result:
        'server 192.0.2.7:80:238ae8e25d90 192.0.2.7:80 pool-max-conn 2 pool-conn-name var(txn.own)',
    },
    fn: (server, upstream) => {
      if (!isServer(server)) throw new HelperError('takes a server of the routing model');
      return haproxyServer(server, upstream as ServerTraits);
    },
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

/** Or something of a user's own that looks enough like it. */
function isServer(value: object): value is Server {
  const { address, port, container } = value as Partial<Server>;
  return typeof address === 'string' && typeof port === 'number' && container?.id !== undefined;
}
