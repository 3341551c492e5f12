import { defaultCertificate } from '../certificates.ts';
import type { ContainerSpec, Limit, ProxySetup, Scenario, Step } from '../scenario.ts';
import { PLAIN, SPOILT } from '../setups.ts';
import { ask, becomeHealthy, problem, problemAbout, spread, start, stop } from '../steps.ts';

/** Whose operator comes from dockercloud-haproxy, and has set what there is to set. */
const CLOUD: ProxySetup = {
  name: 'cloud',
  env: {
    ADDITIONAL_SERVICES: 'shop:front',
    HTTP_BASIC_AUTH: 'alice:wonder',
    MONITOR_PORT: '80',
    MONITOR_URI: '/still-there',
    STATS_AUTH: 'operator:sees all',
    TSGEN_COMPAT: 'dockercloud',
  },
  files: defaultCertificate(),
};

/** Open to all, where the proxy asks everybody else for a password. */
const open = (host: string, more: Readonly<Record<string, string>> = {}): ContainerSpec => ({
  env: { VIRTUAL_HOST: host, EXCLUDE_BASIC_AUTH: 'yes', ...more },
});

const as = (name: string, password: string) => ({
  Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});

const service = (project: string, name: string, more: Readonly<Record<string, string>> = {}) => ({
  env: { EXCLUDE_BASIC_AUTH: 'yes', ...more },
  labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': name },
});

const tcp = (ports: string, more: Partial<ContainerSpec> = {}): ContainerSpec => ({
  labels: { 'tsgen.tcp-ports': ports },
  ...more,
});

/** httpd has no such thing. */
const told = (...steps: readonly Step[]): { readonly httpd: Limit } => ({
  httpd: { reason: 'httpd hands on nothing but requests', steps },
});

const NOT_SERVED = /the port is not served/;
const PAGES = {
  nginx: /Active connections/,
  httpd: /Server Status/i,
  haproxy: /Statistics Report/i,
};

