import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aCertificate, aHook, filesWith, NOW, PLACES } from '../../test/support/routing-files.ts';
import { aContainer, aVantage, type ContainerWish } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import type { Site } from './model.ts';
import type { ProxyFiles } from './proxy-files.ts';
import type { ProxySettings } from './proxy-settings.ts';
import { DEFAULT_PROXY_SETTINGS } from './read-proxy-settings.ts';

interface Around {
  readonly settings?: Partial<ProxySettings>;
  readonly files?: ProxyFiles;
}

function build(wishes: readonly ContainerWish[], { settings = {}, files }: Around = {}) {
  return createRouter()({
    containers: wishes.map(aContainer),
    vantage: aVantage('front'),
    settings: { ...DEFAULT_PROXY_SETTINGS, ...settings },
    files: files ?? filesWith({ certificates: [aCertificate('a.test')] }),
    places: PLACES,
    now: NOW,
  });
}

function siteOf(wishes: readonly ContainerWish[], around: Around = {}): Site {
  const { sites } = build(wishes, around);
  expect(sites.map(({ host }) => host)).toEqual(['a.test']);
  const [site] = sites;
  if (!site) throw new Error('there is no site');
  return site;
}

const day = (number: number) => `2026-01-0${number}T00:00:00Z`;
const web = (
  name: string,
  labels: Record<string, string>,
  wish: ContainerWish = {},
): ContainerWish => ({
  name,
  env: { VIRTUAL_HOST: 'a.test' },
  labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [`tsgen.${key}`, value])),
  ...wish,
});
const old = (labels: Record<string, string>, wish: ContainerWish = {}) =>
  web('old', labels, { created: day(1), ...wish });
const young = (labels: Record<string, string>, wish: ContainerWish = {}) =>
  web('young', labels, { created: day(2), ...wish });

const https = (site: Site) => (site.https.kind === 'serve' ? site.https : undefined);

describe('what several containers share', () => {
  /** Each setting of a site or a route: two values, and what shows which of them counts. */
  const cases: readonly (readonly [string, string, string, (site: Site) => unknown])[] = [
    ['virtual-root', '/a', '/b', ({ root }) => root],
    ['cert-name', 'a.test', 'b.test', (site) => https(site)?.certificate.name],
    ['https-method', 'noredirect', 'nohttp', ({ http }) => http.kind],
    ['hsts', 'max-age=1', 'max-age=2', (site) => https(site)?.hsts],
    ['ssl-policy', 'Mozilla-Modern', 'Mozilla-Old', (site) => https(site)?.policy.name],
    ['server-tokens', 'on', 'off', ({ serverTokens }) => serverTokens],
    ['external-http-port', '81', '82', ({ http }) => http.kind !== 'off' && http.port],
    ['external-https-port', '444', '445', (site) => https(site)?.port],
    ['acme-http-challenge-location', 'true', 'false', ({ acme }) => acme],
    ['http2.enable', 'true', 'false', (site) => https(site)?.http2],
    ['http3.enable', 'true', 'false', (site) => https(site)?.http3],
    ['non-get-redirect', '307', '308', ({ http }) => http.kind === 'redirect' && http.nonGetStatus],
    ['ssl-verify-client', 'optional', 'off', (site) => https(site)?.clients?.verification],
    ['debug-endpoint', 'true', 'false', ({ debug }) => debug !== undefined],
    ['balance', 'ip_hash', 'least_conn', ({ routes }) => routes[0]?.upstream.balance.method],
    ['keepalive', '3', 'disabled', ({ routes }) => routes[0]?.upstream.connections],
    ['sticky', 'A', 'B', ({ routes }) => routes[0]?.upstream.sticky?.cookie],
    ['body-limit', '1k', '2k', ({ routes }) => routes[0]?.bodyLimit],
    ['connect-timeout', '1s', '3s', ({ routes }) => routes[0]?.upstream.connectTimeout],
    ['server-timeout', '1s', '2s', ({ routes }) => routes[0]?.upstream.serverTimeout],
    ['health-check', 'tcp', '/', ({ routes }) => routes[0]?.upstream.healthCheck?.kind],
  ];
  const files = filesWith({
    certificates: [aCertificate('a.test'), aCertificate('b.test')],
    authorities: [{ kind: 'usable', name: '', certificate: '/certs/ca.crt', digest: 'd' }],
  });

  it.each(cases)('%s: the oldest that has set it is heard', (name, first, second, shownOf) => {
    const valueFor = (...wishes: readonly ContainerWish[]) => shownOf(siteOf(wishes, { files }));
    const one = valueFor(old({ [name]: first }));
    const two = valueFor(old({ [name]: second }));
    expect(one).not.toEqual(two);
    expect(valueFor(young({ [name]: second }), old({ [name]: first }))).toEqual(one);
    expect(valueFor(young({ [name]: first }), old({ [name]: second }))).toEqual(two);
    // Who has not set it wants nothing, and who is leaving has no say.
    expect(valueFor(young({ [name]: second }), old({}))).toEqual(two);
    expect(valueFor(young({ [name]: second }), old({ [name]: first }, { stopping: true }))).toEqual(
      two,
    );
    const { problems } = build([young({ [name]: second }), old({ [name]: first })], { files });
    expect(problems).toEqual([
      {
        container: { id: expect.any(String), name: 'young' },
        variable: `tsgen.${name}`,
        value: second,
        reason: expect.stringMatching(
          /^old, which is older, has another value \(.+\): that one counts for both as .* of a\.test/,
        ),
      },
    ]);
    expect(build([young({ [name]: first }), old({ [name]: first })], { files }).problems).toEqual(
      [],
    );
  });

  it.each([
    ['enable-http-on-missing-cert', filesWith({}), 'off', { 'https-method': 'nohttp' }],
    ['trust-default-cert', filesWith({ certificates: [aCertificate('default')] }), 'serve', {}],
  ])('%s: so too', (name, found, kind, more) => {
    const { http, https: entry } = siteOf(
      [young({ [name]: 'true', ...more }), old({ [name]: 'false' })],
      { files: found },
    );
    expect([http.kind, entry.kind]).toEqual([kind, 'refuse']);
  });

  it('is not disturbed by a value that is none', () => {
    const { sites, problems } = build([old({ hsts: 'x' }), young({ hsts: 'off' })]);
    expect(https(sites[0] as Site)?.hsts).toBe('');
    expect(problems.map(({ container, reason }) => [container.name, reason])).toEqual([
      ['old', expect.stringMatching(/is ignored until this is mended$/)],
    ]);
  });
});

