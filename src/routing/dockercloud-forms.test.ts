import { describe, expect, it } from 'vitest';
import {
  parseAnyValue,
  parseForceSsl,
  parseHaproxyBalance,
  parseHaproxyCheck,
  parseHaproxyCookie,
  parseHstsMaxAge,
} from './dockercloud-forms.ts';

const invalid = { kind: 'invalid' };

describe("dockercloud-haproxy's words", () => {
  it.each([
    ['true', 'redirect'],
    ['yes please', 'redirect'],
  ])('FORCE_SSL=%s forces', (text, value) => {
    expect(parseForceSsl(text)).toEqual({ kind: 'valid', value });
  });

  it('FORCE_SSL=false is told, for there it would force too', () => {
    expect(parseForceSsl('false')).toMatchObject(invalid);
  });

  it.each([
    ['1', true],
    ['whatever', true],
    ['no', false],
    ['false', false],
  ])('a switch of any value: %s', (text, value) => {
    expect(parseAnyValue(text)).toEqual({ kind: 'valid', value });
  });

  it('HSTS_MAX_AGE is seconds', () => {
    expect(parseHstsMaxAge('0031')).toEqual({
      kind: 'valid',
      value: 'max-age=31; includeSubDomains',
    });
    for (const text of ['', '-1', '1y', '1; preload']) {
      expect(parseHstsMaxAge(text), text).toMatchObject(invalid);
    }
  });

  it.each([
    ['roundrobin', { method: 'round-robin' }],
    ['static-rr', { method: 'round-robin' }],
    ['leastconn', { method: 'least-connections' }],
    ['source', { method: 'source' }],
    ['uri', { method: 'hash', key: '$request_uri', consistent: true }],
    ['balance url_param userid', { method: 'hash', key: '$arg_userid', consistent: true }],
    ['hdr(X-User-Id)', { method: 'hash', key: '$http_x_user_id', consistent: true }],
  ])('BALANCE=%s', (text, value) => {
    expect(parseHaproxyBalance(text)).toEqual({ kind: 'valid', value });
  });

  it.each(['first', 'rdp-cookie', 'hdr(a b)', 'url_param', 'hdr(a)x', 'url_param a; }'])(
    'BALANCE=%s is refused',
    (text) => {
      expect(parseHaproxyBalance(text)).toMatchObject(invalid);
    },
  );

  it.each([
    ['SRV insert indirect nocache', 'SRV'],
    ['cookie SRV insert', 'SRV'],
    ['off insert', 'off'],
  ])('COOKIE=%s', (text, cookie) => {
    expect(parseHaproxyCookie(text)).toEqual({ kind: 'valid', value: { kind: 'cookie', cookie } });
  });

  it.each(['SRV', 'JSESSIONID prefix', 'SRV rewrite', 'a"b insert', 'SRV insert domain x.test'])(
    'COOKIE=%s is refused',
    (text) => {
      expect(parseHaproxyCookie(text)).toMatchObject(invalid);
    },
  );

  const http = { kind: 'http', method: 'OPTIONS', path: '/', status: { from: 200, to: 399 } };
  const usual = { interval: 2000, rise: 2, fall: 3 };
  it.each<[string, string, object]>([
    ['', 'check', { kind: 'tcp', ...usual }],
    ['', 'check inter 500 rise 1 fall 5', { kind: 'tcp', interval: 500, rise: 1, fall: 5 }],
    ['', 'check inter 3s', { kind: 'tcp', ...usual, interval: 3000 }],
    ['/live', '', { ...http, ...usual, path: '/live' }],
    ['HEAD /live', '', { ...http, ...usual, method: 'HEAD', path: '/live' }],
    [
      String.raw`OPTIONS * HTTP/1.1\r\nHost:\ www`,
      'check inter 700',
      { ...http, ...usual, host: 'www', interval: 700 },
    ],
    ['GET / HTTP/1.0', '', { ...http, ...usual, method: 'GET' }],
  ])('HTTP_CHECK=%s with HEALTH_CHECK=%s', (what, how, value) => {
    expect(parseHaproxyCheck(what, how)).toEqual({ kind: 'valid', value });
  });

  it.each([
    ['POST /', ''],
    ['GET / HTTP/1.1\\r\\nX-Own:\\ x', ''],
    ['GET a b', ''],
    ['', 'inter 500'],
    ['', 'check inter'],
    ['', 'check port 81'],
    ['', 'check rise many'],
    ['/', 'check inter 1d'],
  ])('HTTP_CHECK=%s with HEALTH_CHECK=%s is refused', (what, how) => {
    expect(parseHaproxyCheck(what, how)).toMatchObject(invalid);
  });
});
