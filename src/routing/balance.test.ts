import { describe, expect, it } from 'vitest';
import { type Balance, parseBalance } from './balance.ts';

const hash = (key: string, consistent = false): Balance => ({ method: 'hash', key, consistent });

describe('the choice among servers', () => {
  it.each<[string, Balance]>([
    ['round_robin', { method: 'round-robin' }],
    ['round-robin', { method: 'round-robin' }],
    ['roundrobin', { method: 'round-robin' }],
    ['least-connections', { method: 'least-connections' }],
    ['leastconn', { method: 'least-connections' }],
    ['least-traffic', { method: 'least-traffic' }],
    ['source', { method: 'source' }],
    ['URI', hash('$request_uri', true)],
    ['least_conn', { method: 'least-connections' }],
    ['least_conn;', { method: 'least-connections' }],
    [' Least-Conn ; ; ', { method: 'least-connections' }],
    ['ip_hash;', { method: 'source' }],
    ['random', { method: 'random', two: false }],
    ['random two;', { method: 'random', two: true }],
    ['random  two\tleast_conn', { method: 'random', two: true }],
    ['hash $request_uri', hash('$request_uri')],
    ['hash $request_uri consistent;', hash('$request_uri', true)],
    [`hash "$host:$${'{remote_addr}'}";`, hash(`$host:$${'{remote_addr}'}`)],
    ["hash '$cookie_session-$http_x_user/$arg_id'", hash('$cookie_session-$http_x_user/$arg_id')],
    ['hash $HOST', hash('$HOST')],
  ])('is read from %j', (text, value) => {
    expect(parseBalance(text)).toEqual({ kind: 'valid', value });
  });

  it.each([
    ['', /^it is round-robin, .*hash KEY/],
    ['fastest', /^it is round-robin/],
    ['constructor', /^it is round-robin/],
    ['uri whole', /^it is round-robin/],
    ['least_conn 2', /^it is round-robin/],
    ['hash', /^it is round-robin/],
    ['hash $host sometimes', /^it is round-robin/],
    ['random three', /^it is round-robin/],
    ['random two least_time=header', /^it is round-robin/],
    ['zone shared 64k;', /^it is round-robin/],
    ['server 192.0.2.1;', /^it is round-robin/],
    ['keepalive 4;', /^it is round-robin/],
    ['least_conn; keepalive 4;', /^it is one directive/],
    ['least_conn; } server { listen 81;', /^it is one directive/],
    ['least_conn # x', /^it is round-robin/],
    ['hash $host{', /a \$ or a brace that is no variable/],
    ['hash $$host', /a \$ or a brace that is no variable/],
    ['hash $request_uri$', /a \$ or a brace that is no variable/],
    ['hash "$host', /letters, digits/],
    ['hash $host\\', /letters, digits/],
    ['hash $häst', /letters, digits/],
    [`hash $host${'x'.repeat(200)}`, /letters, digits/],
    ['hash $nosuch', /cannot use \$nosuch: \$request_uri/],
    ['hash $upstream_addr', /cannot use \$upstream_addr/],
    ['hash $arg_', /cannot use \$arg_/],
    ['hash always', /without a \$variable/],
  ])('refuses %j', (text, reason) => {
    expect(parseBalance(text)).toEqual({
      kind: 'invalid',
      reason: expect.stringMatching(reason),
    });
  });
});
