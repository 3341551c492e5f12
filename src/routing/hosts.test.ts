import { describe, expect, it } from 'vitest';
import { parseHost } from './hosts.ts';

const LONGEST = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;

describe('a host', () => {
  it.each([
    ['example.com', 'example.com', 'exact'],
    ['localhost', 'localhost', 'exact'],
    ['WWW.Example.COM', 'www.example.com', 'exact'],
    ['example.com.', 'example.com', 'exact'],
    ['my_service-1.test', 'my_service-1.test', 'exact'],
    [LONGEST, LONGEST, 'exact'],
    ['münchen.example', 'xn--mnchen-3ya.example', 'exact'],
    ['*.münchen.example', '*.xn--mnchen-3ya.example', 'wildcard-prefix'],
    ['*.Example.com', '*.example.com', 'wildcard-prefix'],
    ['*.com', '*.com', 'wildcard-prefix'],
    ['www.example.*', 'www.example.*', 'wildcard-suffix'],
    ['192.0.2.1', '192.0.2.1', 'exact'],
    ['2001:DB8:0::1', '[2001:db8::1]', 'exact'],
    ['[2001:db8::1]', '[2001:db8::1]', 'exact'],
    ['::ffff:192.0.2.1', '[::ffff:c000:201]', 'exact'],
    ['~^(www|api)\\.Example\\.com$', '~^(www|api)\\.Example\\.com$', 'regex'],
  ])('%s is taken as %s', (text, host, kind) => {
    expect(parseHost(text)).toEqual({ kind: 'valid', value: { host, kind } });
  });

  it.each([
    ['example.com:8080', /VIRTUAL_PORT is the container's port/],
    ['[2001:db8::1]:80', /VIRTUAL_PORT/],
    ['http://example.com', /without a scheme/],
    ['example.com/api', /VIRTUAL_PATH is for the path/],
    ['fe80::1%eth0', /letters, digits/],
    ['a:b', /letters, digits/],
    ['*', /needs a name beside it/],
    ['*.example.*', /one end only/],
    ['*example.com', /whole first or the whole last part/],
    ['www.*.com', /whole first or the whole last part/],
    ['.example.com', /write example\.com,\*\.example\.com for both/],
    ['.', /cannot begin with a dot/],
    ['a..b', /empty part/],
    ['a.b..', /empty part/],
    ['*.', /empty part/],
    [`${'a'.repeat(64)}.com`, /longer than 63/],
    [`${LONGEST}e`, /longer than 253/],
    [`*.${LONGEST}`, /longer than 253/],
    ['a b.com', /letters, digits/],
    ['a.com;', /letters, digits/],
    ['a{}.com', /letters, digits/],
    ['a.com\nb', /letters, digits/],
    ['a\u0000.com', /letters, digits/],
    ['a"b', /letters, digits/],
    ['\ud800.com', /no valid ASCII form|letters, digits/],
    ['a\u2028b.com', /no valid ASCII form/],
    ['~', /empty/],
    ['~^a/b$', /no host has a \//],
    ['~^(?<name>a)$', /named group/],
  ])('%j is refused', (text, reason) => {
    expect(parseHost(text)).toEqual({ kind: 'invalid', reason: expect.stringMatching(reason) });
  });
});
