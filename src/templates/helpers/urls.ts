import { own, textOf } from '../values.ts';
import { map, text } from './args.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';
import { makeMap } from './made-maps.ts';

/** The parts of URLs (RFC 3986, appendix B). */
export const urlHelpers: readonly InlineHelper[] = [
  inline({
    name: 'urlParse',
    args: [text('url', 'a URL')],
    description:
      'The parts of a URL: `scheme`, `host` (with port), `hostname`, `path`, `query`, `opaque`, ' +
      '`fragment` and `userinfo`.',
    example: {
      template:
        '{{#with (urlParse "http://a.test:80/b?c=d")}}{{host}} {{hostname}} {{path}} {{query}}{{/with}}',
      result: 'a.test:80 a.test /b c=d',
    },
    fn: (url) => partsOf(url),
  }),
  inline({
    name: 'urlJoin',
    args: [map('parts', 'as `urlParse` gives them')],
    description: 'The URL that has these parts.',
    example: {
      template: '{{urlJoin (dict "scheme" "http" "host" "a.test" "path" "/b" "query" "c=d")}}',
      result: 'http://a.test/b?c=d',
    },
    fn: (parts) => {
      const part = (name: string): string => textOf(own(parts, name)) ?? '';
      const user = part('userinfo') && `${part('userinfo')}@`;
      const path = part('path');
      const authority = part('host') || user ? `//${user}${part('host')}` : '';
      const slash = authority && path && !path.startsWith('/') ? '/' : '';
      const scheme = part('scheme') && `${part('scheme')}:`;
      const middle = part('opaque') || `${authority}${slash}${path}`;
      const query = part('query') && `?${part('query')}`;
      const fragment = part('fragment') && `#${part('fragment')}`;
      return `${scheme}${middle}${query}${fragment}`;
    },
  }),
];

const URL_PARTS =
  /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/;

function partsOf(url: string) {
  const found = url.match(URL_PARTS);
  if (!found || /[\0-\x20\x7f]/.test(url)) {
    throw new HelperError(`argument 1 (url) is no URL: ${JSON.stringify(url.slice(0, 100))}`);
  }
  const [, scheme = '', authority, path = '', query = '', fragment = ''] = found;
  const at = (authority ?? '').lastIndexOf('@');
  const host = (authority ?? '').slice(at + 1);
  const isOpaque = scheme !== '' && authority === undefined && !path.startsWith('/');
  return makeMap(
    Object.entries({
      scheme: scheme.toLowerCase(),
      host,
      hostname: host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'),
      path: isOpaque ? '' : path,
      query,
      opaque: isOpaque ? path : '',
      fragment,
      userinfo: at < 0 ? '' : (authority ?? '').slice(0, at),
    }),
  );
}
