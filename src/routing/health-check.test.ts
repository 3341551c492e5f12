import { describe, expect, it } from 'vitest';
import { parseHealthCheck } from './health-check.ts';

const common = { interval: 2000, rise: 2, fall: 3 };
const http = {
  ...{ kind: 'http', method: 'GET', path: '/', status: { from: 200, to: 399 } },
  ...common,
};

describe('an active check', () => {
  it.each([
    ['tcp', { kind: 'tcp', ...common }],
    ['TCP rise=1 fall=100', { kind: 'tcp', interval: 2000, rise: 1, fall: 100 }],
    ['/', http],
    ['/live?deep=1&a=%20', { ...http, path: '/live?deep=1&a=%20' }],
    [`/${'x'.repeat(62)}`, { ...http, path: `/${'x'.repeat(62)}` }],
    ['HEAD /live', { ...http, method: 'HEAD', path: '/live' }],
    ['OPTIONS\t/', { ...http, method: 'OPTIONS' }],
    ['/ status=204', { ...http, status: { from: 204, to: 204 } }],
    ['/ status=200-499', { ...http, status: { from: 200, to: 499 } }],
    ['/  host=A.test:8080  interval=500ms', { ...http, host: 'a.test:8080', interval: 500 }],
  ])('is read from %j', (text, value) => {
    expect(parseHealthCheck(text)).toEqual({ kind: 'valid', value });
  });

  it.each([
    ['', /^it is tcp or/],
    ['live', /^it is tcp or/],
    ['GET', /^it is tcp or/],
    ['POST /', /^it is tcp or/],
    ['/a"b', /^it is tcp or/],
    ["/a'b", /^it is tcp or/],
    ['/a#b', /^it is tcp or/],
    ['/a\\b', /^it is tcp or/],
    ['/a${', /^it is tcp or/],
    [`/${'x'.repeat(63)}`, /^it is tcp or/],
    ['/ tcp', /^it is tcp or/],
    ['/ timeout=1s', /^it is tcp or/],
    ['/ constructor=1', /^it is tcp or/],
    ['/ rise=', /^it is tcp or/],
    ['tcp status=200', /^it is tcp or/],
    ['tcp host=a.test', /^it is tcp or/],
    ['/ host=a_b', /^host= takes/],
    ['/ host=-a', /^host= takes/],
    ['/ status=abc', /^status= takes/],
    ['/ status=600', /^status= takes/],
    ['/ status=399-200', /^status= takes/],
    ['/ interval=1', /^interval=: it is a time from 200ms to 1h/],
    ['/ interval=100ms', /^interval=: it is a time/],
    ['/ rise=0', /^rise= takes/],
    ['/ fall=101', /^fall= takes/],
  ])('is not %j', (text, reason) => {
    expect(parseHealthCheck(text)).toEqual({
      kind: 'invalid',
      reason: expect.stringMatching(reason),
    });
  });
});
