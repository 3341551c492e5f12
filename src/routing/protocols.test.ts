import { describe, expect, it } from 'vitest';
import { parseProtocol } from './protocols.ts';

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
});