describe('who may ask', () => {
  const internal = { 'network-access': 'internal' };
  const external = { 'network-access': 'external' };

  it.each([
    ['nobody says', [old({}), young({})], 'external'],
    ['the oldest wants it internal', [old(internal), young({})], 'internal'],
    ['another wants it internal', [old({}), young(internal)], 'internal'],
    [
      'the oldest wants it external, and another internal',
      [old(external), young(internal)],
      'internal',
    ],
    [
      'who wants it internal is leaving',
      [old(internal, { stopping: true }), young({})],
      'external',
    ],
  ])('is decided with care where %s', (_, wishes, access) => {
    expect(siteOf(wishes).routes[0]?.access).toBe(access);
  });

  it('is told to whoever wanted strangers in, whatever its age', () => {
    for (const wishes of [
      [old(external), young(internal)],
      [old(internal), young(external)],
    ]) {
      const { problems } = build(wishes);
      const open = wishes.find(({ labels }) => labels?.['tsgen.network-access'] === 'external');
      const closed = wishes.find((one) => one !== open);
      expect(
        problems.map(({ container, variable, value, reason }) => [
          container.name,
          variable,
          value,
          reason,
        ]),
      ).toEqual([
        [
          open?.name,
          'tsgen.network-access',
          'external',
          `${closed?.name} wants it internal, and that counts for all: strangers are kept out of a.test and path /`,
        ],
      ]);
    }
  });

  it('is read from the operator’s list where there is one', () => {
    const files = filesWith({ hooks: ['/internal'] });
    expect(siteOf([old(internal)], { files }).routes[0]?.internalClients).toEqual(
      aHook('/internal'),
    );
    expect(siteOf([old({})], { files }).routes[0]).not.toHaveProperty('internalClients');
    expect(siteOf([old(internal)]).routes[0]).not.toHaveProperty('internalClients');
  });
});

