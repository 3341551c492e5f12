import type { Scenario } from '../scenario.ts';
import { BEHIND, MOVED, PLAIN, STRICT } from '../setups.ts';
import { ask, problem, spread } from '../steps.ts';

const at = (host: string, path: string, more: Readonly<Record<string, string>> = {}) => ({
  env: { VIRTUAL_HOST: host, VIRTUAL_PATH: path, ...more },
});

export const PATHS: readonly Scenario[] = [
  {
    group: 'paths',
    name: 'containers serve parts of one host, the longest path first',
    covers: ['VIRTUAL_PATH', 'site without a route for /'],
    proxy: PLAIN,
    containers: {
      api: at('parts.paths.test', '/api'),
      v2: at('parts.paths.test', '/api/v2'),
      shop: at('parts.paths.test', '/shop/'),
    },
    steps: [
      ask('http://parts.paths.test/api/x', { from: 'api', asked: { url: '/api/x' } }),
      ask('http://parts.paths.test/api/v2/x', { from: 'v2', asked: { url: '/api/v2/x' } }),
      ask('http://parts.paths.test/shop/', { from: 'shop' }),
      ask('http://parts.paths.test/', { status: 404, from: '' }),
      ask('http://parts.paths.test/else', { status: 404, from: '' }),
    ],
  },
  {
    group: 'paths',
    name: 'a container without a path serves what the others of its host do not',
    covers: ['VIRTUAL_PATH'],
    proxy: PLAIN,
    containers: {
      part: at('rest.paths.test', '/part/'),
      rest: { env: { VIRTUAL_HOST: 'rest.paths.test' } },
    },
    steps: [
      ask('http://rest.paths.test/part/1', { from: 'part' }),
      ask('http://rest.paths.test/', { from: 'rest' }),
      ask('http://rest.paths.test/other', { from: 'rest' }),
    ],
  },
  {
    group: 'paths',
    name: 'several containers share one path',
    covers: ['VIRTUAL_PATH'],
    proxy: PLAIN,
    containers: {
      twin1: at('twins.paths.test', '/t/'),
      twin2: at('twins.paths.test', '/t/'),
      lone: at('twins.paths.test', '/l/'),
    },
    steps: [
      spread('http://twins.paths.test/t/', ['twin1', 'twin2']),
      spread('http://twins.paths.test/l/', ['lone']),
    ],
  },
  {
    group: 'paths',
    name: 'a destination takes the place of the path, and the rest and the query stay',
    covers: ['VIRTUAL_DEST', 'VIRTUAL_PATH'],
    proxy: PLAIN,
    containers: {
      root: at('dest.paths.test', '/strip/', { VIRTUAL_DEST: '/' }),
      deep: at('dest.paths.test', '/old/', { VIRTUAL_DEST: '/new/place/' }),
    },
    steps: [
      ask('http://dest.paths.test/strip/a/b?q=1', { from: 'root', asked: { url: '/a/b?q=1' } }),
      ask('http://dest.paths.test/strip/', { from: 'root', asked: { url: '/' } }),
      ask('http://dest.paths.test/old/a?q=1&r', {
        from: 'deep',
        asked: { url: '/new/place/a?q=1&r' },
      }),
    ],
  },
  {
    group: 'paths',
    name: 'the container is told the address as the client wrote it',
    covers: ['VIRTUAL_DEST', 'request headers'],
    proxy: PLAIN,
    containers: { original: at('original.paths.test', '/app/', { VIRTUAL_DEST: '/' }) },
    steps: [
      ask('http://original.paths.test/app/x?y', {
        from: 'original',
        asked: { url: '/x?y', headers: { 'X-Original-URI': '/app/x?y' } },
      }),
    ],
  },
  {
    group: 'paths',
    name: 'without a destination what is escaped stays escaped',
    covers: ['VIRTUAL_PATH'],
    proxy: PLAIN,
    containers: { escaped: { env: { VIRTUAL_HOST: 'escaped.paths.test' } } },
    steps: [
      ask('http://escaped.paths.test/a%2Fb/%E4%BD%A0?c=%20d', {
        from: 'escaped',
        asked: { url: '/a%2Fb/%E4%BD%A0?c=%20d' },
      }),
    ],
  },
  {
    group: 'paths',
    name: 'a regular expression stands for the paths that it fits',
    covers: ['VIRTUAL_PATH'],
    proxy: PLAIN,
    containers: {
      pictures: at('regex.paths.test', '~\\.(png|jpg)$'),
      all: { env: { VIRTUAL_HOST: 'regex.paths.test' } },
    },
    steps: [
      ask('http://regex.paths.test/a/b.png', { from: 'pictures', asked: { url: '/a/b.png' } }),
      ask('http://regex.paths.test/a/b.gif', { from: 'all' }),
    ],
  },
  {
    group: 'paths',
    name: 'a path that can be none leaves its own container out and no other',
    covers: ['VIRTUAL_PATH', 'a bad value hurts its own container only'],
    proxy: PLAIN,
    containers: {
      fine: at('badpath.paths.test', '/fine'),
      broken: at('badpath.paths.test', '/x { return 200; } location /y'),
    },
    steps: [
      problem('broken', 'VIRTUAL_PATH'),
      ask('http://badpath.paths.test/fine', { from: 'fine' }),
      ask('http://badpath.paths.test/x', { status: 404, from: '' }),
    ],
  },
  {
    group: 'paths',
    name: 'what a site answers where it has no route is a status that the operator chose',
    covers: ['DEFAULT_ROOT', 'site without a route for /'],
    proxy: STRICT,
    containers: { only: at('root.strict.test', '/only', { HTTPS_METHOD: 'nohttps' }) },
    steps: [
      ask('http://root.strict.test/only', { from: 'only' }),
      ask('http://root.strict.test/', { status: 410, from: '' }),
    ],
  },
  {
    group: 'paths',
    name: 'what a site answers where it has no route can be a redirect',
    covers: ['DEFAULT_ROOT'],
    proxy: MOVED,
    containers: { elsewhere: at('root.moved.test', '/only') },
    steps: [
      ask('http://root.moved.test:8080/', {
        status: 302,
        headers: { location: 'https://elsewhere.test/here' },
      }),
    ],
  },
  {
    group: 'paths',
    name: 'what a site answers where it has no route can be left to the proxy',
    covers: ['DEFAULT_ROOT'],
    proxy: BEHIND,
    containers: { left: at('root.behind.test', '/only') },
    steps: [
      ask(
        {
          url: 'http://root.behind.test/index.html',
          preamble: 'PROXY TCP4 203.0.113.9 203.0.113.1 40000 80\r\n',
        },
        { from: '', body: /html/i },
      ),
    ],
  },
];
