import { describe, expect, it } from 'vitest';
import { PROXY_SETTINGS, type ProxySettings } from './proxy-settings.ts';
import { DEFAULT_PROXY_SETTINGS, readProxySettings } from './read-proxy-settings.ts';
import { tlsPolicyNamed } from './tls-policies.ts';

type Case = readonly [key: keyof ProxySettings, text: string, value: unknown];
const status = (code: number, text = '') => ({ kind: 'return', status: code, text });

const VALID: readonly Case[] = [
  ['httpPort', '8080', 8080],
  ['controlPort', '9000', 9000],
  ['controlPort', 'off', 0],
  ['httpsPort', '8443', 8443],
  ['defaultHost', 'A.test.', 'a.test'],
  ['defaultRoot', '503', status(503)],
  ['defaultRoot', 'NONE', { kind: 'none' }],
  ['defaultRoot', '444', status(444)],
  ['defaultRoot', '301 https://a.test$request_uri', status(301, 'https://a.test$request_uri')],
  ['defaultRoot', 'https://a.test/', status(302, 'https://a.test/')],
  ['defaultRoot', '$scheme://a.test/', status(302, '$scheme://a.test/')],
  ['defaultRoot', '200 "hello there"', status(200, 'hello there')],
  ['defaultRoot', "418 'tea'", status(418, 'tea')],
  ['httpsMethod', 'NoHttps', 'nohttps'],
  ['httpOnMissingCert', 'false', false],
  ['hsts', 'off', ''],
  ['hsts', 'max-age=1; preload', 'max-age=1; preload'],
  ['nonGetRedirect', '308', 308],
  ['tlsPolicy', 'mozilla-old', tlsPolicyNamed('Mozilla-Old')],
  ['trustDefaultCert', 'no', false],
  ['trustDownstream', 'false', false],
  ['proxyProtocol', 'true', true],
  ['http2', 'false', false],
  ['http3', 'true', true],
  ['ipv6', '1', true],
  ['preferIpv6', 'true', true],
  ['resolvers', '127.0.0.11', ['127.0.0.11']],
  [
    'resolvers',
    '10.0.0.1, 2001:db8::1 [2001:db8::2]  10.0.0.1',
    ['10.0.0.1', '[2001:db8::1]', '[2001:db8::2]'],
  ],
  ['resolvers', 'fe80::1%eth0', []],
  ['retryAfter', '0', 0],
  ['retryAfter', '120', 120],
  ['hashedNames', 'true', true],
  ['accessLogOff', 'true', true],
  ['logFormat', '$host "$request" \\', '$host "$request" \\'],
  ['logEscape', 'JSON', 'json'],
  ['logJson', 'true', true],
  ['debugEndpoint', 'true', true],
  ['nginxVersion', '1.30.2', '1.30.2'],
  ['acme', 'Legacy', 'legacy'],
  ['acmeUnknownHost', 'true', true],
  ['statsAuth', 'OFF', 'off'],
  [
    'statsAuth',
    'me:a:b',
    { name: 'me', password: 'a:b', hash: '{SHA}3OptnM09ILoVSfbZtd3mB0IViII=' },
  ],
  ['statsPort', '8404', 8404],
  ['monitorUri', '/ping', '/ping'],
  ['monitorPort', '8405', 8405],
  [
    'users',
    'a:b, c:d\\,e',
    [
      { name: 'a', password: 'b', hash: '{SHA}6dcfXufJLW3J6S/9rRe4vUlBj5g=' },
      { name: 'c', password: 'd,e', hash: '{SHA}k1OgC6ZlnZglfaCSUd/a/PGzc4c=' },
    ],
  ],
  ['additionalServices', 'p:s, p:t ,p:s', ['p:s', 'p:t']],
  ['nginxStream', 'true', true],
  ['maxConnections', '4096', 4096],
  ['balance', 'source', { method: 'source' }],
  ['healthCheck', 'tcp fall=1', { kind: 'tcp', interval: 2000, rise: 2, fall: 1 }],
  ['timeouts', 'connect 500, server 5m', { connect: 500, server: 300_000 }],
  ['options', 'logasap, redispatch, abortonclose', ['abortonclose', 'logasap']],
  ['extraGlobal', 'a b, c\\,d', ['a b', 'c,d']],
  ['extraDefaults', 'a', ['a']],
  ['extraServer', 'send-proxy weight 20', 'send-proxy weight 20'],
];

