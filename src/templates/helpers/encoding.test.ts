import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';

describe('encodings, hashes, paths and URLs', () => {
  it.each([
    ['queryEscape', "a b+é~-_.!'()*", 'a+b%2B%C3%A9~-_.%21%27%28%29%2A'],
    ['queryEscape', '\ud800', '%EF%BF%BD'],
    ['b64enc', 'é', 'w6k='],
    ['b64dec', 'w6k=', 'é'],
    ['b32enc', 'f', 'MY======'],
    ['b32enc', 'foobar', 'MZXW6YTBOI======'],
    ['b32dec', 'MZXW6YTBOI======', 'foobar'],
    ['html', `'"&`, '&#39;&#34;&amp;'],
    ['sha1', 'é', 'bf15be717ac1b080b4f1c456692825891ff5073d'],
    ['adler32sum', '', '1'],
    ['base', '', '.'],
    ['base', '/', '/'],
    ['base', 'a/b/', 'b'],
    ['sprigDir', 'a', '.'],
    ['sprigDir', '/a', '/'],
    ['sprigDir', 'a/b/', 'a/b'],
    ['clean', '', '.'],
    ['clean', '../a/./b//', '../a/b'],
    ['ext', '.bashrc', '.bashrc'],
    ['ext', 'a.d/b', ''],
    ['ext', 'a.tar.gz', '.gz'],
    ['isAbs', 'a', false],
  ])('%s %s is %s', (name, value, result) => expect(call(name, value)).toBe(result));

  it('refuse what spells nothing', () => {
    expect(() => call('b64dec', 'a*b=')).toThrow('argument 1 (text) is not base 64 with padding');
    expect(() => call('b64dec', 'w6k')).toThrow('is not base 64');
    expect(() => call('b32dec', 'MY')).toThrow('is not base 32 with padding');
    expect(() => call('b32dec', 'M=======')).toThrow('is not base 32 with padding');
    expect(() => call('urlParse', 'http://a b')).toThrow(
      'argument 1 (url) is no URL: "http://a b"',
    );
  });

  it.each([
    'http://user:pass@host.test:8080/path?q=1#end',
    'http://[::1]:80/',
    'mailto:a@b.test',
    '/only/path',
    'unix:/run/x.sock',
  ])('take %s apart and together', (url) =>
    expect(call('urlJoin', call('urlParse', url))).toBe(url),
  );

  it('know the parts of a URL', () => {
    expect(call('json', call('urlParse', 'HTTP://u:p@[::1]:80/a?b'))).toBe(
      '{"fragment":"","host":"[::1]:80","hostname":"::1","opaque":"","path":"/a","query":"b","scheme":"http","userinfo":"u:p"}',
    );
  });
});
