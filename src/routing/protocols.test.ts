import { describe, expect, it } from 'vitest';
import type { Protocol } from './model.ts';
import { isGrpc, isHttp, parseProtocol } from './protocols.ts';

describe('a protocol', () => {
  it.each(['http', 'https', 'uwsgi', 'fastcgi', 'grpc', 'grpcs'])('%s is known', (text) => {
    expect(parseProtocol(text)).toEqual({ kind: 'valid', value: text });
  });

  it('may be in upper case', () => {
    expect(parseProtocol('HTTPS')).toEqual({ kind: 'valid', value: 'https' });
  });

  it.each(['ws', 'http://', 'http;', 'toString', 'h2', 'http https'])('%j is refused', (text) => {
    expect(parseProtocol(text)).toEqual({
      kind: 'invalid',
      reason: 'a protocol is one of http, https, uwsgi, fastcgi, grpc, grpcs',
    });
  });

  it.each<[Protocol, boolean, boolean]>([
    ['http', true, false],
    ['https', true, false],
    ['grpc', false, true],
    ['grpcs', false, true],
    ['uwsgi', false, false],
    ['fastcgi', false, false],
  ])('%s is HTTP: %j, gRPC: %j', (protocol, http, grpc) => {
    expect([isHttp(protocol), isGrpc(protocol)]).toEqual([http, grpc]);
  });
});