const BAD: readonly (readonly [keyof ProxySettings, string, RegExp])[] = [
  ['httpPort', '0', /^a port is/],
  ['controlPort', '0', /1 to 65535/],
  ['httpsPort', '443 ssl', /^a port is/],
  ['defaultHost', 'a.test,b.test', /^a name consists/],
  ['defaultRoot', 'hello', /^it is a status such as 404/],
  ['defaultRoot', '99', /^it is a status/],
  ['defaultRoot', '600', /^a status is 100 to 599/],
  ['defaultRoot', '301', /^a redirect 301 needs a URL/],
  ['defaultRoot', '404; }', /^it is a status/],
  ['defaultRoot', '200 a\nb', /control characters/],
  ['defaultRoot', `200 ${'x'.repeat(1001)}`, /longer than 1000 bytes/],
  ['defaultRoot', `200 "${'\u{1f600}'.repeat(490)}"`, /longer than 1000 bytes/],
  ['httpsMethod', 'rediret', /did you mean redirect\?/],
  ['httpOnMissingCert', 'x', /^it is true or false/],
  ['hsts', 'x', /is not max-age/],
  ['nonGetRedirect', '302', /^it is one of 301, 307, 308/],
  ['tlsPolicy', 'Mozilla-Modrn', /did you mean Mozilla-Modern/],
  ['trustDefaultCert', 'x', /^it is true/],
  ['trustDownstream', 'x', /^it is true/],
  ['proxyProtocol', 'x', /^it is true/],
  ['http2', 'x', /^it is true/],
  ['http3', 'x', /^it is true/],
  ['ipv6', 'x', /^it is true/],
  ['preferIpv6', 'x', /^it is true/],
  ['resolvers', '10.0.0.1 dns.test', /^"dns.test" is no IP address/],
  ['resolvers', '10.0.0.1; }', /^"10.0.0.1;" is no IP address/],
  ['retryAfter', 'soon', /^it is a whole number of seconds/],
  ['retryAfter', '86401', /^it is a whole number of seconds/],
  ['hashedNames', 'x', /^it is true/],
  ['accessLogOff', 'x', /^it is true/],
  ['logFormat', '$host\n$uri', /control characters/],
  ['logFormat', '"'.repeat(2000), /longer than 3000 bytes/],
  ['logFormat', 'ü'.repeat(1600), /longer than 3000 bytes/],
  ['logEscape', 'xml', /^it is one of default, json, none/],
  ['logJson', 'x', /^it is true/],
  ['debugEndpoint', 'x', /^it is true/],
  ['acme', 'sometimes', /^it is one of true, false, legacy/],
  ['acmeUnknownHost', 'x', /^it is true/],
  ['nginxVersion', '1.30; }', /^a version is numbers with dots/],
  ['nginxVersion', '01.30', /^a version is numbers with dots/],
  ['nginxVersion', 'mainline', /^a version is numbers with dots/],
  ['statsAuth', 'stats:stats', /^stats:stats is dockercloud-haproxy's default/],
  ['statsAuth', 'secret', /^it is NAME:PASSWORD/],
  ['statsAuth', 'a b:c', /^a name holds/],
  ['statsAuth', 'a:ü', /^a password holds printable ASCII/],
  ['statsPort', '0', /^a port is/],
  ['monitorUri', 'ping', /^a path begins with/],
  ['monitorUri', '~/ping', /^it is one path/],
  ['monitorPort', 'x', /^a port is/],
  ['users', 'a:b,a:c', /^a name stands in it twice/],
  ['users', 'a', /^it is NAME:PASSWORD/],
  ['users', ',', /^it names nobody/],
  ['additionalServices', 'front', /^it is PROJECT:SERVICE/],
  ['nginxStream', 'x', /^it is true/],
  ['maxConnections', '99', /^it is a number from 100/],
  ['balance', 'first', /^it is round-robin/],
  ['healthCheck', '/live', /^for all containers it is tcp/],
  ['healthCheck', 'x', /^it is tcp or/],
  ['timeouts', 'check 5s', /^it is connect TIME/],
  ['timeouts', 'client 0', /^client: it is a time/],
  ['options', 'httpchk', /^httpchk is what health-check is for/],
  ['options', 'tcp-smart-acept', /did you mean tcp-smart-accept\?/],
  ['extraGlobal', 'a\nb', /^it holds control characters/],
  ['extraDefaults', 'x'.repeat(2001), /^it is longer than 2000/],
  ['extraServer', 'a\0', /^it holds control characters/],
];

/** What goes with a setting, so that it means something alone. */
const BESIDE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  statsPort: { TSGEN_STATS_AUTH: 'off' },
  monitorPort: { TSGEN_MONITOR_URI: '/ping' },
  additionalServices: { TSGEN_STATS_AUTH: 'off' },
};

const read = (key: keyof ProxySettings, text: string) =>
  readProxySettings(
    { [PROXY_SETTINGS[key].env]: text, ...BESIDE[key] },
    { dockercloud: key === 'additionalServices' },
  );

