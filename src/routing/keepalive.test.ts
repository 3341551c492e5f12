import { describe, expect, it } from 'vitest';
import { type Keepalive, keptConnections, parseKeepalive } from './keepalive.ts';

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
});
