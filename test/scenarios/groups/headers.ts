import type { Scenario } from '../scenario.ts';
import { BEHIND, CERTIFIED, HOOKED, PLAIN, STRICT } from '../setups.ts';
import { ask } from '../steps.ts';

const web = (host: string) => ({ env: { VIRTUAL_HOST: host } });

/** An IPv4 address of a private network, which is where the tests' requests come from. */
const CLIENT = /^(10|172|192)\.\d+\.\d+\.\d+$/;

const CLAIMS = {
  'X-Forwarded-For': '203.0.113.7',
  'X-Forwarded-Host': 'front.test',
  'X-Forwarded-Port': '4443',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Ssl': 'on',
};

const PROXY_V1 = 'PROXY TCP4 203.0.113.9 203.0.113.1 40000 4444\r\n';

export const HEADERS: readonly Scenario[] = [
  {
    group: 'headers',
    name: 'a container is told who asked, for what and how',
    covers: ['request headers', 'upstream protocol HTTP/1.1'],
    proxy: PLAIN,
    containers: { told: web('told.headers.test') },
    steps: [
      ask('http://told.headers.test/a?b', {
        from: 'told',
        asked: {
          headers: {
            Host: 'told.headers.test',
            'X-Real-IP': CLIENT,
            'X-Forwarded-For': CLIENT,
            'X-Forwarded-Host': 'told.headers.test',
            'X-Forwarded-Proto': 'http',
            'X-Forwarded-Ssl': 'off',
            'X-Forwarded-Port': '80',
            'X-Original-URI': '/a?b',
            Upgrade: undefined,
          },
        },
      }),
    ],
  },
  {
    group: 'headers',
    name: 'a container is told that the client came over TLS',
    covers: ['request headers'],
    proxy: CERTIFIED,
    containers: { secure: web('secure.certified.test') },
    steps: [
      ask('https://secure.certified.test/', {
        from: 'secure',
        asked: {
          headers: {
            'X-Forwarded-Proto': 'https',
            'X-Forwarded-Ssl': 'on',
            'X-Forwarded-Port': '443',
            'X-Forwarded-Host': 'secure.certified.test',
          },
        },
      }),
    ],
  },
  {
    group: 'headers',
    name: 'what a proxy before this one says is believed and passed on',
    covers: ['request headers', 'TRUST_DOWNSTREAM_PROXY'],
    proxy: PLAIN,
    containers: { trusting: web('trusting.headers.test') },
    steps: [
      ask(
        { url: 'http://trusting.headers.test/', headers: CLAIMS },
        {
          from: 'trusting',
          asked: {
            headers: {
              'X-Forwarded-For': /^203\.0\.113\.7, (10|172|192)\./,
              'X-Forwarded-Host': 'front.test',
              'X-Forwarded-Port': '4443',
              'X-Forwarded-Proto': 'https',
              'X-Forwarded-Ssl': 'on',
            },
          },
        },
      ),
    ],
  },
  {
    group: 'headers',
    name: 'what a client says of itself is not believed where no proxy is trusted',
    covers: ['TRUST_DOWNSTREAM_PROXY'],
    proxy: STRICT,
    containers: {
      doubting: { env: { VIRTUAL_HOST: 'doubting.strict.test', HTTPS_METHOD: 'nohttps' } },
    },
    steps: [
      ask(
        { url: 'http://doubting.strict.test/', headers: CLAIMS },
        {
          from: 'doubting',
          asked: {
            headers: {
              'X-Forwarded-For': CLIENT,
              'X-Forwarded-Host': 'doubting.strict.test',
              'X-Forwarded-Port': '80',
              'X-Forwarded-Proto': 'http',
              'X-Forwarded-Ssl': 'off',
            },
          },
        },
      ),
    ],
  },
  {
    group: 'headers',
    name: 'a header that scripts take for a setting does not get through',
    covers: ['httpoxy'],
    proxy: PLAIN,
    containers: { oxy: web('oxy.headers.test') },
    steps: [
      ask(
        { url: 'http://oxy.headers.test/', headers: { Proxy: 'http://evil.test' } },
        { from: 'oxy', asked: { headers: { Proxy: undefined } } },
      ),
    ],
  },
  {
    group: 'headers',
    name: 'other headers get through both ways, as they are',
    covers: ['request headers'],
    proxy: PLAIN,
    containers: { passing: web('passing.headers.test') },
    steps: [
      ask(
        { url: 'http://passing.headers.test/', headers: { 'X-Own': 'a; b="c"', Cookie: 'd=e' } },
        {
          from: 'passing',
          asked: { headers: { 'X-Own': 'a; b="c"', Cookie: 'd=e' } },
          headers: { 'content-type': 'application/json' },
        },
      ),
    ],
  },
  {
    group: 'headers',
    name: "the client's address comes from the PROXY protocol",
    covers: ['ENABLE_PROXY_PROTOCOL'],
    proxy: BEHIND,
    containers: {
      behind: {
        env: { VIRTUAL_HOST: 'plain.behind.test,tls.behind.test', HTTPS_METHOD: 'noredirect' },
      },
    },
    steps: [
      ask(
        { url: 'http://plain.behind.test/', preamble: PROXY_V1 },
        {
          from: 'behind',
          asked: {
            headers: {
              'X-Real-IP': '203.0.113.9',
              'X-Forwarded-For': '203.0.113.9',
            },
          },
        },
      ),
      ask(
        { url: 'https://tls.behind.test/', preamble: PROXY_V1 },
        {
          from: 'behind',
          tls: { isTrusted: true },
          asked: { headers: { 'X-Real-IP': '203.0.113.9', 'X-Forwarded-Proto': 'https' } },
        },
      ),
    ],
  },
  {
    group: 'headers',
    name: 'the port that the client came to is told from the PROXY protocol',
    covers: ['ENABLE_PROXY_PROTOCOL'],
    proxy: BEHIND,
    containers: { ported: web('ported.behind.test') },
    steps: [
      ask(
        { url: 'http://ported.behind.test/', preamble: PROXY_V1 },
        { from: 'ported', asked: { headers: { 'X-Forwarded-Port': '4444' } } },
      ),
    ],
    except: { httpd: 'of the PROXY protocol it takes the address of the client alone' },
  },
  {
    group: 'headers',
    name: 'a client that does not speak the PROXY protocol is not served where it is expected',
    covers: ['ENABLE_PROXY_PROTOCOL'],
    proxy: BEHIND,
    containers: { guarded: web('guarded.behind.test') },
    steps: [
      ask({ url: 'http://guarded.behind.test/', preamble: PROXY_V1 }, { from: 'guarded' }),
      ask('http://guarded.behind.test/', { refused: 'answer' }),
    ],
  },
  {
    group: 'headers',
    name: "the operator's own headers take the place of all others",
    covers: ['proxy.conf'],
    proxy: HOOKED,
    containers: { replaced: web('replaced.hooked.test') },
    steps: [
      ask('http://replaced.hooked.test/', {
        from: 'replaced',
        asked: {
          headers: {
            Host: 'replaced.hooked.test',
            'X-Replaced': 'by proxy.conf',
            'X-Real-IP': undefined,
            'X-Forwarded-For': undefined,
          },
        },
      }),
    ],
  },
  {
    group: 'headers',
    name: 'the version of the proxy is shown or kept back as the container wants',
    covers: ['SERVER_TOKENS'],
    proxy: PLAIN,
    containers: {
      discreet: { env: { VIRTUAL_HOST: 'discreet.headers.test', SERVER_TOKENS: 'off' } },
      open: { env: { VIRTUAL_HOST: 'open.headers.test', SERVER_TOKENS: 'on' } },
    },
    steps: [
      ask('http://discreet.headers.test/', { headers: { server: /^\D*$/ } }),
      ask('http://open.headers.test/', { headers: { server: /\/\d/ } }),
    ],
    except: {
      httpd: 'ServerTokens holds for the whole server',
      haproxy: 'it does not name itself in answers',
    },
  },
];