describe('the settings of the proxy', () => {
  it('have the defaults of nginx-proxy', () => {
    expect(readProxySettings({ HSTS: ' ', HTTP_PORT: '' })).toEqual({
      settings: {
        httpPort: 80,
        httpsPort: 443,
        controlPort: 18_404,
        defaultHost: '',
        defaultRoot: status(404),
        httpsMethod: 'redirect',
        httpOnMissingCert: true,
        hsts: 'max-age=31536000',
        nonGetRedirect: 301,
        tlsPolicy: tlsPolicyNamed('Mozilla-Intermediate'),
        trustDefaultCert: true,
        trustDownstream: true,
        proxyProtocol: false,
        http2: true,
        http3: false,
        ipv6: false,
        preferIpv6: false,
        resolvers: [],
        retryAfter: 5,
        hashedNames: false,
        accessLogOff: false,
        logFormat: '',
        logEscape: '',
        logJson: false,
        debugEndpoint: false,
        acme: 'true',
        acmeUnknownHost: false,
        nginxVersion: '',
        // Beyond nginx-proxy's.
        statsAuth: 'off',
        statsPort: 1936,
        monitorUri: '',
        monitorPort: 0,
        users: [],
        additionalServices: [],
        nginxStream: false,
        maxConnections: 0,
        balance: { method: 'round-robin' },
        healthCheck: undefined,
        timeouts: {},
        options: [],
        extraGlobal: [],
        extraDefaults: [],
        extraServer: '',
      },
      problems: [],
    });
  });

  it.each(VALID)('%s is read from %j', (key, text, value) => {
    const { settings, problems } = read(key, ` ${text} `);
    const beside = key === 'monitorPort' ? { monitorUri: '/ping' } : {};
    const byUri = key === 'monitorUri' ? { monitorPort: 80 } : {};
    expect(settings).toEqual({ ...DEFAULT_PROXY_SETTINGS, ...beside, ...byUri, [key]: value });
    expect(problems).toEqual([]);
  });

  it.each(BAD)('%s keeps its default for a value that is none (%#)', (key, text, reason) => {
    const { env } = PROXY_SETTINGS[key];
    const { settings, problems } = read(key, text);
    const byUri = key === 'monitorPort' ? { monitorUri: '/ping', monitorPort: 80 } : {};
    expect(settings).toEqual({ ...DEFAULT_PROXY_SETTINGS, ...byUri });
    expect(problems).toEqual([
      {
        container: { id: '', name: 'the proxy' },
        variable: env,
        value: expect.any(String),
        reason: expect.stringMatching(reason),
        elsewhere: true,
      },
    ]);
    expect(problems[0]?.reason).toMatch(/; the default holds until this is mended$/);
  });

  it('are all tested, with a value and with one that is none', () => {
    const keys = new Set(Object.keys(PROXY_SETTINGS));
    expect(new Set(VALID.map(([key]) => key))).toEqual(keys);
    expect(new Set(BAD.map(([key]) => key))).toEqual(keys);
  });

  const theirs = (env: Readonly<Record<string, string>>) =>
    readProxySettings(env, { dockercloud: true });

  it('are known by the names of dockercloud-haproxy only where these count', () => {
    const env = {
      ...{ STATS_AUTH: 'me:secret', MAXCONN: '500', BALANCE: 'leastconn', TIMEOUT: 'client 7s' },
      ...{ ADDITIONAL_SERVICES: 'p:s', HEALTH_CHECK: 'check inter 500' },
    };
    expect(readProxySettings(env)).toEqual({ settings: DEFAULT_PROXY_SETTINGS, problems: [] });
    const { settings, problems } = theirs(env);
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      statsAuth: { name: 'me' },
      maxConnections: 500,
      balance: { method: 'least-connections' },
      timeouts: { client: 7000 },
      additionalServices: ['p:s'],
      healthCheck: { kind: 'tcp', interval: 500 },
    });
    expect(theirs({ ...env, TSGEN_MAXCONN: '700' }).settings.maxConnections).toBe(700);
  });

  it('never show a secret in a problem', () => {
    const { problems } = theirs({
      STATS_AUTH: 'topsecret',
      HTTP_BASIC_AUTH: 'topsecret',
      DEFAULT_SSL_CERT: 'topsecret',
    });
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems)).not.toContain('topsecret');
  });

  it('tell of what dockercloud-haproxy has and tsgen has not', () => {
    const env = { STATS_AUTH: 'off', MODE: 'tcp', EXTRA_FRONTEND_SETTINGS_80: 'x', NBPROC: ' ' };
    expect(theirs(env).problems.map(({ variable }) => variable)).toEqual([
      'EXTRA_FRONTEND_SETTINGS_80',
      'MODE',
    ]);
    expect(readProxySettings(env).problems).toEqual([]);
  });

  it('name each problem by its variable, sorted', () => {
    const { problems } = readProxySettings({ LOG_JSON: 'x', HSTS: 'x', HTTP_PORT: 'x' });
    expect(problems.map(({ variable }) => variable)).toEqual(['HSTS', 'HTTP_PORT', 'LOG_JSON']);
  });
});
