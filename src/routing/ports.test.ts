import { describe, expect, it } from 'vitest';
import { parsePort } from './ports.ts';

describe('a port', () => {
  it.each([
    ['1', 1],
    ['80', 80],
    ['08080', 8080],
    ['65535', 65_535],
  ])('%s is %d', (text, port) => {
    expect(parsePort(text)).toEqual({ kind: 'valid', value: port });
  });

  it.each([
    '0',
    '65536',
    '99999',
    '-1',
    '+80',
    '80.0',
    '8e1',
    '0x50',
    '80/tcp',
    '80,81',
    '8 0',
    'http',
    '٨٠',
    '80;',
    '000080',
  ])('%j is refused', (text) => {
    expect(parsePort(text)).toEqual({
      kind: 'invalid',
      reason: 'a port is one whole number from 1 to 65535',
    });
  });
});