export const DOCKERCLOUD: readonly Scenario[] = [
  {
    group: 'dockercloud',
    name: 'a port is handed on as it is, to all containers with it in turn, by their health',
    covers: ['tcp-ports'],
    proxy: PLAIN,
    containers: {
      one: tcp('9101:80'),
      two: tcp('9101:80'),
      sick: tcp('9101:80', { hasHealthCheck: true }),
    },
    steps: [
      spread('http://whatever.test:9101/', ['one', 'two']),
      stop('one'),
      spread('http://whatever.test:9101/', ['two']),
      becomeHealthy('sick'),
      spread('http://whatever.test:9101/', ['sick', 'two']),
    ],
    limits: told(problem('one', 'tsgen.tcp-ports', NOT_SERVED)),
  },
  {
    group: 'dockercloud',
    name: 'a port without anybody behind it is one that closes each connection',
    covers: ['tcp-ports'],
    proxy: PLAIN,
    containers: { late: tcp('9102:80', { hasHealthCheck: true }) },
    steps: [
      ask('http://whatever.test:9102/', { refused: 'answer' }),
      becomeHealthy('late'),
      ask('http://whatever.test:9102/', { from: 'late' }),
    ],
    limits: told(problem('late', 'tsgen.tcp-ports', NOT_SERVED)),
  },
  {
    group: 'dockercloud',
    name: 'TLS on a port that is handed on ends at the proxy',
    covers: ['tcp-ports', 'TCP_PORTS'],
    proxy: CLOUD,
    containers: {
      secure: open('tcp.cloud.test', { TCP_PORTS: '9443/ssl', LISTEN: 'http:80,http:9443' }),
    },
    steps: [
      ask('https://tcp.cloud.test:9443/', { from: 'secure', tls: { subject: 'default.invalid' } }),
      ask('https://tcp.cloud.test/', { from: 'secure' }),
    ],
    limits: told(problem('secure', 'TCP_PORTS', NOT_SERVED)),
  },
  {
    group: 'dockercloud',
    name: 'a port of the sites is not handed on',
    covers: ['tcp-ports'],
    proxy: PLAIN,
    containers: { thief: tcp('80'), site: { env: { VIRTUAL_HOST: 'kept.cloud.test' } } },
    steps: [
      problem('thief', 'tsgen.tcp-ports', /speaks HTTP on port 80/),
      ask('http://kept.cloud.test/', { from: 'site' }),
    ],
    limits: told(problem('thief', 'tsgen.tcp-ports', NOT_SERVED)),
  },
  {
    group: 'dockercloud',
    name: 'a URL says scheme, host, port and path',
    covers: ['VIRTUAL_HOST as URL'],
    proxy: CLOUD,
    containers: {
      api: open('https://url.cloud.test:8443/v1'),
      below: open('https://url.cloud.test:8443/v2/*'),
      plain: open('http://plain.cloud.test'),
      any: open('*any*.cloud.test/*middle*'),
    },
    steps: [
      ask('https://url.cloud.test:8443/v1', { from: 'api' }),
      ask('https://url.cloud.test:8443/v1/more', { isServed: false }),
      ask('https://url.cloud.test:8443/v2/more', { from: 'below' }),
      ask('http://url.cloud.test/v1', { isServed: false }),
      ask('http://plain.cloud.test/deep/down', { from: 'plain' }),
      ask('http://xx-any-yy.cloud.test/a/middle/b', { status: 301 }),
      ask('https://xx-any-yy.cloud.test/a/middle/b', { from: 'any' }),
      ask('https://xx-any-yy.cloud.test/a', { isServed: false }),
    ],
  },
  {
    group: 'dockercloud',
    name: 'of expressions that fit, the one with the highest weight is taken',
    covers: ['VIRTUAL_HOST_WEIGHT'],
    proxy: CLOUD,
    containers: {
      light: open('http://weigh*.cloud.test'),
      heavy: open('http://*gh.cloud.test', { VIRTUAL_HOST_WEIGHT: '10' }),
    },
    steps: [ask('http://weigh.cloud.test/', { from: 'heavy' })],
  },
  {
    group: 'dockercloud',
    name: 'a site forces TLS, and says for how long',
    covers: ['FORCE_SSL', 'HSTS_MAX_AGE'],
    proxy: CLOUD,
    containers: {
      forced: open('http://forced.cloud.test,https://forced.cloud.test', {
        FORCE_SSL: 'True',
        HSTS_MAX_AGE: '7',
      }),
      both: open('http://both.cloud.test,https://both.cloud.test'),
    },
    steps: [
      ask('http://forced.cloud.test/', {
        status: 301,
        headers: { location: 'https://forced.cloud.test/' },
      }),
      ask('https://forced.cloud.test/', {
        from: 'forced',
        headers: { 'strict-transport-security': 'max-age=7; includeSubDomains' },
      }),
      ask('http://both.cloud.test/', { from: 'both' }),
      ask('https://both.cloud.test/', { from: 'both' }),
    ],
  },
  {
    group: 'dockercloud',
    name: 'a service stands by until the other one fails',
    covers: ['FAILOVER'],
    proxy: CLOUD,
    containers: {
      main: open('http://over.cloud.test'),
      spare: open('http://over.cloud.test', { FAILOVER: 'true' }),
    },
    steps: [
      spread('http://over.cloud.test/', ['main']),
      stop('main'),
      spread('http://over.cloud.test/', ['spare']),
      start('main'),
      spread('http://over.cloud.test/', ['main']),
    ],
  },
  {
    group: 'dockercloud',
    name: 'answers of the types that a container names are compressed',
    covers: ['GZIP_COMPRESSION_TYPE'],
    proxy: CLOUD,
    containers: {
      small: open('http://gzip.cloud.test', {
        GZIP_COMPRESSION_TYPE: 'text/html application/json',
      }),
      large: open('http://nozip.cloud.test'),
    },
    steps: [
      ask(
        { url: 'http://gzip.cloud.test/', headers: { 'accept-encoding': 'gzip' } },
        { status: 200, headers: { 'content-encoding': 'gzip' } },
      ),
      ask('http://gzip.cloud.test/', { from: 'small', headers: { 'content-encoding': undefined } }),
      ask(
        { url: 'http://nozip.cloud.test/', headers: { 'accept-encoding': 'gzip' } },
        { from: 'large', headers: { 'content-encoding': undefined } },
      ),
    ],
  },
  {
    group: 'dockercloud',
    name: 'clients of all sites have to know a password, but where a service lets everybody in',
    covers: ['HTTP_BASIC_AUTH', 'EXCLUDE_BASIC_AUTH'],
    proxy: CLOUD,
    containers: {
      closed: { env: { VIRTUAL_HOST: 'http://closed.cloud.test' } },
      open: open('http://open.cloud.test'),
    },
    steps: [
      ask('http://closed.cloud.test/', { status: 401, from: '' }),
      ask({ url: 'http://closed.cloud.test/', headers: as('alice', 'wonder') }, { from: 'closed' }),
      ask({ url: 'http://closed.cloud.test/', headers: as('alice', 'Wonder') }, { status: 401 }),
      ask('http://open.cloud.test/', { from: 'open' }),
    ],
  },
  {
    group: 'dockercloud',
    name: 'the page of statistics is shown to who knows the password, on a port of its own',
    covers: ['STATS_AUTH'],
    proxy: CLOUD,
    steps: [
      ask('http://whatever.test:1936/', { status: 401 }),
      ask({ url: 'http://whatever.test:1936/', headers: as('stats', 'stats') }, { status: 401 }),
      async (scene) =>
        ask(
          { url: 'http://whatever.test:1936/', headers: as('operator', 'sees all') },
          { status: 200, body: PAGES[scene.proxy.kind] },
        )(scene),
    ],
  },
  {
    group: 'dockercloud',
    name: 'without a password there is no page of statistics',
    covers: ['STATS_AUTH'],
    proxy: SPOILT,
    steps: [
      problemAbout('TSGEN_STATS_AUTH', 'without a password'),
      ask('http://whatever.test:1936/', { refused: 'connection' }),
    ],
  },
  {
    group: 'dockercloud',
    name: 'the proxy itself answers its monitor, whatever the host',
    covers: ['MONITOR_URI'],
    proxy: CLOUD,
    containers: { site: open('http://monitored.cloud.test') },
    steps: [
      ask('http://nobody-at-all.test/still-there', { status: 200, isServed: false }),
      ask('http://monitored.cloud.test/still-there', { status: 200, isServed: false }),
      ask('http://monitored.cloud.test/still-there/not', { from: 'site' }),
    ],
  },
  {
    group: 'dockercloud',
    name: 'a service that the operator names is served without a host, and no other one is',
    covers: ['ADDITIONAL_SERVICES'],
    proxy: CLOUD,
    containers: {
      front: service('shop', 'front'),
      back: service('shop', 'back'),
      elsewhere: service('other', 'front'),
      named: open('http://named.cloud.test'),
    },
    steps: [
      ask('https://any.name.at.all.test/', { from: 'front' }),
      ask('http://named.cloud.test/', { from: 'named' }),
      spread('https://any.name.at.all.test/', ['front']),
    ],
  },
  {
    group: 'dockercloud',
    name: "its words are everybody's, and mean nothing to who has not asked for them",
    covers: ['FORCE_SSL', 'ADDITIONAL_SERVICES'],
    proxy: PLAIN,
    containers: {
      own: {
        env: {
          VIRTUAL_HOST: 'own.cloud.test',
          TIMEOUT: 'x',
          OPTION: 'x',
          COOKIE: 'x',
          BALANCE: 'x',
        },
      },
      silent: service('shop', 'front', { TCP_PORTS: '9103:80' }),
    },
    steps: [
      ask('http://own.cloud.test/', { from: 'own', headers: { 'set-cookie': undefined } }),
      ask('http://own.cloud.test:9103/', { refused: 'connection' }),
    ],
  },
  {
    group: 'dockercloud',
    name: "nobody speaks the proxy's own language for others",
    covers: ['EXTRA_SETTINGS'],
    proxy: CLOUD,
    containers: { loud: open('http://loud.cloud.test', { EXTRA_SETTINGS: 'nonsense {' }) },
    steps: [
      problem('loud', 'EXTRA_SETTINGS', /--allow-raw/),
      ask('http://loud.cloud.test/', { from: 'loud' }),
    ],
  },
];
