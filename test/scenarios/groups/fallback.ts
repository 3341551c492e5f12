import type { Scenario } from '../scenario.ts';
import { CERTIFIED, EMPTY, PLAIN, STRICT } from '../setups.ts';
import { ask, start, stop } from '../steps.ts';

export const FALLBACK: readonly Scenario[] = [
  {
    group: 'fallback',
    name: 'without any site each host is answered by a status, and TLS is refused',
    covers: ['no site at all', 'unknown host', 'unknown host over TLS'],
    proxy: EMPTY,
    steps: [
      ask('http://any.empty.test/', { status: 503 }),
      ask('https://any.empty.test/', { refused: 'handshake' }),
    ],
  },
  {
    group: 'fallback',
    name: 'a host that nobody asks for gets a status, over HTTP and over TLS, with a page of the operator',
    covers: ['unknown host', 'unknown host over TLS', 'errors/50x.html', 'default certificate'],
    proxy: CERTIFIED,
    containers: { known: { env: { VIRTUAL_HOST: 'known.certified.test' } } },
    steps: [
      ask('https://known.certified.test/', { from: 'known' }),
      ask('http://unknown.certified.test/', { status: 503, body: 'fallback of this house' }),
      ask('https://unknown.certified.test/', {
        status: 503,
        body: 'fallback of this house',
        tls: { subject: 'default.invalid' },
      }),
      ask({ url: 'https://unknown.certified.test/', serverName: '' }, { status: 503 }),
    ],
  },
  {
    group: 'fallback',
    name: 'a request without a host, or with one that can be none, reaches no container',
    covers: ['unknown host'],
    proxy: PLAIN,
    containers: { safe: { env: { VIRTUAL_HOST: 'safe.fallback.test' } } },
    steps: [
      ask('http://safe.fallback.test/', { from: 'safe' }),
      ask({ url: 'http://safe.fallback.test/', headers: { host: '' } }, { isServed: false }),
      ask({ url: 'http://safe.fallback.test/', headers: { host: 'a b' } }, { isServed: false }),
      ask({ url: 'http://safe.fallback.test/', headers: { host: '../x' } }, { isServed: false }),
    ],
  },
  {
    group: 'fallback',
    name: 'a site that the operator chose answers for the hosts that nobody asks for',
    covers: ['DEFAULT_HOST', 'unknown host'],
    proxy: STRICT,
    containers: {
      chosen: { env: { VIRTUAL_HOST: 'default.strict.test', HTTPS_METHOD: 'nohttps' } },
    },
    steps: [
      ask('http://default.strict.test/', { status: 200, from: 'chosen' }),
      ask('http://whoever.strict.test/', { status: 200, from: 'chosen' }),
      ask('http://192.0.2.1/', { status: 200, from: 'chosen' }),
    ],
  },
  {
    group: 'fallback',
    name: 'a site all of whose containers are away answers by a status, until one is back',
    covers: ['no usable server', 'container comes and goes'],
    proxy: PLAIN,
    containers: { lonely: { env: { VIRTUAL_HOST: 'lonely.fallback.test' } } },
    steps: [
      ask('http://lonely.fallback.test/', { status: 200, from: 'lonely' }),
      stop('lonely'),
      ask('http://lonely.fallback.test/', {
        status: 503,
        from: '',
        headers: { 'retry-after': '5' },
      }),
      start('lonely'),
      ask('http://lonely.fallback.test/', { status: 200, from: 'lonely' }),
    ],
  },
];
