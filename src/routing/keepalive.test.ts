import { describe, expect, it } from 'vitest';
import {
  type Keepalive,
  keptConnections,
  parseKeepalive,
  type Reuse,
  reuseOf,
} from './keepalive.ts';
import type { Protocol } from './model.ts';

describe('connections that are kept open', () => {
  it.each<[string, Keepalive]>([
    ['auto', 'auto'],
    ['AUTO', 'auto'],
    ['disabled', 'off'],
    ['off', 'off'],
    ['0', 'off'],
    ['000', 'off'],
    ['1', 1],
    ['064', 64],
    ['500', 500],
  ])('are read from %j', (text, value) => {
    expect(parseKeepalive(text)).toEqual({ kind: 'valid', value });
  });

  it.each(['-1', '1.5', '501', '9999999', '1e3', 'many', '16; server 192.0.2.1'])(
    'are not %j',
    (text) => {
      expect(parseKeepalive(text)).toEqual({
        kind: 'invalid',
        reason: 'it is auto, disabled or a number of connections up to 500',
      });
    },
  );

  it.each<[Keepalive, number, number]>([
    ['auto', 0, 0],
    ['auto', 1, 2],
    ['auto', 3, 6],
    ['off', 3, 0],
    ['auto', 400, 500],
    [5, 3, 5],
    [5, 0, 0],
  ])('%j for %d servers are %d', (keepalive, servers, connections) => {
    expect(keptConnections(keepalive, servers)).toBe(connections);
  });

  it.each<[Protocol, Keepalive, Reuse, Reuse]>([
    ['http', 'auto', 'repeatable', 'none'],
    ['http', 7, 'repeatable', 'all'],
    ['fastcgi', 'auto', 'repeatable', 'none'],
    ['fastcgi', 7, 'repeatable', 'all'],
    ['grpc', 'auto', 'all', 'none'],
    ['grpcs', 7, 'all', 'all'],
  ])(
    'are for requests of %s with %j: %s, or with all sorts mixed %s',
    (protocol, keepalive, apart, mixed) => {
      const upstream = { protocol, keepalive, connections: 7 };
      expect(reuseOf(upstream, false)).toBe(apart);
      expect(reuseOf(upstream, true)).toBe(mixed);
      const nobody = { ...upstream, connections: 0 };
      expect([reuseOf(nobody, false), reuseOf(nobody, true)]).toEqual(['none', 'none']);
    },
  );
});
