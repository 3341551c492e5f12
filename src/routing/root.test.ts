import { describe, expect, it } from 'vitest';
import { parseRoot } from './root.ts';

describe('the root of FastCGI scripts', () => {
  it.each(['/', '/var/www/public', '/srv/a b'.replace(' ', '_'), '/a/../b@+,=:~-'])(
    'may be %j',
    (text) => {
      expect(parseRoot(text)).toEqual({ kind: 'valid', value: text });
    },
  );

  it.each([
    ['var/www', /absolute path/],
    ['/a b', /letters, digits/],
    ['/$document_root', /letters, digits/],
    ['/a;}', /letters, digits/],
    ['/ü', /letters, digits/],
    ['/a\n', /letters, digits/],
    [`/${'a'.repeat(1024)}`, /longer than 1024/],
  ])('is not %j', (text, reason) => {
    expect(parseRoot(text)).toEqual({ kind: 'invalid', reason: expect.stringMatching(reason) });
  });
});
