import { describe, expect, it } from 'vitest';
import {
  DEFAULT_PROXY_SETTINGS,
  PROXY_SETTINGS,
  type ProxySettings,
  readProxySettings,
} from './proxy-settings.ts';
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
];

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
      },
      problems: [],
    });
  });

  it.each(VALID)('%s is read from %j', (key, text, value) => {
    const { settings, problems } = readProxySettings({ [PROXY_SETTINGS[key].env]: ` ${text} ` });
    expect(settings).toEqual({ ...DEFAULT_PROXY_SETTINGS, [key]: value });
    expect(problems).toEqual([]);
  });

  it.each(BAD)('%s keeps its default for a value that is none (%#)', (key, text, reason) => {
    const { env } = PROXY_SETTINGS[key];
    const { settings, problems } = readProxySettings({ [env]: text });
    expect(settings).toEqual(DEFAULT_PROXY_SETTINGS);
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

  it('cannot have one port for HTTP and HTTPS', () => {
    const { settings, problems } = readProxySettings({ HTTP_PORT: '8443', HTTPS_PORT: '8443' });
    expect(settings).toMatchObject({ httpPort: 80, httpsPort: 443 });
    expect(problems.map(({ variable, reason }) => [variable, reason])).toEqual([
      ['HTTP_PORT', 'HTTPS_PORT is the same port; the defaults of both hold until this is mended'],
    ]);
  });

  it.each(['HTTP_PORT', 'HTTPS_PORT'])('has no control port where %s is the same', (name) => {
    const { settings, problems } = readProxySettings({ [name]: '18404' });
    expect(settings.controlPort).toBe(0);
    expect(problems).toMatchObject([{ variable: 'CONTROL_PORT', value: '18404' }]);
  });

  it('name each problem by its variable, sorted', () => {
    const { problems } = readProxySettings({ LOG_JSON: 'x', HSTS: 'x', HTTP_PORT: 'x' });
    expect(problems.map(({ variable }) => variable)).toEqual(['HSTS', 'HTTP_PORT', 'LOG_JSON']);
  });
});
