import { describe, expect, it } from 'vitest';
import { parseHostUrls } from './host-urls.ts';

const hostsOf = (text: string) => {
  const read = parseHostUrls(text);
  return read.kind === 'valid' ? read.value : read.reason;
};
const exact = (host: string) => ({ host, kind: 'exact' });
const exactly = (path: string) => ({ path, pathKind: 'regex' });

describe('a list of hosts in the form of URLs', () => {
  it.each<[string, readonly object[]]>([
    ['a.test', [exact('a.test')]],
    ['http://A.test', [{ ...exact('a.test'), method: 'nohttps' }]],
    ['ws://a.test', [{ ...exact('a.test'), method: 'nohttps' }]],
    ['https://a.test', [{ ...exact('a.test'), method: 'nohttp' }]],
    ['WSS://a.test:8443', [{ ...exact('a.test'), method: 'nohttp', httpsPort: 8443 }]],
    ['a.test:8080', [{ ...exact('a.test'), method: 'nohttps', httpPort: 8080 }]],
    ['http://a.test, https://a.test', [{ ...exact('a.test'), method: 'noredirect' }]],
    ['a.test, https://a.test:444', [{ ...exact('a.test'), httpsPort: 444 }]],
    ['*.a.test', [{ host: '*.a.test', kind: 'wildcard-prefix' }]],
    ['a.*', [{ host: 'a.*', kind: 'wildcard-suffix' }]],
    ['*', [{ host: '~^.*$', kind: 'regex' }]],
    ['w*w.A.test', [{ host: '~^w.*w\\.a\\.test$', kind: 'regex' }]],
    ['~^a$', [{ host: '~^a$', kind: 'regex' }]],
    ['[2001:db8::1]:81', [{ ...exact('[2001:db8::1]'), method: 'nohttps', httpPort: 81 }]],
    ['2001:db8::1', [exact('[2001:db8::1]')]],
  ])('%s', (text, expected) => {
    expect(hostsOf(text)).toEqual(expected);
  });

  it.each<[string, object]>([
    ['a.test/', { path: '/', pathKind: 'prefix' }],
    ['a.test/*', { path: '/', pathKind: 'prefix' }],
    ['a.test/v1', exactly('^/v1$')],
    ['a.test/v1.2(x)', exactly('^/v1\\.2\\(x\\)$')],
    ['a.test/v1/*', { path: '/v1/', pathKind: 'prefix' }],
    ['a.test/v1*', { path: '^/v1.*$', pathKind: 'regex-ignore-case' }],
    ['a.test/*.php', { path: '^/.*\\.php$', pathKind: 'regex-ignore-case' }],
  ])('has the path of %s', (text, path) => {
    expect(hostsOf(text)).toEqual([{ ...exact('a.test'), paths: [path], hasBare: false }]);
  });

  it('puts the paths of a host together, and remembers that it was named without one', () => {
    expect(hostsOf('http://a.test/x, http://a.test, http://a.test/x')).toEqual([
      {
        ...exact('a.test'),
        paths: [exactly('^/x$')],
        hasBare: true,
        method: 'nohttps',
      },
    ]);
  });

  it.each([
    ['http://a.test:81,http://a.test:82', /is served on 81$/],
    ['http://a.test,http://a.test:82', /is served on the proxy's own port$/],
    ['http://a.test/x,https://a.test/y', /all of them are served over both$/],
  ])('says of %s what becomes of it', (text, note) => {
    expect(hostsOf(text)).toMatchObject([{ notes: [expect.stringMatching(note)] }]);
  });

  it.each([
    ['ftp://a.test', /"ftp:\/\/a.test": a host is a name without a scheme/],
    ['http://', /a host is a name without a scheme/],
    ['http://a.test:0', /a port is one whole number/],
    ['http://a.test:', /a port is one whole number/],
    ['a b*', /a wildcard is the whole first/],
    ['a.test/x y', /the character " "/],
    ['a.test/%20', /the character "%"/],
    ['a.test/x;y', /the character ";"/],
    ['http://a.test/x"', /the character "\\""/],
    [`${'a*'.repeat(127)}`, /longer than 253/],
  ])('refuses %s', (text, reason) => {
    expect(hostsOf(text)).toMatch(reason);
  });
});