describe('a site', () => {
  it('is the default where the operator says so', () => {
    expect(siteOf([old({})]).isDefault).toBe(false);
    expect(siteOf([old({})], { settings: { defaultHost: 'a.test' } }).isDefault).toBe(true);
  });

  it('has an answer for the paths that no container asks for', () => {
    const api = old({ 'virtual-path': '/api' });
    const settings = { defaultRoot: { kind: 'none' } } as const;
    expect(siteOf([old({})])).not.toHaveProperty('rest');
    expect(siteOf([old({ 'virtual-path': '~^/' })]).rest).toEqual({
      kind: 'return',
      status: 404,
      text: '',
    });
    expect(siteOf([api]).rest).toEqual({ kind: 'return', status: 404, text: '' });
    expect(siteOf([api], { settings }).rest).toEqual({ kind: 'none' });
  });

  it('leaves ACME challenges to a container that asks for their path', () => {
    const path = '/.well-known/acme-challenge/';
    expect(siteOf([old({})]).acme).toBe(true);
    expect(siteOf([old({}), young({ 'virtual-path': path })]).acme).toBe(false);
    expect(siteOf([old({ 'virtual-path': '/.well-known/' })]).acme).toBe(true);
  });

  it('has the operator’s files', () => {
    const sha1 = createHash('sha1').update('/').digest('hex');
    const files = filesWith({
      hooks: ['/sites/a.test', '/sites/default_location', `/users/a.test_${sha1}`, '/fastcgi'],
    });
    const site = siteOf([old({})], { files });
    expect(site.hook).toEqual(aHook('/sites/a.test'));
    expect(site.routes[0]).toMatchObject({
      hook: aHook('/sites/default_location'),
      users: aHook(`/users/a.test_${sha1}`),
    });
    expect(site.routes[0]).not.toHaveProperty('parameters');
    expect(siteOf([old({ 'virtual-proto': 'fastcgi' })], { files }).routes[0]?.parameters).toEqual(
      aHook('/fastcgi'),
    );
  });

  it('names its upstreams by hashes where that is asked for', () => {
    const [route] = siteOf([old({})], { settings: { hashedNames: true } }).routes;
    expect(route?.upstream.name).toBe(createHash('sha1').update('a.test').digest('hex'));
  });

  it('tells of a fault of its certificate once, by its oldest container', () => {
    const files = filesWith({
      certificates: [{ kind: 'unusable', name: 'a.test', reason: 'it is broken' }],
    });
    const { problems } = build([old({}), young({})], { files });
    expect(problems).toEqual([
      {
        container: { id: expect.any(String), name: 'old' },
        variable: 'VIRTUAL_HOST',
        value: 'a.test',
        reason: 'a.test: it is broken',
        elsewhere: true,
      },
    ]);
    const named = build([old({ 'cert-name': 'c' })]).problems;
    expect(named.map(({ variable, value }) => [variable, value])).toEqual([
      ['tsgen.cert-name', 'c'],
    ]);
    const byYoung = build([old({}), young({ 'cert-name': 'c' })]).problems;
    expect(byYoung.map(({ container, variable }) => [container.name, variable])).toEqual([
      ['young', 'tsgen.cert-name'],
    ]);
  });
});

describe('several ports of one container', () => {
  const text = `a.test:
  external_http_port: 81
  external_https_port: 444
  /:
    port: 3000
  /api/:
    port: 4000
    proto: https
    dest: /
b.test:
`;

  it('make sites and routes', () => {
    const { sites, problems } = build([
      { env: { VIRTUAL_HOST_MULTIPORTS: text, EXTERNAL_HTTP_PORT: '82' }, ports: ['5000'] },
    ]);
    const shown = sites.map(({ host, http, https: entry, routes }) => ({
      host,
      ports: [http, entry].map((one) => (one.kind === 'off' ? 0 : one.port)),
      routes: routes.map(({ path, dest, upstream: { protocol, servers } }) =>
        [path, dest, protocol, ...servers.map(({ port }) => port)].join(' '),
      ),
    }));
    expect(shown).toEqual([
      { host: 'a.test', ports: [81, 444], routes: ['/  http 3000', '/api/ / https 4000'] },
      { host: 'b.test', ports: [82, 443], routes: ['/  http 5000'] },
    ]);
    expect(problems).toEqual([]);
  });

  it('take the place of what else it asks for, valid or not', () => {
    const { sites, problems } = build([
      {
        env: {
          VIRTUAL_HOST_MULTIPORTS: 'a.test: {/: {port: 3000}}',
          ...{ VIRTUAL_HOST: 'a b', VIRTUAL_PORT: 'x', VIRTUAL_PATH: 'x', VIRTUAL_DEST: 'x' },
          VIRTUAL_PROTO: 'ftp',
        },
      },
    ]);
    expect(sites.map(({ host }) => host)).toEqual(['a.test']);
    expect(problems).toEqual([]);
  });

  it('leave their container out when they are none, whatever else it asks for', () => {
    const { sites, problems } = build([
      { env: { VIRTUAL_HOST_MULTIPORTS: '{', VIRTUAL_HOST: 'a.test' } },
    ]);
    expect(sites).toEqual([]);
    expect(problems.map(({ variable }) => variable)).toEqual(['VIRTUAL_HOST_MULTIPORTS']);
  });
});
